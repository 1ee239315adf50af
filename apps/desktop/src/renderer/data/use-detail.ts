import { findRow, type Kind, type Tab } from '@portolan/console/kinds/kind';
import { useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useSession } from '../session/session-context.tsx';

interface Detail {
  readonly row: unknown;
  /** Null until it is read. */
  readonly loaded: unknown;
}

interface Page {
  readonly items: readonly unknown[];
}

/** Returns an object by its id or name with what its detail shows beyond the row; null when there is none. */
export function useDetail(kind: Kind, id: string) {
  const session = useSession();
  const queries = useQueryClient();
  /** The row as a list has it: shown until the object itself is read. */
  const listed = (): unknown => {
    const lists = queries.getQueriesData<InfiniteData<Page>>({
      queryKey: ['rows', session.workspace, kind.name],
    });
    for (const [, list] of lists)
      for (const { items } of list?.pages ?? []) {
        const row = items.find((one) => kind.id(one) === id);
        if (row !== undefined) return row;
      }
    return undefined;
  };
  return useQuery({
    queryKey: ['detail', session.workspace, kind.name, id],
    queryFn: async ({ signal }): Promise<Detail | null> => {
      const row = (kind.find ? null : listed()) ?? (await findRow(kind, session, id, signal));
      if (row === null || row === undefined) return null;
      return { row, loaded: (await kind.load?.(session, row, signal)) ?? {} };
    },
    placeholderData: (): Detail | undefined => {
      const row = listed();
      return row === undefined ? undefined : { row, loaded: null };
    },
    meta: { topics: kind.topics },
    ...(kind.pollMs === undefined ? {} : { refetchInterval: kind.pollMs }),
  });
}

/** Returns what a tab reads by itself, once it is looked at. */
export function useTab(kind: Kind, id: string, tab: Tab) {
  const session = useSession();
  return useQuery({
    queryKey: ['tab', session.workspace, kind.name, id, tab.id],
    queryFn: ({ signal }) => tab.read?.(session, signal) ?? [],
    enabled: tab.read !== undefined,
    meta: { topics: tab.topics ?? kind.topics },
  });
}
