import type { Kind } from '@portolan/console/kinds/kind';
import type { RefObject } from 'react';
import { whyNot, type Offer } from '../actions/offer.ts';
import { take } from '../actions/running.ts';
import type { BoundCommand } from '../actions/commands.ts';
import { useShortcuts, type Shortcut } from '../frame/shortcuts.ts';
import type { TableHandle } from './row-table.tsx';
import type { useKindList } from './use-kind-list.ts';

interface ListKeys {
  readonly kind: Kind;
  readonly view: ReturnType<typeof useKindList>;
  readonly table: RefObject<TableHandle | null>;
  readonly filter: RefObject<HTMLInputElement | null>;
  readonly offers: readonly Offer[];
  readonly commands: readonly BoundCommand[];
  readonly isLocked: boolean;
}

/** The keys of a list: those of the terminal, as far as a browser leaves them to the page. */
export function useListKeys(list: ListKeys): void {
  const { kind, view, table, commands } = list;
  const { rows, cursor, setCursor, marks, targets } = view;
  const move = (by: number) =>
    setCursor(Math.max(0, Math.min(rows.length - 1, (cursor < 0 ? -1 : cursor) + by)));
  const page = () => table.current?.pageSize() ?? 10;
  const onRow = (run: (row: unknown) => void) => () => {
    const row = rows[cursor];
    if (row !== undefined) run(row);
  };
  useShortcuts(kind.title, [
    { keys: ['j', 'ArrowDown'], title: 'Next row', run: () => move(1) },
    { keys: ['k', 'ArrowUp'], title: 'Previous row', run: () => move(-1) },
    { keys: ['PageDown'], title: 'Next page', run: () => move(page()) },
    { keys: ['PageUp'], title: 'Previous page', run: () => move(-page()) },
    { keys: ['Home', 'g g'], title: 'First row', run: () => setCursor(0) },
    { keys: ['End', 'G'], title: 'Last row that is loaded', run: () => setCursor(rows.length - 1) },
    { keys: ['Enter'], title: 'Open', run: onRow(view.open) },
    { keys: [' '], title: 'Show beside the list', run: onRow(view.togglePeek) },
    {
      keys: ['x'],
      title: 'Mark, or take the mark away',
      run: onRow((row) => {
        const id = kind.id(row);
        marks.set([id], !marks.ids.has(id));
      }),
    },
    { keys: ['/'], title: 'Filter', run: () => list.filter.current?.focus() },
    {
      keys: ['Escape'],
      title: 'Close what is beside the list, then remove marks',
      run: view.peek === undefined ? marks.clear : view.closePeek,
    },
    { keys: ['r'], title: 'Read again', run: view.refresh },
    ...commands.map((command): Shortcut => ({
      keys: command.keys,
      title: command.title,
      run: () => {
        if (command.takes === 'none' || targets.length === 1) command.run(targets);
      },
    })),
    ...offerKeys(list),
  ]);
}

/** Of two opposite actions on one key, the one that applies is taken. */
function offerKeys({ offers, view: { targets }, isLocked }: ListKeys): readonly Shortcut[] {
  const keys = [...new Set(offers.flatMap(({ action, keys: own = action.keys }) => own))];
  return keys.map((key) => {
    const candidates = offers.filter(({ action, keys: own = action.keys }) => own.includes(key));
    return {
      keys: [key],
      title: candidates.map(({ action, title = action.title }) => title).join(', or '),
      run() {
        const offer = candidates.find((one) => whyNot(one, targets) === null);
        if (offer !== undefined && !isLocked) take({ offer, selected: targets });
      },
    };
  });
}
