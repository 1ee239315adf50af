import { deleteKey, updateKey, type ApiKey } from '@portolan/contract/keys';
import type { Command, Plan } from '../../commands/command.ts';
import { counted } from '@portolan/console/kinds/format';
import { keys } from '@portolan/console/kinds/keys';
import { users } from '@portolan/console/kinds/users';
import { runAll } from '../../overlays/progress.ts';
import type { App } from '../../store/app.ts';
import { ensureRead } from '../../store/ensure-read.ts';
import { newKeyForm } from './new-key-form.ts';

const KINDS = ['keys'];

/** Making, suspending, resuming and deleting API keys. */
export const keyCommands: readonly Command[] = [
  {
    id: 'keys.new',
    title: 'New API key',
    keys: ['n'],
    where: 'item',
    kinds: KINDS,
    permission: 'keys.write',
    hint: 'new',
    danger: 0,
    async run(app) {
      await ensureRead(app, users);
      app.openOverlay(newKeyForm(app, ''));
    },
  },
  {
    id: 'keys.suspend',
    title: 'Suspend or resume keys',
    keys: ['Z'],
    where: 'item',
    kinds: KINDS,
    permission: 'keys.write',
    hint: 'suspend/resume',
    danger: 1,
    disabled: needsSome,
    plan: suspendPlan,
  },
  {
    id: 'keys.delete',
    title: 'Delete keys',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'keys.write',
    danger: 2,
    disabled: needsSome,
    plan: deletePlan,
  },
];

function needsSome(app: App): string | null {
  return app.targets(keys).length > 0 ? null : 'there is no key here';
}

function nameOf(chosen: readonly ApiKey[]): string {
  return chosen.length === 1 ? `key ${chosen[0]?.name ?? ''}` : counted(chosen.length, 'key');
}

const lineOf = (key: ApiKey) => `${key.name} (${key.prefix}…) of ${key.userEmail}`;

/** What the first one is decides for all. */
function suspendPlan(app: App): Plan | null {
  const [first] = app.targets(keys);
  if (!first) return null;
  const to = first.state === 'suspended' ? 'active' : 'suspended';
  const chosen = app.targets(keys).filter((key) => key.state !== to);
  const { client, workspace } = app.session;
  const word = to === 'suspended' ? 'Suspend' : 'Resume';
  const set = (state: 'active' | 'suspended', title: string) =>
    runAll(app, {
      title,
      items: chosen.map((key) => ({
        name: lineOf(key),
        run: () => client.call(updateKey, { params: { workspace, key: key.id }, body: { state } }),
      })),
      one: `Key ${first.name} of ${first.userEmail} is ${state}.`,
      many: `keys are ${state}.`,
    });
  return {
    title: `${word} ${nameOf(chosen)}`,
    action: word,
    object: chosen.map(lineOf).join(', '),
    count: chosen.length,
    lines: [
      ...chosen.map(lineOf),
      `Calls with ${chosen.length === 1 ? 'it' : 'them'} are ${to === 'suspended' ? 'refused' : 'accepted'} at every gateway within a second.`,
    ],
    run: () => set(to, `${word} ${nameOf(chosen)}`),
    undo: {
      title: `make ${nameOf(chosen)} ${to === 'active' ? 'suspended' : 'active'} again`,
      run: () => set(to === 'active' ? 'suspended' : 'active', `Undo: ${nameOf(chosen)}`),
    },
  };
}

function deletePlan(app: App): Plan | null {
  const chosen = app.targets(keys);
  const [first] = chosen;
  if (!first) return null;
  const { client, workspace } = app.session;
  return {
    title: `Delete ${nameOf(chosen)}`,
    action: 'Delete',
    object: chosen.map(lineOf).join(', '),
    count: chosen.length,
    lines: [
      ...chosen.map(lineOf),
      {
        tone: 'bad',
        text: `Calls with ${chosen.length === 1 ? 'it' : 'them'} are refused within a second. This cannot be undone.`,
      },
    ],
    run: () =>
      runAll(app, {
        title: `Delete ${nameOf(chosen)}`,
        items: chosen.map((key) => ({
          name: lineOf(key),
          run: () => client.call(deleteKey, { params: { workspace, key: key.id } }),
        })),
        one: `Key ${first.name} of ${first.userEmail} is deleted.`,
        many: 'keys are deleted.',
      }),
  };
}
