import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { allKinds } from '@portolan/console/kinds/all-kinds';
import { detailView, HOME, listView, type View } from '../state/views.ts';
import { allCommands } from './all-commands.ts';
import { applies, createKeymap } from './keymap.ts';

const keymap = createKeymap(allCommands, { keys: {}, keySet: 'vim' });
const views: readonly View[] = [
  HOME,
  { type: 'settings', cursor: 0, workspace: null },
  { type: 'page', name: 'errors', title: 'Errors', scroll: 0, blocks: [] },
  ...allKinds.flatMap((kind): View[] => [
    listView(kind),
    { ...detailView({ ...kind, id: () => 'x', label: () => 'x' }, {}), kind },
  ]),
];

test('every id is there once', () => {
  const ids = allCommands.map((command) => command.id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test.each(
  views.map(
    (view) =>
      [
        view.type === 'list' || view.type === 'detail' ? `${view.type} of ${view.kind.name}` : view.type,
        view,
      ] as const,
  ),
)('no key means two things of the same rank in the %s', (_, view) => {
  const here = allCommands.filter((command) => applies(command, view));
  const ranked = here.flatMap((command) =>
    command.keys.map((key) => `${key} at ${command.kinds ? 2 : 0}${command.where === 'anywhere' ? 0 : 1}`),
  );
  expect(ranked.filter((one, at) => ranked.indexOf(one) !== at)).toEqual([]);
});

test.each(views.map((view) => [view.type, view] as const))(
  'no single key hides a sequence in the %s',
  (_, view) => {
    const keys = keymap.here(view).flatMap((command) => keymap.keysOf(command));
    const prefixes = new Set(keys.filter((key) => key.includes(' ')).map((key) => key.split(' ')[0]));
    expect(keys.filter((key) => prefixes.has(key))).toEqual([]);
  },
);

test('nothing dangerous sits on a bare letter that moves, and none of it can run unasked', () => {
  const motions = new Set(['j', 'k', 'h', 'l', 'g', 'G', 'space', 'enter', 'ctrl-d', 'ctrl-u', 'ctrl-k']);
  for (const command of allCommands) {
    if (command.danger === 0) continue;
    expect(command).not.toHaveProperty('run');
    expect(command.keys.filter((key) => motions.has(key))).toEqual([]);
  }
});

test('keys of the configuration take the place of the default ones', () => {
  const own = createKeymap(allCommands, { keys: { 'palette.open': ['ctrl-p'] }, keySet: 'plain' });
  expect(own.find('ctrl-p', HOME)?.id).toBe('palette.open');
  expect(own.find(':', HOME)).toBeNull();
  expect(own.find('j', HOME)).toBeNull();
});

test('any keys give a command of the view or none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...views), fc.string({ maxLength: 3 }), (view, keys) => {
      const command = keymap.find(keys, view);
      expect(command === null || applies(command, view)).toBe(true);
    }),
  );
});
