import type { Copy } from '@portolan/console/kinds/kind';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import { curlLine } from '@portolan/console/kinds/explanation';
import { Failure } from '@portolan/console/failure';
import { Form } from '../overlays/form.ts';
import { Picker, type Item } from '../overlays/picker.ts';
import type { App, Command } from '../state/app.ts';
import { locatorOf } from '../state/views.ts';
import { goTo } from './navigation.ts';
import { actionItems, helpItems, paletteItems } from './palette.ts';

/** What can be done anywhere. */
export const generalCommands: readonly Command[] = [
  {
    id: 'palette.open',
    title: 'Search places, commands and objects',
    keys: [':', 'ctrl-k'],
    where: 'anywhere',
    hint: 'go',
    danger: 0,
    run: (app) =>
      app.openOverlay(
        new Picker({
          title: 'Go to or run',
          items: (query) => paletteItems(app, query),
          empty: 'No matches',
        }),
      ),
  },
  {
    id: 'help.open',
    title: 'Keyboard shortcuts',
    keys: ['?'],
    where: 'anywhere',
    hint: 'help',
    danger: 0,
    run: (app) =>
      app.openOverlay(
        new Picker({
          title: 'Keyboard shortcuts (enter runs the selected one)',
          items: () => helpItems(app),
        }),
      ),
  },
  {
    id: 'action.menu',
    title: 'Actions',
    keys: ['a'],
    where: 'anywhere',
    hint: 'actions',
    danger: 0,
    run: (app) =>
      app.openOverlay(
        new Picker({ title: 'Actions', items: () => actionItems(app), empty: 'No actions available' }),
      ),
  },
  {
    id: 'data.refresh',
    title: 'Refresh all data',
    keys: ['R'],
    where: 'anywhere',
    danger: 0,
    run: refresh,
  },
  {
    id: 'list.pause',
    title: 'Pause live updates',
    keys: ['ctrl-s'],
    where: 'anywhere',
    danger: 0,
    run(app) {
      app.connection.isPaused = !app.connection.isPaused;
      app.lists.pause(app.connection.isPaused);
    },
  },
  {
    id: 'error.dismiss',
    title: 'Dismiss the error',
    keys: ['x'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.history.dismissErrors(),
  },
  {
    id: 'write.toggle',
    title: 'Switch between read-only and write mode',
    keys: ['!'],
    where: 'anywhere',
    danger: 0,
    run: toggleWrite,
  },
  {
    id: 'mouse.toggle',
    title: 'Mouse on or off',
    keys: ['m'],
    where: 'anywhere',
    danger: 0,
    run: toggleMouse,
  },
  {
    id: 'copy.menu',
    title: 'Copy',
    keys: ['y'],
    where: 'anywhere',
    danger: 0,
    run: (app) =>
      app.openOverlay(
        new Picker({ title: 'Copy', items: () => copyItems(app), empty: 'Nothing to copy here' }),
      ),
  },
  {
    id: 'copy.locator',
    title: 'Copy link to this view',
    keys: ['Y'],
    where: 'anywhere',
    danger: 0,
    run: (app) => app.copy(locatorOf(app.navigation.view), 'the link'),
  },
  {
    id: 'bookmark.toggle',
    title: 'Add or remove a bookmark of this view',
    keys: ['b'],
    where: 'anywhere',
    danger: 0,
    run: toggleBookmark,
  },
  {
    id: 'bookmark.list',
    title: 'Bookmarks',
    keys: ['B'],
    where: 'anywhere',
    danger: 0,
    run: (app) =>
      app.openOverlay(
        new Picker({
          title: 'Bookmarks',
          items: () => bookmarkItems(app),
          empty: 'No bookmarks yet. Press b to add one.',
        }),
      ),
  },
];

function refresh(app: App): void {
  app.refreshAll();
  if (app.navigation.view.type === 'detail')
    app.details.refresh(app.navigation.view.kind, app.navigation.view.id);
  app.say('Reading again …');
}

/** Writing on production asks for the reason, which the journal keeps, and lapses. */
function toggleWrite(app: App): void {
  if (app.connection.gate.isWritable || !app.options.isProduction) {
    app.connection.gate.isWritable = !app.connection.gate.isWritable;
    app.say(
      app.connection.gate.isWritable ? 'Write mode.' : 'Read-only mode: nothing can be changed from here.',
    );
    return;
  }
  app.openOverlay(
    new Form({
      title: 'Write on production',
      action: 'switch to write mode for 15 minutes',
      fields: [{ name: 'reason', label: 'Reason', hint: 'kept in the journal' }],
      async submit({ reason = '' }) {
        if (reason.length < 4) throw new Failure('A reason is needed.', 'Write a few words.');
        app.closeOverlay();
        app.connection.allowWriting(15 * 60_000);
        app.did({
          what: 'Write mode',
          object: app.options.contextName,
          result: `Write mode for 15 minutes: ${reason}`,
        });
      },
    }),
  );
}

function toggleMouse(app: App): void {
  app.preferences.isMouseOn = !app.preferences.isMouseOn;
  app.terminal?.setMouse(app.preferences.isMouseOn);
  app.say(app.preferences.isMouseOn ? 'Mouse on; hold shift to select text.' : 'Mouse off.');
}

function fixed(label: string, text: string): Copy {
  return { label, note: text.split('\n')[0] ?? '', read: () => text };
}

function copyItems(app: App): readonly Item[] {
  const { view } = app.navigation;
  if (view.type === 'page' && view.call) {
    const line = curlLine(view.call);
    return [{ label: 'curl', note: line, run: () => app.copy(line, 'the curl line') }];
  }
  if (view.type !== 'list' && view.type !== 'detail') return [];
  const { kind } = view;
  return app.navigation
    .targets(kind)
    .slice(0, 1)
    .flatMap((row) => {
      const texts: readonly Copy[] = [
        fixed('name', kind.label(row)),
        fixed('ID', kind.id(row)),
        ...(kind.copies?.(row) ?? [
          fixed('JSON', JSON.stringify(row, null, 2)),
          fixed('YAML', formatYaml(row)),
        ]),
        fixed('link to this view', locatorOf(view)),
      ];
      return texts.map(({ label, note, read }) => ({
        label,
        note,
        run: async (to: App) => to.copy(await read(to.session), `the ${label}`),
      }));
    });
}

async function toggleBookmark(app: App): Promise<void> {
  const locator = locatorOf(app.navigation.view);
  const isKnown = app.preferences.config.bookmarks.some((one) => one.locator === locator);
  await app.preferences.configure((config) => ({
    ...config,
    bookmarks: isKnown
      ? config.bookmarks.filter((one) => one.locator !== locator)
      : [...config.bookmarks, { title: locator, locator }],
  }));
  app.say(isKnown ? `No bookmark ${locator} any more.` : `Bookmarked ${locator}; B lists them.`);
}

function bookmarkItems(app: App): readonly Item[] {
  return app.preferences.config.bookmarks.map((one) => ({
    label: one.title,
    note: one.locator,
    run: () => goTo(app, one.locator),
  }));
}
