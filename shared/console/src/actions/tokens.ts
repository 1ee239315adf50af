import { createAccessToken, revokeAccessToken } from '@portolan/contract/access-tokens';
import { PERMISSIONS, type Permission } from '@portolan/contract/permissions';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { sessions } from '../kinds/sessions.ts';
import { defineAction, stepsFor } from './action.ts';
import { duration, list, text } from './input.ts';
import { momentIn } from './keys.ts';

const TOKEN_SECONDS_DEFAULT = 30 * 86_400;

export const tokenCreate = defineAction({
  id: 'sessions.createToken',
  title: 'New personal access token',
  button: 'Create',
  done: 'created',
  details:
    'It acts as you, for programs: give it to them in PORTOLAN_TOKEN or with --token-file. It is shown once.',
  permission: 'signed-in',
  danger: 0,
  kind: sessions,
  noun: 'token',
  takes: 'none',
  keys: ['n'],
  inputs: z.object({
    name: text({ label: 'Name', value: 'NAME', help: 'what it is for, such as ci' }),
    expires: duration({
      label: 'Expires in',
      value: 'TIME',
      unit: 'd',
      initial: '30d',
      help: 'time until it expires, at most 365d; 30d by default',
    }),
    scope: list({
      label: 'Scopes',
      value: 'PERMISSION',
      choices: PERMISSIONS,
      help: 'permissions it is limited to, separated by commas; all of yours by default',
    }),
  }),
  plan: ({ client }, _rows, { name, expires = TOKEN_SECONDS_DEFAULT, scope }) => {
    const scopes = scope.map(permissionOf);
    return {
      steps: [
        {
          name,
          async run() {
            const body = { name, expiresAt: momentIn(expires), ...(scopes.length === 0 ? {} : { scopes }) };
            const made = await client.call(createAccessToken, { body });
            return {
              name: made.name,
              id: made.id,
              object: made,
              secret: {
                title: `Personal access token ${made.name}`,
                note: `Copy it now: it is shown this once. It is valid until ${made.expiresAt}.`,
                value: made.token,
              },
            };
          },
        },
      ],
    };
  },
});

function permissionOf(word: string): Permission {
  const found = PERMISSIONS.find((one) => one === word);
  if (found === undefined)
    throw new Failure(`There is no permission "${word}".`, `Permissions: ${PERMISSIONS.join(', ')}.`);
  return found;
}

export const sessionEnd = defineAction({
  id: 'sessions.end',
  title: 'End sessions and revoke tokens',
  button: 'End',
  done: 'ended',
  permission: 'signed-in',
  danger: 2,
  kind: sessions,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client }, rows) => ({
    lines: [
      ...rows.map((one) => `${one.name}, ${one.kind}, from ${one.remoteAddress ?? 'no address yet'}`),
      rows.some((one) => one.current)
        ? { tone: 'bad', text: 'One of them is this session: you will have to sign in again.' }
        : 'Clients that use it have to sign in again.',
    ],
    steps: stepsFor(
      rows,
      (one) => one.name,
      async ({ id }) => {
        await client.call(revokeAccessToken, { params: { token: id } });
      },
    ),
  }),
});
