import { createGroup, deleteGroup, renameGroup } from '@portolan/contract/users';
import type { Command } from '../../commands/command.ts';
import { groups } from '../../kinds/groups.ts';
import { Form } from '../../overlays/form.ts';

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
              },
            });
          },
        }),
      );
    },
  },
  {
    id: 'groups.delete',
    title: 'Delete the group',
    keys: ['D'],
    where: 'item',
    kinds: KINDS,
    permission: 'users.write',
    danger: 3,
    disabled: (app) => (app.targets(groups).length === 1 ? null : 'it takes one group'),
    plan(app) {
      const [group] = app.targets(groups);
      if (!group) return null;
      const { client, workspace } = app.session;
      return {
        title: `Delete group ${group.name}`,
        action: 'Delete',
        typed: app.confirmWord(group.name),
        object: group.name,
        lines: [
          `${group.members} users lose what this group grants them, at every gateway within a second.`,
          { tone: 'bad', text: 'The users stay; their membership cannot be restored.' },
        ],
        async run() {
          await client.call(deleteGroup, { params: { workspace, group: group.id } });
          return `Group ${group.name} is deleted.`;
        },
      };
    },
  },
];
