import { createKey, deleteKey, rotateKey, updateKey, type ApiKey } from '@portolan/contract/keys';
import { z } from 'zod';
import { keys } from '../kinds/keys.ts';
import type { Session } from '../kinds/kind.ts';
import { defineAction, stepsFor } from './action.ts';
import { duration, text, toggle } from './input.ts';

const name = (key: ApiKey) => key.name;
const line = (key: ApiKey) => `${key.name} (${key.prefix}…) of ${key.userEmail}`;
const apart = (key: ApiKey) => ({ of: key.userEmail, id: key.id });

export const keyCreate = defineAction({
  id: 'keys.create',
  title: 'New API key',
  button: 'Create',
  done: 'created',
  details: 'Only a hash of the key is stored: it is shown this once.',
  permission: 'keys.write',
  danger: 0,
  kind: keys,
  takes: 'none',
  keys: ['n'],
  inputs: z.object({
    user: text({ label: 'User', value: 'EMAIL', of: 'users', help: 'owner of the key' }),
    name: text({ label: 'Name', value: 'NAME', help: 'what the key is for, such as checkin-app' }),
    expires: duration({
      label: 'Expires in',
      value: 'TIME',
      unit: 'd',
      help: 'time until it expires, such as 30d or 12h; never by default',
    }),
  }),
  plan: ({ client, workspace }, _rows, { user, name: wanted, expires }) => ({
    object: `${wanted} of ${user}`,
    steps: [
      {
        name: wanted,
        async run() {
          const body = {
            user,
            name: wanted,
            ...(expires === undefined ? {} : { expiresAt: momentIn(expires) }),
          };
          const key = await client.call(createKey, { params: { workspace }, body });
          return { name: key.name, ...apart(key), object: key, secret: secretOf(key) };
        },
      },
    ],
  }),
});

/** A created key as it is shown once. */
function secretOf(key: ApiKey & { readonly key: string }) {
  return {
    title: `API key ${key.name} of ${key.userEmail}`,
    note: 'Copy it now: it is shown this once, and only its hash is stored. Callers send it as "Authorization: Bearer KEY".',
    value: key.key,
  };
}

const GRACE_SECONDS_DEFAULT = 86_400;

export const keyRotate = defineAction({
  id: 'keys.rotate',
  title: 'Rotate an API key',
  button: 'Rotate',
  done: 'rotated',
  details:
    'Creates a new key of the same name, shown this once. The old key keeps working during the grace period and then expires.',
  permission: 'keys.write',
  danger: 1,
  kind: keys,
  takes: 'one',
  keys: ['R'],
  inputs: z.object({
    grace: duration({
      label: 'Grace period',
      value: 'TIME',
      unit: 'h',
      initial: '24h',
      help: 'how long the old key keeps working; 24h by default',
    }),
    now: toggle({ label: 'Without grace', help: 'delete the old key at once' }),
    expires: duration({
      label: 'Expires in',
      value: 'TIME',
      unit: 'd',
      help: 'time until the new key expires; as long as the old one was valid by default',
    }),
  }),
  plan: ({ client, workspace }, rows, { grace = GRACE_SECONDS_DEFAULT, now, expires }) => ({
    lines: [
      ...rows.map(line),
      now
        ? { tone: 'bad', text: 'The old key is deleted: calls with it are refused within a second.' }
        : `The old key keeps working until ${momentIn(grace)}.`,
    ],
    steps: stepsFor(rows, name, async (key) => {
      const body = {
        graceSeconds: now ? 0 : Math.round(grace),
        ...(expires === undefined ? {} : { expiresAt: momentIn(expires) }),
      };
      const made = await client.call(rotateKey, { params: { workspace, key: key.id }, body });
      const until = made.previous?.expiresAt;
      const old = until ? ` The old key works until ${until}.` : ' The old key is deleted.';
      const secret = secretOf(made);
      return {
        of: made.userEmail,
        id: made.id,
        object: made,
        secret: { ...secret, note: `${secret.note}${old}` },
      };
    }),
  }),
});

export const keySuspend = stateAction('suspended');
export const keyResume = stateAction('active');

function stateAction(to: 'active' | 'suspended') {
  const isSuspending = to === 'suspended';
  const set = ({ client, workspace }: Session, rows: readonly ApiKey[], state: 'active' | 'suspended') =>
    stepsFor(rows, name, async (key) => ({
      ...apart(key),
      object: await client.call(updateKey, { params: { workspace, key: key.id }, body: { state } }),
    }));
  return defineAction({
    id: isSuspending ? 'keys.suspend' : 'keys.resume',
    title: isSuspending ? 'Suspend API keys' : 'Resume API keys',
    button: isSuspending ? 'Suspend' : 'Resume',
    done: isSuspending ? 'suspended' : 'resumed',
    ...(isSuspending
      ? { details: 'Every gateway refuses a suspended key within a second, until it is resumed.' }
      : {}),
    permission: 'keys.write',
    danger: 1,
    kind: keys,
    takes: 'some',
    keys: ['Z'],
    inputs: z.object({}),
    whyNot: (key) => ((key.state === 'suspended') === isSuspending ? `it is ${key.state} already` : null),
    plan: (session, rows) => ({
      lines: [
        ...rows.map(line),
        `Every gateway ${isSuspending ? 'refuses' : 'accepts'} ${rows.length === 1 ? 'it' : 'them'} within a second.`,
      ],
      steps: set(session, rows, to),
      undo: {
        title: `${isSuspending ? 'Resume' : 'Suspend'} ${rows.length === 1 ? 'the key' : 'the keys'} again`,
        done: isSuspending ? 'resumed' : 'suspended',
        steps: set(session, rows, isSuspending ? 'active' : 'suspended'),
      },
    }),
  });
}

export const keyDelete = defineAction({
  id: 'keys.delete',
  title: 'Delete API keys',
  button: 'Delete',
  done: 'deleted',
  permission: 'keys.write',
  danger: 2,
  kind: keys,
  takes: 'some',
  keys: ['D'],
  inputs: z.object({}),
  plan: ({ client, workspace }, rows) => ({
    lines: [
      ...rows.map(line),
      {
        tone: 'bad',
        text: `Every gateway refuses ${rows.length === 1 ? 'it' : 'them'} within a second. This cannot be undone.`,
      },
    ],
    steps: stepsFor(rows, name, async (key) => {
      await client.call(deleteKey, { params: { workspace, key: key.id } });
      return apart(key);
    }),
  }),
});

/** The moment so many seconds from now, in ISO 8601. */
export function momentIn(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}
