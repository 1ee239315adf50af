import { z } from 'zod';
import { apiKey, rotateKey } from './keys.ts';
import { name, sentTimestamp } from './list.ts';
import { defineRoute } from './route.ts';
import { user } from './users.ts';

/** How many keys users may give themselves; administrators may give them more. */
export const OWN_KEYS_MAX = 20;

/** One who uses APIs, as they see themselves. */
export const me = user
  .pick({
    id: true,
    firstName: true,
    lastName: true,
    company: true,
    email: true,
    groups: true,
    provider: true,
  })
  .extend({ workspace: z.object({ id: z.string(), name }) });
export type Me = z.infer<typeof me>;

/** An API that the caller may call. */
export const ownApi = z.object({
  name: z.string(),
  namespace: z.string(),
  cluster: z.string(),
  /** Of an API with versions: its release; null without. */
  release: z.string().nullable(),
  urls: z.array(z.string()),
  /** `some`: the caller's groups may use only a part of its operations. */
  operations: z.enum(['all', 'some']),
});
export type OwnApi = z.infer<typeof ownApi>;

/** A key of one's own. */
export const ownKey = apiKey
  .omit({ userId: true, userEmail: true })
  .extend({ suspendedBy: z.enum(['user', 'administrator']).nullable() });
export type OwnKey = z.infer<typeof ownKey>;

const tag = 'Self-service';
const params = z.object({ key: z.string() });

export const getMe = defineRoute({
  method: 'GET',
  path: '/api/v1/me',
  permission: 'user',
  summary: 'The signed-in user of APIs, with their groups',
  tag,
  response: me,
  status: 200,
});
export const listOwnApis = defineRoute({
  method: 'GET',
  path: '/api/v1/me/apis',
  permission: 'user',
  summary: 'APIs that the signed-in user may call, and where',
  tag,
  response: z.object({ items: z.array(ownApi) }),
  status: 200,
});
export const listOwnKeys = defineRoute({
  method: 'GET',
  path: '/api/v1/me/keys',
  permission: 'user',
  summary: 'API keys of the signed-in user',
  tag,
  response: z.object({ items: z.array(ownKey) }),
  status: 200,
});
export const createOwnKey = defineRoute({
  method: 'POST',
  path: '/api/v1/me/keys',
  permission: 'user',
  summary: 'Create an API key for oneself; the answer is the only one that holds it',
  tag,
  body: z.object({ name, expiresAt: sentTimestamp.optional() }),
  response: ownKey.extend({ key: z.string().describe('The key itself, shown this once') }),
  status: 201,
  errors: ['already-exists', 'conflict'],
});
export const updateOwnKey = defineRoute({
  method: 'PATCH',
  path: '/api/v1/me/keys/{key}',
  permission: 'user',
  summary: 'Suspend a key of one’s own, or resume one that no administrator suspended',
  tag,
  params,
  body: z.object({ state: z.enum(['active', 'suspended']) }),
  response: ownKey,
  status: 200,
  errors: ['not-allowed'],
});
export const rotateOwnKey = defineRoute({
  method: 'POST',
  path: '/api/v1/me/keys/{key}/rotation',
  permission: 'user',
  summary: 'Replace a key of one’s own: a new one takes its name, the old one expires after a grace period',
  tag,
  params,
  body: rotateKey.body.pick({ graceSeconds: true }),
  response: ownKey.extend({ key: z.string().describe('The new key itself, shown this once') }),
  status: 201,
  errors: ['conflict', 'not-allowed'],
});
export const deleteOwnKey = defineRoute({
  method: 'DELETE',
  path: '/api/v1/me/keys/{key}',
  permission: 'user',
  summary: 'Delete a key of one’s own',
  tag,
  params,
  status: 204,
});
export const endOwnSession = defineRoute({
  method: 'DELETE',
  path: '/api/v1/me/session',
  permission: 'user',
  summary: 'End this session',
  tag,
  status: 204,
});
