import { allActions } from '@portolan/console/actions/all-actions';
import type { Action } from '@portolan/console/actions/action';
import { allVerbs } from '../../apps/tui/src/cli/registry.ts';
import { pagesOffering } from '../../apps/desktop/src/renderer/actions/offers.ts';
import { allCommands } from '../../apps/tui/src/commands/all-commands.ts';
import type { Generator } from './registry.ts';

const CONFIRMATION = ['none', 'a choice', 'typed letter', 'typed name'] as const;

/** docs/actions.md: every action of an administrator with its key, verb, permission and danger level. */
export const generateActionTable: Generator = async () => {
  const verbs = await Promise.all(
    allVerbs.map(async ({ name, load }) => ({ name, actions: (await load()).actions ?? [] })),
  );
  const row = (action: Action) =>
    `| ${[
      action.title,
      [...new Set(allCommands.filter(runs(action)).flatMap((one) => one.keys))]
        .map((key) => `\`${key}\``)
        .join(' '),
      verbs
        .filter(runs(action))
        .map(({ name }) => `[\`${name}\`](cli.md#portolan-${name.replaceAll(' ', '-')})`)
        .join(', '),
      pagesOffering(action)
        .map((page) => `\`${page}\``)
        .join(' '),
      action.permission === 'signed-in' ? '' : `\`${action.permission}\``,
      `${action.danger}`,
      `\`${action.id}\``,
    ].join(' | ')} |`;
  return new Map([
    [
      'docs/actions.md',
      [
        '<!-- Generated from the actions by `npm run gen`. Do not edit. -->',
        '# Actions',
        '',
        'What an administrator can do, the same in every front end: one object in `shared/console/src/actions` holds inputs, plan,',
        'steps and undo, and keys, palette and command line run it. A danger level says what it takes to confirm in the terminal UI:',
        `${CONFIRMATION.map((text, level) => `${level} ${text}`).join(', ')}. The command line asks from level 2 on (\`--yes\`).`,
        '',
        '| Action | Keys | Verbs | Pages of the [console](console.md) | Permission | Danger | Id |',
        '|---|---|---|---|---|---|---|',
        ...allActions.map(row),
        '',
      ].join('\n'),
    ],
  ]);
};

const runs = (action: Action) => (one: { readonly actions?: readonly Action[] }) =>
  one.actions?.includes(action) === true;
