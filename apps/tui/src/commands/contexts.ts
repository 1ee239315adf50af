import { savedFilters } from '../screens/list-body.ts';
import { runCommand } from './run-command.ts';
import { getResource } from '@portolan/contract/resources';
import { whoAmI, type Account } from '@portolan/contract/sessions';
import type { SwitchTarget } from '../state/connection.ts';
import { apis } from '@portolan/console/kinds/apis';
import type { Kind } from '@portolan/console/kinds/kind';
import { logs } from '@portolan/console/kinds/logs';
import { diffObjects } from '@portolan/console/kinds/manifest-diff';
import { resources } from '@portolan/console/kinds/resources';
import { Picker } from '../overlays/picker.ts';
import type { App, Command, SafeCommand } from '../state/app.ts';
import { applies } from './keymap.ts';
import { choosePreviewTab } from './preview.ts';

const SINCE = ['1m', '5m', '15m', '1h', '6h', '24h'] as const;

/** Other platforms, views that were kept, what changed and what waits, and doing the same again. */
export const contextCommands: readonly Command[] = [
  {
    id: 'context.pick',
    title: 'Switch context or workspace',
    keys: ['@'],
    where: 'anywhere',
    danger: 0,
    async run(app) {
      // Both may have changed since the start: another login, an invitation.
      const [account] = await Promise.all([app.session.client.call(whoAmI, {}), app.preferences.reload()]);
      app.openOverlay(contextPicker(app, account.workspaces));
    },
  },
  {
    id: 'nav.goto.sync',
    title: 'Go to pending changes',
    keys: ['g Y'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.navigation.openList(resources, 'state=pending,refused'),
  },
  {
    id: 'command.repeat',
    title: 'Repeat the last command here',
    keys: ['.'],
    where: 'anywhere',
    danger: 0,
    disabled(app) {
      if (app.lastCommand === null) return 'no command to repeat yet';
      return applies(app.lastCommand, app.navigation.view)
        ? null
        : `${app.lastCommand.title} cannot be done here`;
    },
    run: (app) => (app.lastCommand ? runCommand(app, app.lastCommand) : undefined),
  },
  {
    id: 'open.web',
    title: 'Open the public address in a browser',
    keys: ['O'],
    where: 'item',
    kinds: ['apis', 'resources'],
    danger: 0,
    disabled: (app) => (addressHere(app) === null ? 'nothing here has a public address' : null),
    async run(app) {
      const address = addressHere(app);
      if (address === null) return;
      const isOpen = (await app.terminal?.browse(address)) ?? false;
      app.say(isOpen ? `A browser opens ${address}` : `There is no browser here. The address: ${address}`);
    },
  },
  {
    id: 'item.diff',
    title: 'Compare the two marked rows, or the marked one with the one under the cursor',
    keys: ['d'],
    where: 'list',
    danger: 0,
    disabled: (app) => (pairHere(app) === null ? 'mark one row with space and go to another' : null),
    run: compareRows,
  },
  ...Array.from({ length: 9 }, (_, at): SafeCommand => ({
    id: `view.${at + 1}`,
    title: `Bookmarked view ${at + 1} of the list; in its preview, tab ${at + 1}`,
    keys: [String(at + 1)],
    where: 'list',
    danger: 0,
    disabled(app) {
      const isReading = app.navigation.view.type === 'list' && app.navigation.view.focus === 'preview';
      return isReading || savedFilters(app)[at] !== undefined
        ? null
        : `no bookmark ${at + 1} yet; b adds one`;
    },
    run(app) {
      if (!choosePreviewTab(app, at)) app.navigation.setFilter(savedFilters(app)[at] ?? '');
    },
  })),
  {
    id: 'view.all',
    title: 'Show the whole list',
    keys: ['0'],
    where: 'list',
    danger: 0,
    run: (app) => app.navigation.setFilter(''),
  },
  ...SINCE.map((window, at): SafeCommand => ({
    id: `logs.since.${window}`,
    title: `Show the last ${window}`,
    keys: [String(at + 1)],
    where: 'list',
    kinds: ['logs'],
    danger: 0,
    run(app) {
      if (choosePreviewTab(app, at)) return;
      if (app.navigation.view.type !== 'list' || app.navigation.view.kind.name !== logs.name) return;
      const rest = app.navigation.view.filter
        .split(/\s+/)
        .filter((term) => term !== '' && !term.startsWith('time>'));
      app.navigation.setFilter([...rest, `time>now-${window}`].join(' '));
    },
  })),
];

function contextPicker(app: App, workspaces: Account['workspaces']): Picker {
  const leaveFor = (target: SwitchTarget) => () => {
    app.connection.switchTo = target;
    app.terminal?.exit();
  };
  return new Picker({
    title: 'Switch to',
    empty: 'No matches. portolan login adds a context, portolan create workspace a workspace.',
    items: () => [
      ...Object.entries(app.preferences.config.contexts).map(([name, context]) => ({
        label: name,
        note: `context  ${context.production ? 'PROD  ' : ''}${context.platform}${context.workspace === undefined ? '' : `, ${context.workspace}`}`,
        disabled: name === app.options.contextName ? 'current context' : null,
        run: leaveFor({ context: name }),
      })),
      ...workspaces.map(({ workspace, name, role }) => ({
        label: workspace,
        note: `workspace  ${name}, ${role}`,
        disabled: workspace === app.session.workspace ? 'current workspace' : null,
        run: leaveFor({ workspace }),
      })),
    ],
  });
}

function addressHere(app: App): string | null {
  const [first] = [...app.navigation.targets(apis), ...app.navigation.targets(resources)];
  return first?.urls[0] ?? null;
}

function pairHere(app: App): readonly [unknown, unknown] | null {
  const { view } = app.navigation;
  if (view.type !== 'list') return null;
  const { rows, at } = app.navigation.rows(view);
  const marked = rows.filter((row) => view.marks.has(view.kind.id(row)));
  const both = [...new Set(marked.length === 1 ? [...marked, rows[at]] : marked)];
  const [one, other] = both;
  return both.length === 2 && one !== undefined && other !== undefined ? [one, other] : null;
}

async function compareRows(app: App): Promise<void> {
  const pair = pairHere(app);
  if (!pair || app.navigation.view.type !== 'list') return;
  const { kind } = app.navigation.view;
  const [from, to] = await Promise.all([wholeOf(app, kind, pair[0]), wholeOf(app, kind, pair[1])]);
  const title = `${kind.label(pair[0])} and ${kind.label(pair[1])}`;
  const lines = diffObjects(from, to);
  app.navigation.open({
    type: 'page',
    name: 'text',
    title,
    scroll: 0,
    blocks: [
      {
        type: 'cells',
        title: `- ${kind.label(pair[0])}   + ${kind.label(pair[1])}`,
        lines,
        empty: 'They are the same.',
      },
    ],
  });
}

/** Returns the object itself where there is one, or else what the list knows. */
async function wholeOf(app: App, kind: Kind, row: unknown): Promise<unknown> {
  if (kind !== apis && kind !== resources) return row;
  const { client, workspace } = app.session;
  const { clusterId, key } = row as { clusterId: string; key: string };
  return (await client.call(getResource, { params: { workspace }, query: { cluster: clusterId, key } }))
    .object;
}
