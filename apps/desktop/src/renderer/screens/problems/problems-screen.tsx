import { problems } from '@portolan/console/kinds/problems';
import { Button } from '@portolan/ui/button';
import { EmptyState } from '@portolan/ui/empty-state';
import { Loading } from '@portolan/ui/loading';
import { CircleCheck, SearchX } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { z } from 'zod';
import { ErrorPanel } from '../../data/error-panel.tsx';
import { useRows } from '../../data/use-rows.ts';
import { useShortcuts } from '../../frame/shortcuts.ts';
import { useScreenSearch } from '../../frame/use-screen-search.ts';
import { useTitle } from '../../frame/use-title.ts';
import { FilterBar } from '../../lists/filter-bar.tsx';
import { CauseCard } from './cause-card.tsx';
import { groupByCause } from './causes.ts';

const search = z.object({ q: z.string().max(500).catch('') });
/** More are neither read nor grouped at once. */
const READ_MAX = 2_000;

/** What is not served as written, grouped by cause. */
export function ProblemsScreen() {
  useTitle('Problems');
  const [{ q }, change] = useScreenSearch(search);
  const list = useRows(problems, { filter: q, sort: problems.sort });
  const { rows, hasNextPage, isFetching, fetchNextPage } = list;
  useEffect(() => {
    // Causes are told apart over all problems, not over those of one page.
    if (hasNextPage && !isFetching && rows.length < READ_MAX) void fetchNextPage();
  }, [hasNextPage, isFetching, rows.length, fetchNextPage]);
  const causes = useMemo(() => groupByCause(rows), [rows]);
  const input = useRef<HTMLInputElement>(null);
  const setFilter = useCallback((next: string) => change({ q: next || undefined }), [change]);
  useShortcuts('Problems', [{ keys: ['/'], title: 'Filter', run: () => input.current?.focus() }]);
  return (
    <div className="flex flex-col gap-3 p-4">
      <header className="flex flex-wrap items-center gap-3">
        <h1 className="text-xl font-semibold">Problems</h1>
        <p role="status" className="text-muted">
          {list.isPending ? '' : summary(list.matched, causes.length)}
        </p>
      </header>
      <FilterBar kind={problems} filter={q} onChange={setFilter} inputRef={input} />
      {list.error !== null && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && list.error === null && <Loading className="h-32 w-full" />}
      {!list.isPending && rows.length === 0 && <None filter={q} onClear={() => setFilter('')} />}
      {causes.map((cause) => (
        <CauseCard key={cause.id} cause={cause} />
      ))}
      {rows.length >= READ_MAX && hasNextPage && (
        <p className="text-muted">Only the first {READ_MAX.toLocaleString()} are shown. Filter them.</p>
      )}
    </div>
  );
}

function summary(count: number, causes: number): string {
  if (count === 0) return '';
  return `${count.toLocaleString()} with ${causes === 1 ? 'one cause' : `${causes} causes`}`;
}

function None({ filter, onClear }: { readonly filter: string; readonly onClear: () => void }) {
  return (
    <div className="rounded-lg border border-line bg-panel">
      {filter === '' ? (
        <EmptyState icon={<CircleCheck size={32} />} title="No problems">
          All objects are served as they are written.
        </EmptyState>
      ) : (
        <EmptyState
          icon={<SearchX size={32} />}
          title={`Nothing matches ${filter}`}
          actions={<Button onClick={onClear}>Clear the filter</Button>}
        />
      )}
    </div>
  );
}
