import { runCommand } from './run-command.ts';
import { whyNot } from '../state/why-not.ts';
import { allKinds, findKindByName } from '@portolan/console/kinds/all-kinds';
import { cellOf } from '@portolan/console/kinds/block';
import { inText } from '@portolan/console/kinds/format';
import type { Item } from '../overlays/picker.ts';
import type { App, Command } from '../state/app.ts';
import { ensureRead } from '../state/ensure-read.ts';
import { detailView, type SettingsView } from '../state/views.ts';
import { settingRows } from './settings/rows.ts';
import { goTo } from './navigation.ts';

const OBJECTS_MAX = 500;
const MARKS = ['safe', 'asks first', 'asks for a word', 'asks for the name'] as const;

/** Everything `:` finds: places, commands, bookmarks, and objects of the lists that are here. */
export function paletteItems(app: App, query: string): readonly Item[] {
  const here = app.options.keymap.here(app.navigation.view).filter(isWorthNaming);
  const commands = [...commandItems(app, here), ...elsewhereItems(app, new Set(here))];
  if (query.startsWith('>')) return commands.map((item) => ({ ...item, label: `> ${item.label}` }));
  const kinds = allKinds.map((kind): Item => ({
    label: kind.name,
    note: `go to ${kind.title}`,
    keys: keysOf(app, `nav.goto.${kind.name}`),
    run: () => app.navigation.openList(kind),
  }));
  const bookmarks = app.preferences.config.bookmarks.map((one): Item => ({
    label: one.title,
    note: 'bookmark',
    run: () => goTo(app, one.locator),
  }));
  if (query === '') return [...kinds, ...bookmarks, ...commands];
  return [
    ...locatorItem(app, query),
    ...kinds,
    ...bookmarks,
    ...objectItems(app, query),
    ...commands,
    ...settingItems(app),
  ];
}

/** Returns the keys of this place first, then those of everywhere. */
export function helpItems(app: App): readonly Item[] {
  return commandItems(app, app.options.keymap.here(app.navigation.view)).toSorted(
    (a, b) => Number(a.note?.startsWith('everywhere')) - Number(b.note?.startsWith('everywhere')),
  );
}

/** What can be done to what is here: the commands of this kind, dangerous ones last. */
export function actionItems(app: App): readonly Item[] {
  return commandItems(
    app,
    app.options.keymap
      .here(app.navigation.view)
      .filter((command) => command.kinds !== undefined)
      .toSorted((a, b) => a.danger - b.danger),
  );
}

function commandItems(app: App, commands: readonly Command[]): readonly Item[] {
  return commands.map((command) => ({
    label: command.title,
    note: `${command.where === 'anywhere' ? 'everywhere' : 'here'}${command.danger > 0 ? `, ${MARKS[command.danger]}` : ''}`,
    keys: app.options.keymap.keysOf(command).join(' or '),
    disabled: whyNot(app, command),
    run: () => runCommand(app, command),
  }));
}

/** Commands of other views: each opens its list first, and asks there for a row if it needs one. */
function elsewhereItems(app: App, here: ReadonlySet<Command>): readonly Item[] {
  return app.options.commands
    .filter((command) => !here.has(command) && isWorthNaming(command))
    .flatMap((command) => {
      const kind = command.kinds?.map(findKindByName).find((one) => one !== null);
      if (!kind) return [];
      const item: Item = {
        label: command.title,
        note: `in ${kind.title}`,
        keys: keysOf(app, command.id),
        async run() {
          app.navigation.openList(kind);
          await ensureRead(app, kind);
          await runCommand(app, command);
        },
      };
      return [item];
    });
}

/** What can be set, each by its name. */
function settingItems(app: App): readonly Item[] {
  const view: SettingsView = { type: 'settings', cursor: 0, workspace: null };
  return settingRows(app, view).flatMap((row) => {
    const { change } = row;
    return change === undefined
      ? []
      : [{ label: row.label, note: `setting, ${cellOf(row.value).text}`, run: () => change(app) }];
  });
}

/** Motions are not what one searches for. */
function isWorthNaming({ id }: Command): boolean {
  if (id.startsWith('nav.goto.')) return findKindByName(id.slice('nav.goto.'.length)) === null;
  return !/^(list\.(down|up|page|top|bottom)|detail\.|page\.|pulse\.|tab\.\d)/.test(id);
}

function keysOf(app: App, id: string): string {
  const command = app.options.commands.find((one) => one.id === id);
  return command ? app.options.keymap.keysOf(command).join(' or ') : '';
}

/** `users groups=crew` and `users/ada@…` are places too. */
function locatorItem(app: App, query: string): readonly Item[] {
  const [head = ''] = query.split(/[\s/]/);
  if (!findKindByName(head) || !/[\s/]/.test(query)) return [];
  return [{ label: query, note: 'go there', run: () => goTo(app, query) }];
}

function objectItems(app: App, query: string): readonly Item[] {
  if (query.length < 2) return [];
  const wanted = query.toLowerCase();
  return allKinds
    .filter((kind) => kind.name !== 'logs')
    .flatMap((kind) =>
      app.lists
        .of(kind)
        .rows.filter((row) => kind.label(row).toLowerCase().includes(wanted))
        .slice(0, OBJECTS_MAX)
        .map((row): Item => ({
          label: kind.label(row),
          note: inText(kind.singular),
          run: () => app.navigation.open(detailView(kind, row)),
        })),
    );
}
