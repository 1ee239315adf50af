import { createScimToken, revokeScimToken } from '@portolan/contract/scim-tokens';
import { z } from 'zod';
import { formatAge } from '../kinds/format.ts';
import { scimTokens } from '../kinds/scim-tokens.ts';
import { defineAction, stepsFor } from './action.ts';
import { duration, text } from './input.ts';
import { momentIn } from './keys.ts';

export const scimTokenCreate = defineAction({
  id: 'scim-tokens.create',
  title: 'New SCIM token',
  button: 'Create',
  done: 'created',
  details:
    'An identity provider such as Okta or Microsoft Entra provisions users and groups with it. The token and the base URL to enter there are shown once.',
  permission: 'providers.write',
  danger: 0,
  kind: scimTokens,
  takes: 'none',
  keys: ['n'],
  inputs: z.object({
    name: text({ label: 'Name', value: 'NAME', help: 'of the client, such as okta' }),
    expires: duration({
      label: 'Expires in',
      value: 'TIME',
      unit: 'd',
      help: 'time until it expires, such as 365d; never by default',
    }),
  }),
  plan: ({ client, workspace }, _rows, { name, expires }) => ({
    steps: [
      {
        name,
        async run() {
          const body = { name, ...(expires === undefined ? {} : { expiresAt: momentIn(expires) }) };
          const made = await client.call(createScimToken, { params: { workspace }, body });
          return {
            name: made.name,
            id: made.id,
            object: made,
            secret: {
              title: `SCIM token ${made.name}`,
              note: `Copy it now: it is shown this once. Enter it in the identity provider with the base URL ${made.endpoint}.`,
              value: made.token,
            },
          };
        },
      },
    ],
  }),
});

export const scimTokenRevoke = defineAction({
  id: 'scim-tokens.revoke',
  title: 'Revoke SCIM tokens',
  button: 'Revoke',
  done: 'revoked',
  permission: 'providers.write',
  danger: 2,
  kind: scimTokens,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: [
      ...rows.map(({ name, lastUsedAt }) =>
        lastUsedAt === null
          ? `${name} was never used.`
          : `${name} was last used ${formatAge(lastUsedAt, Date.now())} ago.`,
      ),
      'Requests with them are refused at once. Provisioned users and groups are kept, but no longer updated.',
    ],
    steps: stepsFor(
      rows,
      (row) => row.name,
      async ({ id }) => {
        await client.call(revokeScimToken, { params: { workspace, scimToken: id } });
      },
    ),
  }),
});
