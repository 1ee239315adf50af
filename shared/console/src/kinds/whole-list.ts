import { filterRows, parseFor, parseSort, sortRows } from '../lists/sort-rows.ts';
import { usageFailure } from '../failure.ts';
import type { Kind, Query } from './kind.ts';

/** A list that is had whole, filtered and sorted here by the grammar the platform uses for the others. */
export function wholeList<T>(kind: Pick<Kind<T>, 'columns' | 'sort'>, rows: readonly T[], query: Query) {
  const parsed = parseFor(kind, query.filter ?? '');
  if (!parsed.ok)
    throw usageFailure(`The filter is not valid: ${parsed.error.message}.`, 'Correct the filter.');
  const kept = filterRows(kind, rows, { filter: parsed.filter, now: Date.now() });
  const items = sortRows(kind, kept, parseSort(query.sort ?? kind.sort));
  return { items, total: rows.length, matched: items.length, next: null };
}
