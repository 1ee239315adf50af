import { z } from 'zod';
import { email, listQuery, name, optionalName, page, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** A person who uses APIs. */
export const user = z.object({
  id: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  company: z.string(),
  email,
  /** Names of groups. */
  groups: z.array(z.string()),
  externalId: z.string().nullable(),
  /** `internal`, or the identity provider that owns the record. */
  provider: z.string(),
  state: z.enum(['active', 'disabled']),
  keys: z.number().int(),
  createdAt: timestamp,
  updatedAt: timestamp,
  revision: z.number().int(),
});
export type User = z.infer<typeof user>;

const namedGroups = z
  .array(name)
  .max(200)
  .describe(
    'Names of groups; one that does not exist is created, with a `group.create` event in the audit log',
  );

const userInput = z.object({
  firstName: optionalName.default(''),
  lastName: optionalName.default(''),
  company: optionalName.default(''),
  email,
  groups: namedGroups.default([]),
});
const params = workspaceParams.extend({ user: z.string() });
const tag = 'Users';

export const listUsers = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/users',
  permission: 'users.read',
  summary: 'List users',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(user),
  status: 200,
});
export const createUser = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/users',
  permission: 'users.write',
  summary: 'Create a user; unknown groups are created with it',
  tag,
  params: workspaceParams,
  body: userInput,
  response: user,
  status: 201,
  errors: ['already-exists'],
});
export const getUser = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/users/{user}',
  permission: 'users.read',
  summary: 'Get a user by id or e-mail',
  tag,
  params,
  response: user,
  status: 200,
});
export const updateUser = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workspaces/{workspace}/users/{user}',
  permission: 'users.write',
  summary: 'Change a user; unknown groups are created with it',
  tag,
  params,
  body: z.object({
    firstName: optionalName.optional(),
    lastName: optionalName.optional(),
    company: optionalName.optional(),
    email: email.optional(),
    groups: namedGroups.optional(),
    state: z.enum(['active', 'disabled']).optional(),
    /** Revision the change was made on; another one answers 409 with the current object. */
    revision: z.number().int().optional(),
  }),
  response: user,
  status: 200,
  errors: ['already-exists', 'revision-mismatch'],
});
export const deleteUser = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/users/{user}',
  permission: 'users.write',
  summary: 'Delete a user and their keys',
  tag,
  params,
  status: 204,
});

/** Groups carry rights; resources name them. */
export const group = z.object({
  id: z.string(),
  name,
  members: z.number().int(),
  provider: z.string(),
  createdAt: timestamp,
});
export type Group = z.infer<typeof group>;
const groupParams = workspaceParams.extend({ group: z.string() });

export const listGroups = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/groups',
  permission: 'users.read',
  summary: 'List groups',
  tag: 'Groups',
  params: workspaceParams,
  query: listQuery,
  response: page(group),
  status: 200,
});
export const createGroup = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/groups',
  permission: 'users.write',
  summary: 'Create a group',
  tag: 'Groups',
  params: workspaceParams,
  body: z.object({ name }),
  response: group,
  status: 201,
  errors: ['already-exists'],
});
export const renameGroup = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workspaces/{workspace}/groups/{group}',
  permission: 'users.write',
  summary: 'Rename a group',
  tag: 'Groups',
  params: groupParams,
  body: z.object({ name }),
  response: group,
  status: 200,
  errors: ['already-exists'],
});
/** What a group's name carries: lost to its members when it is renamed or deleted, unless the objects are changed too. */
export const groupImpact = z.object({
  group: z.string(),
  /** Users who lose what it grants. */
  members: z.number().int(),
  apis: z.array(z.object({ cluster: z.string(), namespace: z.string(), name: z.string() })),
  /** Objects that name it, at most 500. */
  objects: z.array(
    z.object({ cluster: z.string(), kind: z.string(), namespace: z.string().nullable(), name: z.string() }),
  ),
});
export type GroupImpact = z.infer<typeof groupImpact>;

export const planGroup = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/groups/{group}/impact',
  permission: 'users.read',
  summary: 'Tell what renaming or deleting a group would take from whom',
  tag: 'Groups',
  params: groupParams,
  response: groupImpact,
  status: 200,
});
export const deleteGroup = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/groups/{group}',
  permission: 'users.write',
  summary: 'Delete a group',
  tag: 'Groups',
  params: groupParams,
  status: 204,
});
