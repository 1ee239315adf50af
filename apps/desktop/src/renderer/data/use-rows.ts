import type { Kind } from '@portolan/console/kinds/kind';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSession } from '../session/session-context.tsx';

const PAGE = 200;

export interface Selection {
  readonly filter: string;
  readonly sort: string;
}

interface Reading {
  readonly isEnabled?: boolean;
  /** Whether rows are read again for figures that change without an event; not needed where none is shown. */
  readonly isPolled?: boolean;
}

/** Returns the rows of a kind, page by page, filtered and sorted by the platform and kept up to date. */
export function useRows<T>(
  kind: Kind<T>,
  { filter, sort }: Selection,
  { isEnabled = true, isPolled = true }: Reading = {},
) {
  const session = useSession();
  const query = useInfiniteQuery({
    queryKey: ['rows', session.workspace, kind.name, filter, sort],
    queryFn: ({ pageParam, signal }) =>
      kind.fetch(
        session,
        {
          limit: PAGE,
          sort,
          ...(filter === '' ? {} : { filter }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    enabled: isEnabled,
    meta: { topics: kind.topics },
    ...(kind.pollMs === undefined || !isPolled ? {} : { refetchInterval: kind.pollMs }),
  });
  const pages = query.data?.pages;
  const rows = useMemo(() => unique(kind, pages?.flatMap(({ items }) => items) ?? []), [kind, pages]);
  const last = pages?.at(-1);
  return { ...query, rows, total: last?.total ?? 0, matched: last?.matched ?? 0, note: last?.note ?? null };
}

/** A row that moved between two pages while they were read is in both. */
function unique<T>(kind: Kind<T>, rows: readonly T[]): readonly T[] {
  return [...new Map(rows.map((row) => [kind.id(row), row])).values()];
}
