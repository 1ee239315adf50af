import { Skeleton } from '@portolan/ui/skeleton';
import type { Laid } from './columns.ts';

const ROWS = 12;

/** The shape of a list whose rows are being read. */
export function ListSkeleton({ columns }: { readonly columns: readonly Laid[] }) {
  return (
    <div
      role="status"
      aria-label="Loading"
      className="min-h-0 flex-1 overflow-hidden rounded-lg border border-line bg-panel"
    >
      {Array.from({ length: ROWS }, (_, row) => (
        // oxlint-disable-next-line react/no-array-index-key -- shapes have no identity but their place
        <div key={row} className="flex h-9 items-center gap-4 border-b border-line/60 px-3">
          {columns.map(({ column, width }) => (
            <div key={column.id} style={{ width: `${width}ch` }}>
              <Skeleton className="h-3.5 w-3/4" />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
