import { changePassword } from '@portolan/contract/access-tokens';
import { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from '@portolan/contract/second-factor';
import { z } from 'zod';
import { sessions } from '../kinds/sessions.ts';
import { defineAction } from './action.ts';
import { optionalText, secretText } from './input.ts';

const common = { permission: 'signed-in', danger: 0, kind: sessions, takes: 'none' } as const;
const password = secretText({ label: 'Password', value: 'PASSWORD', help: 'password of your account' });
const code = secretText({
  label: 'Code',
  value: 'CODE',
  help: 'code of the authenticator app, or a recovery code',
});

export const passwordChange = defineAction({
  ...common,
  id: 'account.changePassword',
  title: 'Change your password',
  button: 'Change',
  done: 'changed',
  details: 'Ends all other sessions.',
  noun: 'password',
  inputs: z.object({
    current: secretText({ label: 'Current password', value: 'PASSWORD', help: 'password of your account' }),
    next: secretText({ label: 'New password', value: 'PASSWORD', help: 'at least 12 characters' }),
  }),
  plan: ({ client, account }, _rows, { current, next }) => ({
    steps: [
      {
        name: account.email,
        async run() {
          await client.call(changePassword, { body: { current, next } });
          return { name: account.email, note: 'All other sessions were ended.' };
        },
      },
    ],
  }),
});

export const secondFactorBegin = defineAction({
  ...common,
  id: 'account.beginSecondFactor',
  title: 'Set up a second factor',
  button: 'Set up',
  done: 'set up',
  details: 'Creates the secret for an authenticator app (TOTP, RFC 6238). A code from the app enables it.',
  noun: 'second factor',
  inputs: z.object({
    password,
    code: optionalText({
      label: 'Current code',
      value: 'CODE',
      isSecret: true,
      help: 'code of the second factor that is replaced, if there is one',
    }),
  }),
  plan: ({ client, account }, _rows, given) => ({
    steps: [
      {
        name: account.email,
        async run() {
          const { password: word, code: old } = given;
          const body = { password: word, ...(old === undefined ? {} : { code: old }) };
          const made = await client.call(beginSecondFactor, { body });
          return {
            name: account.email,
            object: made,
            secret: {
              title: 'Secret for the authenticator app',
              note: `Enter it in an authenticator app, or open ${made.uri}. Then confirm it with a code.`,
              value: made.secret,
            },
          };
        },
      },
    ],
  }),
});

export const secondFactorConfirm = defineAction({
  ...common,
  id: 'account.confirmSecondFactor',
  title: 'Enable the second factor',
  button: 'Enable',
  done: 'enabled',
  details: 'Needs a code from the authenticator app, and shows the recovery codes once.',
  noun: 'second factor',
  inputs: z.object({ code }),
  plan: ({ client, account }, _rows, given) => ({
    steps: [
      {
        name: account.email,
        async run() {
          const { recoveryCodes } = await client.call(confirmSecondFactor, { body: { code: given.code } });
          return {
            name: account.email,
            secret: {
              title: 'Recovery codes',
              note: 'The second factor is enabled. Store these recovery codes; they are shown this once. Each can be used once instead of a code.',
              value: recoveryCodes.join('\n'),
            },
          };
        },
      },
    ],
  }),
});

export const secondFactorRemove = defineAction({
  ...common,
  id: 'account.removeSecondFactor',
  title: 'Disable the second factor',
  button: 'Disable',
  done: 'disabled',
  noun: 'second factor',
  inputs: z.object({ password, code }),
  plan: ({ client, account }, _rows, { password: word, code: current }) => ({
    steps: [
      {
        name: account.email,
        async run() {
          await client.call(removeSecondFactor, { body: { password: word, code: current.trim() } });
          return { name: account.email };
        },
      },
    ],
  }),
});
