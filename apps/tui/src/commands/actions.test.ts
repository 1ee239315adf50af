import { expect, test } from 'vitest';
import { allActions } from '@portolan/console/actions/all-actions';
import { ROLE_PERMISSIONS } from '@portolan/contract/permissions';
import { allVerbs } from '../cli/registry.ts';
import { allCommands } from './all-commands.ts';

const verbs = await Promise.all(
  allVerbs.map(async ({ name, load }) => ({ name, actions: (await load()).actions ?? [] })),
);

test('ids of actions are unique', () => {
  const ids = allActions.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test.each(allActions.map((action) => [action.id, action] as const))(
  '%s is available by a command and by a verb, and somebody is allowed to do it',
  (_, action) => {
    const isByCommand = allCommands.some((command) => command.actions?.includes(action) === true);
    const isByVerb = verbs.some((verb) => verb.actions.includes(action));
    const { permission } = action;
    expect([isByCommand || ONLY_VERB.has(action.id), isByVerb || ONLY_COMMAND.has(action.id)]).toEqual([
      true,
      true,
    ]);
    if (permission !== 'signed-in') expect(ROLE_PERMISSIONS.owner.has(permission)).toBe(true);
    expect(action.title).toMatch(/^[A-Z].*[^.]$/);
  },
);

/** Workspaces are no list of the terminal UI; the settings change some of them without a command of their own. */
const ONLY_VERB = new Set([
  'users.import',
  'groups.import',
  'workspaces.create',
  'workspaces.rename',
  'workspaces.apiAuth',
  'workspaces.leave',
  'workspaces.delete',
  'workspaces.applySettings',
  'resources.apply',
  'users.edit',
]);
/** The command line changes it by `settings apply`. */
const ONLY_COMMAND = new Set(['workspaces.apiAuth']);

test('verbs and commands run only actions that all front ends know', () => {
  const known = new Set(allActions);
  const used = [...verbs, ...allCommands].flatMap((one) => one.actions ?? []);
  expect(used.filter((action) => !known.has(action)).map(({ id }) => id)).toEqual([]);
});
