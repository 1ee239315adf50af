import { z } from 'zod';
import { name, timestamp, sentTimestamp } from './list.ts';
import { PERMISSIONS } from './permissions.ts';
import { defineRoute } from './route.ts';

/** Something that acts as the account: a session of a client, or a personal access token. */
export const accessToken = z.object({
  id: z.string(),
  kind: z.enum(['session', 'personal']),
  name: z.string(),
  /** Permissions it is limited to; null is all the account has. */
  scopes: z.array(z.enum(PERMISSIONS)).nullable(),
  remoteAddress: z.string().nullable(),
  createdAt: timestamp,
  lastUsedAt: timestamp.nullable(),
  expiresAt: timestamp,
  /** Whether it is the one this request came with. */
  current: z.boolean(),
});
export type AccessToken = z.infer<typeof accessToken>;

const tag = 'Account';

export const listAccessTokens = defineRoute({
  method: 'GET',
  path: '/api/v1/account/tokens',
  permission: 'signed-in',
  summary: 'List the sessions and personal access tokens of the account',
  tag,
  response: z.object({ items: z.array(accessToken) }),
  status: 200,
});
export const createAccessToken = defineRoute({
  method: 'POST',
  path: '/api/v1/account/tokens',
  permission: 'signed-in',
  summary: 'Create a personal access token; it is in this answer alone',
  tag,
  body: z.object({
    name,
    scopes: z.array(z.enum(PERMISSIONS)).min(1).optional(),
    expiresAt: sentTimestamp.describe('At most a year from now'),
  }),
  response: accessToken.extend({ token: z.string() }),
  status: 201,
});
export const revokeAccessToken = defineRoute({
  method: 'DELETE',
  path: '/api/v1/account/tokens/{token}',
  permission: 'signed-in',
  summary: 'End a session or revoke a personal access token',
  tag,
  params: z.object({ token: z.string() }),
  status: 204,
});
export const changePassword = defineRoute({
  method: 'PUT',
  path: '/api/v1/account/password',
  permission: 'signed-in',
  summary: 'Change the password; ends all other sessions',
  tag,
  body: z.object({
    current: z.string().max(1024),
    next: z.string().min(12, 'needs at least 12 characters').max(1024),
  }),
  status: 204,
  errors: ['wrong-credentials', 'too-many-requests'],
});
