import { updateUser, type User } from '@portolan/contract/users';
import { counted } from '@portolan/console/kinds/format';
import { groups } from '@portolan/console/kinds/groups';
import { Form } from '../../overlays/form.ts';
import { runAll } from '../../overlays/progress.ts';
import type { App } from '../../store/app.ts';

/** Puts users in a group, each on the revision that was seen: what someone else changed meanwhile is not lost. */
export function groupForm(app: App, chosen: readonly User[]): Form {
  const who = chosen.length === 1 ? (chosen[0]?.email ?? '') : counted(chosen.length, 'user');
  const known = app.labelsOf(groups);
  return new Form({
    title: `Put ${who} in a group`,
    action: 'put them in; a group that is not there is made',
    fields: [
      {
        name: 'group',
        label: 'Group',
        value: known.length === 1 ? (known[0] ?? '') : '',
        hint: 'tab completes',
        choices: known,
        isNeeded: true,
      },
    ],
    async submit({ group = '' }) {
      const outside = chosen.filter((user) => !user.groups.includes(group));
      const { client, workspace } = app.session;
      const put = (title: string, groupsOf: (user: User) => readonly string[], isFirst: boolean) =>
        runAll(app, {
          title,
          items: outside.map((user) => ({
            name: user.email,
            run: () =>
              client.call(updateUser, {
                params: { workspace, user: user.id },
                body: { groups: [...groupsOf(user)], ...(isFirst ? { revision: user.revision } : {}) },
              }),
          })),
          one: `${outside[0]?.email ?? ''} is ${isFirst ? 'in' : 'no longer in'} ${group}.`,
          many: `users are ${isFirst ? 'in' : 'no longer in'} ${group}.`,
        });
      app.closeOverlay();
      if (outside.length === 0) return app.say(`All of them are in ${group} already.`);
      const result = await put(`Put ${who} in ${group}`, (user) => [...user.groups, group], true);
      app.did({
        what: 'Put users in a group',
        object: who,
        result,
        undo: {
          title: `take ${who} out of ${group} again`,
          run: () => put(`Undo: ${who}`, (user) => user.groups, false),
        },
      });
    },
  });
}
