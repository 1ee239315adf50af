import type { DocumentedRequest } from './documented-request.ts';

const OKTA = 'https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20/';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] };
const q = encodeURIComponent;

const oktaUser = {
  schemas: [USER],
  userName: 'test.user@okta.local',
  name: { givenName: 'Test', familyName: 'User' },
  emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
  displayName: 'Test User',
  locale: 'en-US',
  externalId: '00ujl29u0le5T6Aj10h7',
  groups: [],
  password: '1mz050nq',
  active: true,
};

/** What Okta sends: users by PUT, activation by PATCH without a path, group members by value paths. */
export const OKTA_REQUESTS: readonly DocumentedRequest[] = [
  {
    source: OKTA,
    title: 'determines whether the user exists',
    method: 'GET',
    path: `/Users?filter=${q('userName eq "test.user@okta.local"')}&startIndex=1&count=100`,
    status: 200,
    response: { totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] },
  },
  {
    source: OKTA,
    title: 'creates the user',
    method: 'POST',
    path: '/Users',
    body: oktaUser,
    status: 201,
    response: {
      schemas: [USER],
      userName: 'test.user@okta.local',
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      active: true,
      groups: [],
      meta: { resourceType: 'User' },
    },
    keep: 'user',
  },
  {
    source: OKTA,
    title: 'is told of a user who exists',
    method: 'POST',
    path: '/Users',
    body: oktaUser,
    status: 409,
    response: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: '409',
      scimType: 'uniqueness',
    },
  },
  {
    source: OKTA,
    title: 'imports users by pages',
    method: 'GET',
    path: '/Users?startIndex=1&count=100',
    status: 200,
    response: { totalResults: 1, itemsPerPage: 1 },
  },
  {
    source: OKTA,
    title: 'replaces the user',
    method: 'PUT',
    path: '/Users/{user}',
    body: {
      schemas: [USER],
      id: '23a35c27-23d3-4c03-b4c5-6443c09e7173',
      userName: 'test.user@okta.local',
      name: { givenName: 'Another', middleName: 'Excited', familyName: 'User' },
      emails: [
        { primary: true, value: 'test.user@okta.local', type: 'work', display: 'test.user@okta.local' },
      ],
      active: true,
      groups: [],
      meta: { resourceType: 'User' },
    },
    status: 200,
    response: { name: { givenName: 'Another', middleName: 'Excited', familyName: 'User' }, active: true },
  },
  {
    source: OKTA,
    title: 'deactivates the user',
    method: 'PATCH',
    path: '/Users/{user}',
    body: { ...PATCH, Operations: [{ op: 'replace', value: { active: false } }] },
    status: 200,
    response: { active: false },
  },
  {
    source: OKTA,
    title: 'activates the user again',
    method: 'PATCH',
    path: '/Users/{user}',
    body: { ...PATCH, Operations: [{ op: 'replace', value: { active: true } }] },
    status: 200,
    response: { active: true },
  },
  {
    source: OKTA,
    title: 'creates a group',
    method: 'POST',
    path: '/Groups',
    body: { schemas: [GROUP], displayName: 'Test SCIMv2', members: [] },
    status: 201,
    response: { schemas: [GROUP], displayName: 'Test SCIMv2', meta: { resourceType: 'Group' } },
    keep: 'group',
  },
  {
    source: OKTA,
    title: 'imports groups by pages',
    method: 'GET',
    path: '/Groups?startIndex=1&count=100',
    status: 200,
    response: { totalResults: 1 },
  },
  {
    source: OKTA,
    title: 'renames the group',
    method: 'PATCH',
    path: '/Groups/{group}',
    body: {
      ...PATCH,
      Operations: [
        { op: 'replace', value: { id: 'abf4dd94-a4c0-4f67-89c9-76b03340cb9b', displayName: 'Test SCIMv2b' } },
      ],
    },
    status: 204,
  },
  {
    source: OKTA,
    title: 'adds a member',
    method: 'PATCH',
    path: '/Groups/{group}',
    body: {
      ...PATCH,
      Operations: [
        { op: 'add', path: 'members', value: [{ value: '{user}', display: 'test.user@okta.local' }] },
      ],
    },
    status: 204,
  },
  {
    source: OKTA,
    title: 'reads the group',
    method: 'GET',
    path: '/Groups/{group}',
    status: 200,
    response: { displayName: 'Test SCIMv2b', members: [{ value: '{user}', type: 'User' }] },
  },
  {
    source: OKTA,
    title: 'removes a member',
    method: 'PATCH',
    path: '/Groups/{group}',
    body: { ...PATCH, Operations: [{ op: 'remove', path: 'members[value eq "{user}"]' }] },
    status: 204,
  },
  {
    source: OKTA,
    title: 'replaces the group',
    method: 'PUT',
    path: '/Groups/{group}',
    body: {
      schemas: [GROUP],
      id: 'abf4dd94-a4c0-4f67-89c9-76b03340cb9b',
      displayName: 'Test SCIMv2c',
      members: [{ value: '{user}', display: 'test.user@okta.local' }],
    },
    status: 200,
    response: { displayName: 'Test SCIMv2c', members: [{ value: '{user}' }] },
  },
  { source: OKTA, title: 'deletes the group', method: 'DELETE', path: '/Groups/{group}', status: 204 },
  { source: OKTA, title: 'finds it gone', method: 'GET', path: '/Groups/{group}', status: 404 },
];
