import type { DocumentedRequest } from './documented-request.ts';

const ENTRA =
  'https://learn.microsoft.com/en-us/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups';
const ENTRA_ISSUES =
  'https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] };
const q = encodeURIComponent;

/** What Microsoft Entra sends: PATCH with paths, with and without the flag `aadOptscim062020`. */
export const ENTRA_REQUESTS: readonly DocumentedRequest[] = [
  {
    source: ENTRA,
    title: 'tests the connection',
    method: 'GET',
    path: `/Users?filter=${q('userName eq "non-existent user"')}`,
    status: 200,
    response: { totalResults: 0, Resources: [], startIndex: 1 },
  },
  {
    source: ENTRA,
    title: 'discovers the schemas',
    method: 'GET',
    path: '/Schemas',
    status: 200,
    response: { totalResults: 3 },
  },
  {
    source: ENTRA,
    title: 'creates a user',
    method: 'POST',
    path: '/Users',
    body: {
      schemas: [USER, ENTERPRISE],
      externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
      userName: 'Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'Test_User_fd0ea19b@testuser.com' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
      roles: [],
    },
    status: 201,
    response: { userName: 'Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1', active: true },
    keep: 'user',
  },
  {
    source: ENTRA,
    title: 'finds the user in any case',
    method: 'GET',
    path: `/Users?filter=${q('userName eq "TEST_USER_ab6490ee-1e48-479e-a20b-2d77186b5dd1"')}`,
    status: 200,
    response: { totalResults: 1 },
  },
  {
    source: ENTRA,
    title: 'finds the user by externalId',
    method: 'GET',
    path: `/Users?filter=${q('externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"')}`,
    status: 200,
    response: { totalResults: 1 },
  },
  {
    source: ENTRA,
    title: 'updates multi-valued properties',
    method: 'PATCH',
    path: '/Users/{user}',
    body: {
      ...PATCH,
      Operations: [
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updatedEmail@microsoft.com' },
        { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
      ],
    },
    status: 200,
    response: {
      emails: [{ primary: true, type: 'work', value: 'updatedEmail@microsoft.com' }],
      name: { familyName: 'updatedFamilyName', givenName: 'givenName' },
    },
  },
  {
    source: ENTRA,
    title: 'updates single-valued properties',
    method: 'PATCH',
    path: '/Users/{user}',
    body: { ...PATCH, Operations: [{ op: 'Replace', path: 'userName', value: '5b50642d@testuser.com' }] },
    status: 200,
    response: { userName: '5b50642d@testuser.com' },
  },
  {
    source: ENTRA_ISSUES,
    title: 'adds a single value',
    method: 'PATCH',
    path: '/Users/{user}',
    body: { ...PATCH, Operations: [{ op: 'Add', path: 'nickName', value: 'Babs' }] },
    status: 200,
    response: { nickName: 'Babs' },
  },
  {
    source: ENTRA_ISSUES,
    title: 'adds an element that there is not yet, and a manager by id',
    method: 'PATCH',
    path: '/Users/{user}',
    body: {
      ...PATCH,
      Operations: [
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+49 30 1234' },
        { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'b1c2' },
      ],
    },
    status: 200,
    response: {
      phoneNumbers: [{ type: 'mobile', value: '+49 30 1234' }],
      [ENTERPRISE]: { manager: { value: 'b1c2' } },
    },
  },
  {
    source: ENTRA_ISSUES,
    title: 'replaces several attributes with paths',
    method: 'PATCH',
    path: '/Users/{user}',
    body: {
      ...PATCH,
      Operations: [
        { op: 'Replace', path: 'displayName', value: 'Pvlo' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'TestBcwqnm@test.microsoft.com' },
        { op: 'Replace', path: 'name.givenName', value: 'Gtfd' },
        { op: 'Replace', path: 'name.familyName', value: 'Pkqf' },
        { op: 'Replace', path: 'externalId', value: 'Eqpj' },
        { op: 'Replace', path: `${ENTERPRISE}:employeeNumber`, value: 'Eqpj' },
      ],
    },
    status: 200,
    response: {
      displayName: 'Pvlo',
      externalId: 'Eqpj',
      [ENTERPRISE]: { employeeNumber: 'Eqpj', manager: { value: 'b1c2' } },
    },
  },
  {
    source: ENTRA_ISSUES,
    title: 'replaces several attributes with paths as keys (aadOptscim062020)',
    method: 'PATCH',
    path: '/Users/{user}',
    body: {
      ...PATCH,
      Operations: [
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'TestMhvaes@test.microsoft.com' },
        {
          op: 'replace',
          value: {
            displayName: 'Bjfe',
            'name.givenName': 'Kkom',
            'name.familyName': 'Unua',
            [`${ENTERPRISE}:employeeNumber`]: 'Aklq',
          },
        },
      ],
    },
    status: 200,
    response: {
      displayName: 'Bjfe',
      name: { givenName: 'Kkom', familyName: 'Unua' },
      emails: [{ value: 'TestMhvaes@test.microsoft.com' }],
      [ENTERPRISE]: { employeeNumber: 'Aklq' },
    },
  },
  {
    source: ENTRA_ISSUES,
    title: 'disables the user by a text',
    method: 'PATCH',
    path: '/Users/{user}',
    body: { ...PATCH, Operations: [{ op: 'Replace', path: 'active', value: 'False' }] },
    status: 200,
    response: { active: false },
  },
  {
    source: ENTRA,
    title: 'enables the user by a boolean',
    method: 'PATCH',
    path: '/Users/{user}',
    body: { ...PATCH, Operations: [{ op: 'replace', path: 'active', value: true }] },
    status: 200,
    response: { active: true },
  },
  {
    source: ENTRA,
    title: 'creates a group',
    method: 'POST',
    path: '/Groups',
    body: {
      schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159',
      displayName: 'displayName',
      meta: { resourceType: 'Group' },
    },
    status: 201,
    response: { displayName: 'displayName', externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159' },
    keep: 'group',
  },
  {
    source: ENTRA,
    title: 'finds the group by displayName, without members',
    method: 'GET',
    path: `/Groups?excludedAttributes=members&filter=${q('displayName eq "displayName"')}`,
    status: 200,
    response: { totalResults: 1 },
  },
  {
    source: ENTRA,
    title: 'renames the group',
    method: 'PATCH',
    path: '/Groups/{group}',
    body: { ...PATCH, Operations: [{ op: 'Replace', path: 'displayName', value: 'updatedDisplayName' }] },
    status: 204,
  },
  {
    source: ENTRA,
    title: 'adds a member',
    method: 'PATCH',
    path: '/Groups/{group}',
    body: {
      ...PATCH,
      Operations: [{ op: 'Add', path: 'members', value: [{ $ref: null, value: '{user}' }] }],
    },
    status: 204,
  },
  {
    source: ENTRA,
    title: 'asks whether the user is a member',
    method: 'GET',
    path: `/Groups?excludedAttributes=members&filter=${q('id eq "{group}" and members eq "{user}"')}`,
    status: 200,
    response: { totalResults: 1, Resources: [{ displayName: 'updatedDisplayName' }] },
  },
  {
    source: ENTRA,
    title: 'removes a member by value',
    method: 'PATCH',
    path: '/Groups/{group}',
    body: {
      ...PATCH,
      Operations: [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: '{user}' }] }],
    },
    status: 204,
  },
  {
    source: ENTRA,
    title: 'reads the group, whose members are gone',
    method: 'GET',
    path: '/Groups/{group}',
    status: 200,
    response: { members: [] },
  },
  { source: ENTRA, title: 'deletes the user', method: 'DELETE', path: '/Users/{user}', status: 204 },
  { source: ENTRA, title: 'deletes the group', method: 'DELETE', path: '/Groups/{group}', status: 204 },
];
