import { z } from 'zod';
import { name, sentTimestamp, timestamp, workspaceParams } from './list.ts';
import { defineRoute } from './route.ts';

/** Token with which an identity provider provisions users and groups by SCIM. */
export const scimToken = z.object({
  id: z.string(),
  name,
  /** E-mail address of the member who created it. */
  createdBy: z.string(),
  createdAt: timestamp,
  lastUsedAt: timestamp.nullable(),
  /** Null: valid until it is revoked. */
  expiresAt: timestamp.nullable(),
});
export type ScimToken = z.infer<typeof scimToken>;

const tag = 'Identity provider';
const path = '/api/v1/workspaces/{workspace}/scim-tokens';

export const listScimTokens = defineRoute({
  method: 'GET',
  path,
  permission: 'providers.read',
  summary: 'List the tokens of SCIM clients',
  tag,
  params: workspaceParams,
  response: z.object({
    items: z.array(scimToken),
    endpoint: z.string().describe('Base URL of the SCIM endpoint of the workspace'),
  }),
  status: 200,
});
export const createScimToken = defineRoute({
  method: 'POST',
  path,
  permission: 'providers.write',
  summary: 'Create a token for a SCIM client; it is in this response only',
  tag,
  params: workspaceParams,
  body: z.object({
    name,
    expiresAt: sentTimestamp.optional().describe('Valid until it is revoked when absent'),
  }),
  response: scimToken.extend({ token: z.string(), endpoint: z.string() }),
  status: 201,
  errors: ['already-exists', 'conflict'],
});
export const revokeScimToken = defineRoute({
  method: 'DELETE',
  path: `${path}/{scimToken}`,
  permission: 'providers.write',
  summary: 'Revoke the token of a SCIM client; its requests are refused at once',
  tag,
  params: workspaceParams.extend({ scimToken: z.string().max(120).describe('Id or name') }),
  status: 204,
});
