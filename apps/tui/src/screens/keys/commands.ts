import { deleteKey, updateKey } from '@portolan/contract/keys';
import type { Command } from '../../commands/command.ts';
import { keys } from '../../kinds/keys.ts';
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
    run: (app) => app.openOverlay(newKeyForm(app, '')),
  },
  {
    id: 'keys.suspend',
    title: 'Suspend or resume the key',
    keys: ['ctrl-x'],
    where: 'item',
    kinds: KINDS,
    permission: 'keys.write',
    hint: 'suspend/resume',
    danger: 1,
    disabled: (app) => (app.targets(keys).length === 1 ? null : 'it takes one key'),
    plan(app) {
      const [key] = app.targets(keys);
      if (!key) return null;
      const to = key.state === 'suspended' ? 'active' : 'suspended';
      const set = (state: 'active' | 'suspended') =>
        app.session.client.call(updateKey, {
          params: { workspace: app.session.workspace, key: key.id },
          body: { state },
        });
      return {
        title: `${to === 'suspended' ? 'Suspend' : 'Resume'} key ${key.name}`,
        action: to === 'suspended' ? 'Suspend' : 'Resume',
        object: `${key.name} of ${key.userEmail}`,
        lines: [
          `Key ${key.name} (${key.prefix}…) of ${key.userEmail} is ${to === 'suspended' ? 'refused' : 'accepted'} at every gateway within a second.`,
        ],
        async run() {
          await set(to);
          return `Key ${key.name} of ${key.userEmail} is ${to}.`;
        },
        undo: {
          title: `make key ${key.name} ${to === 'active' ? 'suspended' : 'active'} again`,
          async run() {
            await set(to === 'active' ? 'suspended' : 'active');
            return `Key ${key.name} is as before.`;
          },
        },
      };
    },
  },
  {
    id: 'keys.delete',
    title: 'Delete keys',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'keys.write',
    danger: 2,
    disabled: (app) => (app.targets(keys).length > 0 ? null : 'there is no key here'),
    plan(app) {
      const targets = app.targets(keys);
      const { client, workspace } = app.session;
      return {
        title:
          targets.length === 1 ? `Delete key ${targets[0]?.name ?? ''}` : `Delete ${targets.length} keys`,
        action: 'Delete',
        object: targets.map((key) => key.name).join(', '),
        lines: [
          ...targets.map((key) => `${key.name} (${key.prefix}…) of ${key.userEmail}`),
          { tone: 'bad', text: 'Calls with it are refused within a second. This cannot be undone.' },
        ],
        async run() {
          for (const key of targets) await client.call(deleteKey, { params: { workspace, key: key.id } });
          return `${targets.map((key) => key.name).join(', ')} deleted.`;
        },
      };
    },
  },
];
