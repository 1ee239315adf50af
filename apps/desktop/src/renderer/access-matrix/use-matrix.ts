import { access } from '@portolan/console/kinds/access';
import { apis } from '@portolan/console/kinds/apis';
import { groups } from '@portolan/console/kinds/groups';
import { useMemo } from 'react';
import { useRows } from '../data/use-rows.ts';
import { accessMatrix, type Matrix } from './matrix.ts';

const GROUPS_MAX = 40;

interface Shown {
  readonly matrix: Matrix;
  readonly apisMatched: number;
  readonly groupsMatched: number;
  /** Reads more APIs; absent when all are there. */
  readonly more?: () => void;
}

/** Returns the matrix of the APIs and groups whose names contain the given texts, kept up to date. */
export function useMatrix(apiText: string, groupText: string) {
  const apiRows = useRows(apis, { filter: apiText, sort: 'name' }, { isPolled: false });
  const groupRows = useRows(groups, { filter: '', sort: 'name' });
  const accessRows = useRows(access, { filter: '', sort: 'name' });
  const shown = useMemo((): Shown | null => {
    if (apiRows.data === undefined || groupRows.data === undefined || accessRows.data === undefined)
      return null;
    const all = accessMatrix(apiRows.rows, groupRows.rows, accessRows.rows);
    const wanted = all.groups.filter(({ name }) => name.toLowerCase().includes(groupText.toLowerCase()));
    return {
      matrix: { ...all, groups: wanted.slice(0, GROUPS_MAX) },
      apisMatched: apiRows.matched,
      groupsMatched: wanted.length,
      ...(apiRows.hasNextPage ? { more: () => void apiRows.fetchNextPage() } : {}),
    };
  }, [apiRows, groupRows, accessRows, groupText]);
  const error = apiRows.error ?? groupRows.error ?? accessRows.error;
  const retry = () => {
    for (const rows of [apiRows, groupRows, accessRows]) void rows.refetch();
  };
  return { shown, error, retry };
}
