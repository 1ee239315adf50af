import { z } from 'zod';
import { listQuery, name, page, timestamp, workspaceParams, sentTimestamp } from './list.ts';
import { defineRoute } from './route.ts';

/** A user's credential at the gateway. The key itself is shown once, at creation; only its hash is kept. */
export const apiKey = z.object({
  id: z.string(),
  name,
  userId: z.string(),
  userEmail: z.string(),
  /** First characters, to recognise a key by. */
  prefix: z.string(),
  state: z.enum(['active', 'suspended', 'expired']),
  expiresAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
  createdAt: timestamp,
});
export type ApiKey = z.infer<typeof apiKey>;
const tag = 'API keys';
const params = workspaceParams.extend({ key: z.string() });

export const listKeys = defineRoute({
  method: 'GET',
  path: '/api/v1/workspaces/{workspace}/keys',
  permission: 'keys.read',
  summary: 'List API keys',
  tag,
  params: workspaceParams,
  query: listQuery,
  response: page(apiKey),
  status: 200,
});
export const createKey = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/keys',
  permission: 'keys.write',
  summary: 'Create an API key for a user; the answer is the only one that holds it',
  tag,
  params: workspaceParams,
  body: z.object({
    user: z.string().describe('Id or e-mail of the user'),
    name,
    expiresAt: sentTimestamp.optional(),
  }),
  response: apiKey.extend({ key: z.string().describe('The key itself, shown this once') }),
  status: 201,
  errors: ['already-exists'],
});
export const updateKey = defineRoute({
  method: 'PATCH',
  path: '/api/v1/workspaces/{workspace}/keys/{key}',
  permission: 'keys.write',
  summary: 'Suspend or resume an API key',
  tag,
  params,
  body: z.object({ state: z.enum(['active', 'suspended']) }),
  response: apiKey,
  status: 200,
});
export const rotateKey = defineRoute({
  method: 'POST',
  path: '/api/v1/workspaces/{workspace}/keys/{key}/rotation',
  permission: 'keys.write',
  summary: 'Replace an API key: a new one takes its name, the old one expires after a grace period',
  tag,
  params,
  body: z.object({
    graceSeconds: z
      .number()
      .int()
      .min(0)
      .max(90 * 86_400)
      .default(86_400)
      .describe('Seconds during which both keys work; 0 deletes the old key at once'),
    expiresAt: sentTimestamp
      .optional()
      .describe('When the new key expires; by default it lives as long as the old one did, or for ever'),
  }),
  response: apiKey.extend({
    key: z.string().describe('The new key itself, shown this once'),
    previous: apiKey.nullable().describe('The old key, until it expires'),
  }),
  status: 201,
});
export const deleteKey = defineRoute({
  method: 'DELETE',
  path: '/api/v1/workspaces/{workspace}/keys/{key}',
  permission: 'keys.write',
  summary: 'Delete an API key',
  tag,
  params,
  status: 204,
});
