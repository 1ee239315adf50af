import { allKinds, findKindByName } from '@portolan/console/kinds/all-kinds';
import { findRow, type Kind } from '@portolan/console/kinds/kind';
import { Failure } from '@portolan/console/failure';
import { openSettings } from './settings/commands.ts';
import type { App } from '../state/app.ts';
import { detailView, goUp, HOME, newTrail, step, type ListView, type PageView } from '../state/views.ts';
import type { Command, SafeCommand } from '../state/command.ts';

const GO: Readonly<Record<string, string>> = {
  apis: 'a',
  users: 'u',
  groups: 'r',
  keys: 'k',
  clusters: 'c',
  tunnels: 't',
  brokers: 'b',
  problems: 'p',
  logs: 'l',
  resources: 'o',
  members: 'm',
  providers: 'i',
  audit: 'd',
  alerts: 'n',
  rules: 'N',
  receivers: 'R',
  versions: 'v',
  access: 'x',
  changes: 'y',
  invitations: 'I',
  sessions: 'w',
};

/** Going from place to place. */
export const navigationCommands: readonly Command[] = [
  ...allKinds.map((kind): SafeCommand => ({
    id: `nav.goto.${kind.name}`,
    title: `Go to ${kind.title}`,
    keys: [`g ${GO[kind.name] ?? ''}`],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.openList(kind),
  })),
  {
    id: 'nav.goto.home',
    title: 'Go to Pulse',
    keys: ['g h'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.open(HOME),
  },
  {
    id: 'nav.goto.journal',
    title: 'Go to the journal of this session',
    keys: ['g j'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.open(page('journal', 'Journal')),
  },
  {
    id: 'errors.open',
    title: 'Open the log of errors',
    keys: ['E'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.open(page('errors', 'Errors')),
  },
  {
    id: 'nav.back',
    title: 'Clear the filter, then the marks, then go up',
    keys: ['esc'],
    where: 'anywhere',
    danger: 0,
    run: back,
  },
  {
    id: 'nav.up',
    title: 'Go up',
    keys: ['h', 'left'],
    where: 'anywhere',
    danger: 0,
    run(app) {
      if (!leavePreview(app)) app.setTrail(goUp(app.trail));
    },
  },
  {
    id: 'history.back',
    title: 'Back to where one was',
    keys: ['['],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.setTrail(step(app.trail, -1)),
  },
  {
    id: 'history.forward',
    title: 'Forward again',
    keys: [']'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.setTrail(step(app.trail, 1)),
  },
  {
    id: 'history.last',
    title: 'Between the last two places',
    keys: ['-'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.setTrail(step(app.trail, app.trail.at === app.trail.views.length - 1 ? -1 : 1)),
  },
  {
    id: 'tab.new',
    title: 'Open a new tab',
    keys: ['t'],
    where: 'anywhere',
    danger: 0,
    run(app) {
      app.trails = [...app.trails, { views: [app.view], at: 0 }];
      app.tab = app.trails.length - 1;
    },
  },
  ...Array.from({ length: 9 }, (_, at): SafeCommand => ({
    id: `tab.${at + 1}`,
    title: `Go to tab ${at + 1}`,
    keys: [`alt-${at + 1}`],
    where: 'anywhere',
    danger: 0,
    disabled: (app) => (at < app.trails.length ? null : `there are ${app.trails.length} tabs`),
    run(app) {
      app.tab = at;
      app.setTrail(app.trail);
    },
  })),
  {
    id: 'nav.close',
    title: 'Close the tab; in the last one quit',
    keys: ['q'],
    where: 'anywhere',
    danger: 0,
    run: closeTab,
  },
  {
    id: 'app.redraw',
    title: 'Paint the screen anew',
    keys: ['ctrl-l'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.terminal?.redraw(),
  },
  {
    id: 'app.suspend',
    title: 'Suspend to the shell; fg comes back',
    keys: ['ctrl-z'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.terminal?.stop(),
  },
  {
    id: 'app.quit',
    title: 'Quit',
    keys: ['ctrl-c'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.terminal?.exit(),
  },
];

function page(name: PageView['name'], title: string): PageView {
  return { type: 'page', name, title, scroll: 0, blocks: [] };
}

/** From reading in the preview back to the list. */
function leavePreview(app: App): boolean {
  const { view } = app;
  if (view.type !== 'list' || (view.focus === 'list' && !app.preview.isZoomed)) return false;
  app.preview = { ...app.preview, isZoomed: false };
  app.setView({ ...view, focus: 'list' });
  return true;
}

function idHere(app: App, view: ListView): string | null {
  const { rows, at } = app.rows(view);
  return rows[at] === undefined ? view.cursor : view.kind.id(rows[at]);
}

function back(app: App): void {
  const { view } = app;
  if (leavePreview(app)) return;
  if (view.type === 'list' && view.filter !== '')
    // The object under the cursor stays there when the others come back.
    app.setView({ ...view, filter: '', cursor: idHere(app, view) });
  else if (view.type === 'list' && view.marks.size > 0)
    app.setView({ ...view, marks: new Set(), rangeFrom: null });
  else app.setTrail(goUp(app.trail));
}

function closeTab(app: App): void {
  if (app.trails.length === 1) {
    app.terminal?.exit();
    return;
  }
  app.trails = app.trails.filter((_, at) => at !== app.tab);
  app.tab = Math.max(0, app.tab - 1);
  app.setTrail(app.trails[app.tab] ?? newTrail());
}

/** Goes where a locator says: `users`, `apis state=refused`, `users/ada@example.com`. */
export async function goTo(app: App, locator: string): Promise<void> {
  const [head = '', ...rest] = locator.trim().split(/\s+/);
  if (head === 'home' || head === 'pulse') return app.open(HOME);
  if (head === 'settings') return openSettings(app);
  if (head === 'journal' || head === 'errors')
    return app.open(page(head, head[0]?.toUpperCase() + head.slice(1)));
  const slash = head.indexOf('/');
  const kind: Kind | null = findKindByName(slash < 0 ? head : head.slice(0, slash));
  if (!kind) throw new Failure(`There is no place "${locator}".`, 'Type : and pick one from the list.');
  if (slash < 0) return app.openList(kind, rest.join(' '));
  const name = locator.trim().slice(slash + 1);
  const row = await findRow(kind, app.session, name);
  if (row === null)
    throw new Failure(`There is no ${kind.singular} "${name}".`, `: ${kind.name} lists them.`);
  app.open(detailView(kind, row));
}
