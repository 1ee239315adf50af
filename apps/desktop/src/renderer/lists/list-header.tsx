import type { Kind } from '@portolan/console/kinds/kind';
import { formatNumber } from '@portolan/console/kinds/format';
import { Button } from '@portolan/ui/button';
import { Menu, MenuItem } from '@portolan/ui/menu';
import { Ellipsis, Plus } from 'lucide-react';
import type { BoundCommand } from '../actions/commands.ts';
import type { Offer } from '../actions/offer.ts';
import { take } from '../actions/running.ts';
import type { useRows } from '../data/use-rows.ts';

interface ListHeaderProps {
  readonly kind: Kind;
  readonly list: Pick<ReturnType<typeof useRows>, 'total' | 'matched' | 'note' | 'isPending'>;
  readonly filter: string;
  readonly offers: readonly Offer[];
  readonly commands: readonly BoundCommand[];
  readonly isLocked: boolean;
}

/** Title, true count and what can be made here; the first of it as the primary button. */
export function ListHeader({ kind, list, filter, offers, commands, isLocked }: ListHeaderProps) {
  const entries = entriesOf(offers, commands);
  const [first, ...more] = entries;
  return (
    <header className="flex flex-wrap items-center gap-3">
      <h1 className="text-xl font-semibold">{kind.title}</h1>
      <p role="status" className="text-muted">
        {list.isPending
          ? ''
          : filter === ''
            ? exact(list.total)
            : `${exact(list.matched)} of ${exact(list.total)}`}
      </p>
      {list.note !== null && <p className="text-warn">{list.note}</p>}
      <div className="ml-auto flex gap-2">
        {first !== undefined && (
          <Button
            variant="primary"
            onClick={first.run}
            disabled={isLocked}
            title={isLocked ? 'Writing to production is locked' : undefined}
          >
            {first.isMaking && <Plus size={14} aria-hidden />}
            {first.title}
          </Button>
        )}
        {more.length > 0 && (
          <Menu
            align="end"
            trigger={
              <Button size="icon" className="size-8" aria-label="More">
                <Ellipsis size={16} aria-hidden />
              </Button>
            }
          >
            {more.map((entry) => (
              <MenuItem key={entry.id} onSelect={entry.run} isDisabled={isLocked} keys={entry.keys[0]}>
                {entry.title}
              </MenuItem>
            ))}
          </Menu>
        )}
      </div>
    </header>
  );
}

/** Something that can be made on a list. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
  /** Whether it makes something that the list shows then. */
  readonly isMaking: boolean;
  run(): void;
}

/** Returns what can be made on a list, the usual first. */
export function entriesOf(offers: readonly Offer[], commands: readonly BoundCommand[]): readonly Entry[] {
  const own = commands.filter(({ takes }) => takes === 'none');
  const made = offers.filter(({ takes }) => takes === 'none');
  const entryOf = ({ id, title, keys, run }: BoundCommand) => ({
    id,
    title,
    keys,
    isMaking: keys.includes('n'),
    run: () => run([]),
  });
  return [
    ...own.filter(({ isMain }) => isMain === true).map(entryOf),
    ...made.map((offer) => {
      const { action, title = action.title, keys = action.keys } = offer;
      return { id: action.id, title, keys, isMaking: true, run: () => take({ offer, selected: [] }) };
    }),
    ...own.filter(({ isMain }) => isMain !== true).map(entryOf),
  ];
}

function exact(count: number): string {
  return count < 1e6 ? count.toLocaleString() : formatNumber(count);
}
