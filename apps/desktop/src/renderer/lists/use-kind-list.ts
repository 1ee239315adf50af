import type { Kind } from '@portolan/console/kinds/kind';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useNow } from '../data/times.ts';
import { useRows } from '../data/use-rows.ts';
import { preferences } from '../preferences/preferences.ts';
import { useStore } from '../preferences/store.ts';
import { chosenColumns, layOut } from './columns.ts';
import type { ListSearch } from './list-search.ts';
import { useMarks } from './use-marks.ts';

const FROM = '/w/$workspace/$kind';

/** Everything a list of a kind shows, and what changes it. What can be shared is in the address. */
export function useKindList(kind: Kind) {
  const search = useSearch({ from: FROM });
  const { workspace } = useParams({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const { columns: kept } = useStore(preferences);
  const { q: filter = '', sort = kind.sort, peek } = search;
  const list = useRows(kind, { filter, sort });
  const { rows, isFetchingNextPage, fetchNextPage, refetch } = list;
  const now = useNow();
  const [cursorId, setCursorId] = useState<string | null>(peek ?? null);
  const marks = useMarks(kind, rows);

  const cols = search.cols ?? kept[kind.name]?.join(',');
  const columns = useMemo(() => chosenColumns(kind, cols), [kind, cols]);
  const laid = useMemo(() => layOut(columns, rows, now), [columns, rows, now]);
  const cursor = useMemo(
    () => (cursorId === null ? -1 : rows.findIndex((row) => kind.id(row) === cursorId)),
    [rows, cursorId, kind],
  );
  const current = rows[cursor];

  const change = useCallback(
    (next: Partial<ListSearch>) =>
      void navigate({ search: (held) => withoutEmpty({ ...held, ...next }), replace: true }),
    [navigate],
  );
  const setCursor = useCallback(
    (at: number) => {
      const row = rows[at];
      if (row === undefined) return;
      setCursorId(kind.id(row));
      if (peek !== undefined) change({ peek: kind.id(row), tab: undefined });
    },
    [rows, kind, peek, change],
  );
  const open = useCallback(
    (row: unknown) => {
      const params = { workspace, kind: kind.name, id: kind.id(row) };
      void navigate({ to: '/w/$workspace/$kind/$id', params, search: {} });
    },
    [navigate, workspace, kind],
  );
  const hrefOf = useCallback(
    (id: string) => `/w/${encodeURIComponent(workspace)}/${kind.name}/${encodeURIComponent(id)}`,
    [workspace, kind],
  );
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [isFetchingNextPage, fetchNextPage]);
  return {
    search,
    filter,
    sort,
    peek,
    list,
    rows,
    now,
    columns,
    laid,
    isFitted: cols === undefined,
    cursor,
    marks,
    /** What actions are about: the marked rows, else the one under the cursor. */
    targets: marks.rows.length > 0 ? marks.rows : current === undefined ? [] : [current],
    change,
    setCursor,
    open,
    hrefOf,
    more,
    refresh: () => void refetch(),
    togglePeek: (row: unknown) =>
      change({ peek: peek === kind.id(row) ? undefined : kind.id(row), tab: undefined }),
    closePeek: () => change({ peek: undefined, tab: undefined }),
  };
}

/** An address names only what is not as usual. */
function withoutEmpty(search: ListSearch): ListSearch {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ''),
  );
}
