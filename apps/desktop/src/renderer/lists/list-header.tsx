import type { Kind } from '@portolan/console/kinds/kind';
import { formatNumber } from '@portolan/console/kinds/format';
import { Button } from '@portolan/ui/button';
import { Menu, MenuItem } from '@portolan/ui/menu';
import { Ellipsis, Plus } from 'lucide-react';
import type { PageCommand } from '../actions/page-command.ts';
import type { Offer } from '../actions/offers.ts';
import { take } from '../actions/running.ts';
import type { useRows } from '../data/use-rows.ts';

interface ListHeaderProps {
  readonly kind: Kind;
  readonly list: Pick<ReturnType<typeof useRows>, 'total' | 'matched' | 'isPending'>;
  readonly filter: string;
  readonly offers: readonly Offer[];
  readonly commands: readonly PageCommand[];
  readonly isLocked: boolean;
}

/** Title, true count and what can be made here; the first of it as the primary button. */
export function ListHeader({ kind, list, filter, offers, commands, isLocked }: ListHeaderProps) {
  const own = commands.filter(({ takes }) => takes === 'none');
  const made = offers.filter(({ takes }) => takes === 'none');
  const entries = [
    ...own.map(({ id, title, keys, run }) => ({ id, title, keys, run: () => run([]) })),
    ...made.map((offer) => {
      const { action, title = action.title, keys = action.keys } = offer;
      return { id: action.id, title, keys, run: () => take({ offer, selected: [] }) };
    }),
  ];
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
      <div className="ml-auto flex gap-2">
        {first !== undefined && (
          <Button
            variant="primary"
            onClick={first.run}
            disabled={isLocked}
            title={isLocked ? 'Writing to production is locked' : undefined}
          >
            <Plus size={14} aria-hidden />
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

function exact(count: number): string {
  return count < 1e6 ? count.toLocaleString() : formatNumber(count);
}
