import type { Kind } from '@portolan/console/kinds/kind';
import { Button } from '@portolan/ui/button';
import { X } from 'lucide-react';
import { whyNot, type Offer } from '../actions/offer.ts';
import { take } from '../actions/running.ts';

interface BulkBarProps {
  readonly kind: Kind;
  readonly rows: readonly unknown[];
  readonly offers: readonly Offer[];
  readonly isLocked: boolean;
  readonly onClear: () => void;
}

/** What can be done to the marked rows together. */
export function BulkBar({ kind, rows, offers, isLocked, onClear }: BulkBarProps) {
  const apt = offers.filter(({ takes }) => takes === 'some' || (takes === 'one' && rows.length === 1));
  const open = apt.filter((offer) => !/^it is .* already$/.test(whyNot(offer, rows) ?? ''));
  return (
    <div
      role="toolbar"
      aria-label="Marked rows"
      className="flex flex-wrap items-center gap-2 rounded-lg border border-line bg-raised px-3 py-2 shadow-popup"
    >
      <span role="status" className="mr-2 font-medium">
        {rows.length} {rows.length === 1 ? kind.singular : kind.title.toLowerCase()} marked
      </span>
      {open.map((offer) => {
        const { action } = offer;
        const reason = isLocked ? 'Writing to production is locked' : whyNot(offer, rows);
        return (
          <Button
            key={action.id}
            size="small"
            variant={action.danger >= 2 ? 'danger' : 'secondary'}
            disabled={reason !== null}
            title={reason ?? action.title}
            onClick={() => take({ offer, selected: rows })}
          >
            {action.button}
          </Button>
        );
      })}
      <Button size="small" variant="quiet" className="ml-auto" onClick={onClear}>
        <X size={14} aria-hidden /> Remove marks
      </Button>
    </div>
  );
}
