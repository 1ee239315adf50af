import { allKinds, findKindByName } from '@portolan/console/kinds/all-kinds';
import { GO_KEYS } from '@portolan/console/kinds/go-keys';
import { inText } from '@portolan/console/kinds/format';
import { findRow, type Kind } from '@portolan/console/kinds/kind';
import { Failure } from '@portolan/console/failure';
import { openSettings } from './settings/commands.ts';
import type { App, Command, SafeCommand } from '../state/app.ts';
import { detailView, goUp, HOME, newTrail, step, type ListView, type PageView } from '../state/views.ts';

/** Going from place to place. */
export const navigationCommands: readonly Command[] = [
  ...allKinds.map((kind): SafeCommand => ({
    id: `nav.goto.${kind.name}`,
    title: `Go to ${kind.title}`,
    keys: [`g ${GO_KEYS[kind.name] ?? ''}`],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.navigation.openList(kind),
  })),
  {
    id: 'nav.goto.home',
    title: 'Go to Pulse',
    keys: ['g h'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.navigation.open(HOME),
  },
  {
    id: 'nav.goto.journal',
    title: 'Go to the history of this session',
    keys: ['g j'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.navigation.open(page('journal', 'Journal')),
  },
  {
    id: 'errors.open',
    title: 'Open the error log',
    keys: ['E'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.navigation.open(page('errors', 'Errors')),
  },
  {
    id: 'nav.back',
    title: 'Clear filter or marks, or go up',
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
      if (!leavePreview(app)) app.navigation.setTrail(goUp(app.navigation.trail));
    },
  },
  {
    id: 'history.back',
    title: 'Back',
    keys: ['['],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.navigation.setTrail(step(app.navigation.trail, -1)),
  },
  {
    id: 'history.forward',
    title: 'Forward',
    keys: [']'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.navigation.setTrail(step(app.navigation.trail, 1)),
  },
  {
    id: 'history.last',
    title: 'Previous location',
    keys: ['-'],
    where: 'anywhere',
    danger: 0,
    run: (app) =>
      app.navigation.setTrail(
        step(
          app.navigation.trail,
          app.navigation.trail.at === app.navigation.trail.views.length - 1 ? -1 : 1,
        ),
      ),
  },
  {
    id: 'tab.new',
    title: 'Open a new tab',
    keys: ['t'],
    where: 'anywhere',
    danger: 0,
    run(app) {
      app.navigation.trails = [...app.navigation.trails, { views: [app.navigation.view], at: 0 }];
      app.navigation.tab = app.navigation.trails.length - 1;
    },
  },
  ...Array.from({ length: 9 }, (_, at): SafeCommand => ({
    id: `tab.${at + 1}`,
    title: `Go to tab ${at + 1}`,
    keys: [`alt-${at + 1}`],
    where: 'anywhere',
    danger: 0,
    disabled: (app) =>
      at < app.navigation.trails.length ? null : `there are ${app.navigation.trails.length} tabs`,
    run(app) {
      app.navigation.tab = at;
      app.navigation.setTrail(app.navigation.trail);
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
    title: 'Redraw screen',
    keys: ['ctrl-l'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.terminal?.redraw(),
  },
  {
    id: 'app.suspend',
    title: 'Suspend to the shell (fg resumes)',
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
  const { view } = app.navigation;
  if (view.type !== 'list' || (view.focus === 'list' && !app.navigation.preview.isZoomed)) return false;
  app.navigation.preview = { ...app.navigation.preview, isZoomed: false };
  app.navigation.setView({ ...view, focus: 'list' });
  return true;
}

function idHere(app: App, view: ListView): string | null {
  const { rows, at } = app.navigation.rows(view);
  return rows[at] === undefined ? view.cursor : view.kind.id(rows[at]);
}

function back(app: App): void {
  const { view } = app.navigation;
  if (leavePreview(app)) return;
  if (view.type === 'list' && view.filter !== '')
    // The object under the cursor stays there when the others come back.
    app.navigation.setView({ ...view, filter: '', cursor: idHere(app, view) });
  else if (view.type === 'list' && view.marks.size > 0)
    app.navigation.setView({ ...view, marks: new Set(), rangeFrom: null });
  else app.navigation.setTrail(goUp(app.navigation.trail));
}

function closeTab(app: App): void {
  if (app.navigation.trails.length === 1) {
    app.terminal?.exit();
    return;
  }
  app.navigation.trails = app.navigation.trails.filter((_, at) => at !== app.navigation.tab);
  app.navigation.tab = Math.max(0, app.navigation.tab - 1);
  app.navigation.setTrail(app.navigation.trails[app.navigation.tab] ?? newTrail());
}

/** Goes where a locator says: `users`, `apis state=refused`, `users/ada@example.com`. */
export async function goTo(app: App, locator: string): Promise<void> {
  const [head = '', ...rest] = locator.trim().split(/\s+/);
  if (head === 'home' || head === 'pulse') return app.navigation.open(HOME);
  if (head === 'settings') return openSettings(app);
  if (head === 'journal' || head === 'errors')
    return app.navigation.open(page(head, head[0]?.toUpperCase() + head.slice(1)));
  const slash = head.indexOf('/');
  const kind: Kind | null = findKindByName(slash < 0 ? head : head.slice(0, slash));
  if (!kind) throw new Failure(`There is no place "${locator}".`, 'Type : and pick one from the list.');
  if (slash < 0) return app.navigation.openList(kind, rest.join(' '));
  const name = locator.trim().slice(slash + 1);
  const row = await findRow(kind, app.session, name);
  if (row === null)
    throw new Failure(`There is no ${inText(kind.singular)} "${name}".`, `: ${kind.name} lists them.`);
  app.navigation.open(detailView(kind, row));
}
