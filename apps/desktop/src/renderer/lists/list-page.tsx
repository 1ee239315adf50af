import { findKindByName } from '@portolan/console/kinds/all-kinds';
import type { Kind } from '@portolan/console/kinds/kind';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useRef, type RefObject } from 'react';
import { useCommands } from '../actions/commands.ts';
import { useOffers } from '../actions/use-offers.ts';
import { ErrorPanel } from '../data/error-panel.tsx';
import { useTitle } from '../frame/use-title.ts';
import { preferences } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';
import { useWriteLock } from '../preferences/write-lock.ts';
import { BulkBar } from './bulk-bar.tsx';
import { EmptyList } from './empty-list.tsx';
import { FilterBar } from './filter-bar.tsx';
import { entriesOf, ListHeader, type Entry } from './list-header.tsx';
import { ListExtra } from './list-extra.tsx';
import { ListSkeleton } from './list-skeleton.tsx';
import { ListTools } from './list-tools.tsx';
import { RowTable, type TableHandle } from './row-table.tsx';
import { SavedViews } from './saved-views.tsx';
import { UnknownKind } from './unknown-kind.tsx';
import { useKindList } from './use-kind-list.ts';
import { useListKeys } from './use-list-keys.ts';

const PeekPanel = lazy(() => import('./peek-panel.tsx').then(({ PeekPanel: view }) => ({ default: view })));

/** The list of a kind, in the same columns, filters and actions as in the terminal. */
export function ListPage() {
  const { kind: name } = useParams({ from: '/w/$workspace/$kind' });
  const kind = findKindByName(name);
  return kind === null ? <UnknownKind name={name} /> : <KindList key={kind.name} kind={kind} />;
}

function KindList({ kind }: { readonly kind: Kind }) {
  const view = useKindList(kind);
  const { change, filter, sort, marks, peek, search } = view;
  const offers = useOffers(kind.name);
  const commands = useCommands(kind.name);
  const { isLocked } = useWriteLock();
  const table = useRef<TableHandle>(null);
  const filterInput = useRef<HTMLInputElement>(null);
  const setFilter = useCallback((q: string) => change({ q }), [change]);
  useTitle(kind.title);
  useListKeys({ kind, view, table, filter: filterInput, offers, commands, isLocked });
  return (
    <div className="flex h-full min-h-0">
      <div className="flex min-w-0 flex-1 flex-col gap-3 p-4">
        <ListHeader {...{ kind, filter, offers, commands, isLocked }} list={view.list} />
        <ListExtra kind={kind.name} filter={filter} onFilter={setFilter} />
        <SavedViews
          kind={kind}
          search={search}
          onSelect={(next) => change({ q: undefined, sort: undefined, cols: undefined, ...next })}
        />
        <div className="flex flex-wrap items-start gap-2">
          <FilterBar kind={kind} filter={filter} onChange={setFilter} inputRef={filterInput} />
          <ListTools
            kind={kind}
            columns={view.columns}
            selection={{ filter, sort }}
            onColumns={(cols) => change({ cols })}
            onRefresh={view.refresh}
          />
        </div>
        <Rows
          kind={kind}
          view={view}
          table={table}
          entry={isLocked ? undefined : entriesOf(offers, [])[0]}
          onClearFilter={() => setFilter('')}
        />
        {marks.rows.length > 0 && (
          <BulkBar {...{ kind, offers, isLocked }} rows={marks.rows} onClear={marks.clear} />
        )}
      </div>
      {peek !== undefined && (
        <Suspense fallback={null}>
          <PeekPanel
            kind={kind}
            id={peek}
            tab={search.tab}
            href={view.hrefOf(peek)}
            onTab={(tab) => change({ tab })}
            onClose={view.closePeek}
          />
        </Suspense>
      )}
    </div>
  );
}

interface RowsProps {
  readonly kind: Kind;
  readonly view: ReturnType<typeof useKindList>;
  readonly table: RefObject<TableHandle | null>;
  readonly entry: Entry | undefined;
  readonly onClearFilter: () => void;
}

/** The rows, or why there are none. */
function Rows({ kind, view, table, entry, onClearFilter }: RowsProps) {
  const { density } = useStore(preferences);
  const { list, rows, marks, sort } = view;
  const isFailed = list.error !== null;
  if (list.isPending && !isFailed) return <ListSkeleton columns={view.laid} />;
  if (rows.length === 0 && !isFailed)
    return <EmptyList kind={kind} filter={view.filter} onClear={onClearFilter} entry={entry} />;
  return (
    <>
      {isFailed && <ErrorPanel error={list.error} onRetry={view.refresh} />}
      {rows.length > 0 && (
        <RowTable
          kind={kind}
          rows={rows}
          columns={view.laid}
          isFitted={view.isFitted}
          now={view.now}
          sort={sort}
          density={density}
          matched={list.matched}
          cursor={view.cursor}
          marked={marks.ids}
          peek={view.peek}
          isStale={list.isPlaceholderData || isFailed}
          hasMore={list.hasNextPage}
          handle={table}
          onSort={(next) => view.change({ sort: next === kind.sort ? undefined : next })}
          onCursor={view.setCursor}
          onMark={marks.set}
          onOpen={view.open}
          onMore={view.more}
          hrefOf={view.hrefOf}
        />
      )}
    </>
  );
}
