import { createGroup, deleteGroup, renameGroup } from '@portolan/contract/users';
import type { Command, Plan } from '../../commands/command.ts';
import { counted } from '@portolan/console/kinds/format';
import { groups } from '@portolan/console/kinds/groups';
import { Form } from '../../overlays/form.ts';
import { runAll } from '../../overlays/progress.ts';
import type { App } from '../../store/app.ts';

const KINDS = ['groups'];

/** Creating, renaming and deleting groups. */
export const groupCommands: readonly Command[] = [
  {
    id: 'groups.new',
    title: 'New group',
    keys: ['n'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    hint: 'new',
    danger: 0,
    run(app) {
      app.openOverlay(
        new Form({
          title: 'New group',
          action: 'create the group',
          fields: [{ name: 'name', label: 'Name', hint: 'such as crew; resources name it' }],
          async submit({ name = '' }) {
            const { client, workspace } = app.session;
            const made = await client.call(createGroup, { params: { workspace }, body: { name } });
            app.closeOverlay();
            await app.showMade(groups, made.id);
            app.did({ what: 'New group', object: made.name, result: `Group ${made.name} is created.` });
          },
        }),
      );
    },
  },
  {
    id: 'groups.rename',
    title: 'Rename the group',
    keys: ['i', 'e'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    hint: 'rename',
    danger: 0,
    disabled: (app) => (app.targets(groups).length === 1 ? null : 'it takes one group'),
    run(app) {
      const [group] = app.targets(groups);
      if (!group) return;
      const { client, workspace } = app.session;
      const rename = (name: string) =>
        client.call(renameGroup, { params: { workspace, group: group.id }, body: { name } });
      app.openOverlay(
        new Form({
          title: `Rename ${group.name}`,
          action: 'rename; manifests that name the old one no longer match',
          fields: [{ name: 'name', label: 'Name', value: group.name }],
          async submit({ name = '' }) {
            await rename(name);
            app.closeOverlay();
            app.did({
              what: 'Rename the group',
              object: group.name,
              result: `Group ${group.name} is now ${name}.`,
              undo: {
                title: `name it ${group.name} again`,
                async run() {
                  await rename(group.name);
                  return `Group ${name} is ${group.name} again.`;
                },
                async redo() {
                  await rename(name);
                  return `Group ${group.name} is ${name}.`;
                },
              },
            });
          },
        }),
      );
    },
  },
  {
    id: 'groups.delete',
    title: 'Delete groups',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    danger: 3,
    disabled: (app) => (app.targets(groups).length > 0 ? null : 'there is no group here'),
    plan: deletePlan,
  },
];

function deletePlan(app: App): Plan | null {
  const chosen = app.targets(groups);
  const [first] = chosen;
  if (!first) return null;
  const { client, workspace } = app.session;
  const name = chosen.length === 1 ? `group ${first.name}` : counted(chosen.length, 'group');
  return {
    title: `Delete ${name}`,
    action: 'Delete',
    typed: app.confirmWord(chosen.length === 1 ? first.name : String(chosen.length)),
    object: chosen.map((group) => group.name).join(', '),
    count: chosen.length,
    lines: [
      ...chosen.map(
        (group) => `${group.name}: ${counted(group.members, 'user')} lose what it grants, within a second.`,
      ),
      { tone: 'bad', text: 'The users stay; their membership cannot be restored.' },
    ],
    run: () =>
      runAll(app, {
        title: `Delete ${name}`,
        items: chosen.map((group) => ({
          name: group.name,
          run: () => client.call(deleteGroup, { params: { workspace, group: group.id } }),
        })),
        one: `Group ${first.name} is deleted.`,
        many: 'groups are deleted.',
      }),
  };
}
