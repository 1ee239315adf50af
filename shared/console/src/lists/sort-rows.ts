import type { Filter, FieldType, FieldValue } from '@portolan/contract/filter/filter';
import { compileFilter } from '@portolan/contract/filter/compile-filter';
import { parseFilter, type FilterResult } from '@portolan/contract/filter/parse';
import { cellText, type Kind } from '../kinds/kind.ts';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

type Columns<T> = Pick<Kind<T>, 'columns'>;

/** `-createdAt` → that column, descending. */
export function parseSort(text: string): Sort {
  return text.startsWith('-')
    ? { column: text.slice(1), descending: true }
    : { column: text, descending: false };
}

export function formatSort(sort: Sort): string {
  return `${sort.descending ? '-' : ''}${sort.column}`;
}

/** The fields a filter may name for a kind: its columns. */
export function fieldsOf<T>(kind: Columns<T>): ReadonlyMap<string, FieldType> {
  return new Map(kind.columns.map((column) => [column.id, column.type]));
}

/** Parses a filter against a kind's columns. */
export function parseFor<T>(kind: Columns<T>, text: string): FilterResult {
  return parseFilter(text, fieldsOf(kind));
}

/** The rows a filter lets through; they stay in the order they are in. */
export function filterRows<T>(
  kind: Columns<T>,
  rows: readonly T[],
  { filter, now }: { filter: Filter; now: number },
): readonly T[] {
  if (filter.terms.length === 0) return rows;
  const columns = new Map(kind.columns.map((column) => [column.id, column]));
  const texts = kind.columns.filter((column) => column.type === 'text');
  const textsOf = (row: T) => texts.map((column) => cellText(column, row, now));
  const matches = compileFilter<T>(
    filter,
    {
      value: (row, field) => columns.get(field)?.value(row),
      type: (field) => columns.get(field)?.type ?? 'text',
      texts: textsOf,
      words: (row) => wordsOf(kind, row, textsOf),
    },
    now,
  );
  return rows.filter(matches);
}

/** What words are looked for in, kept with each row: a filter is typed letter by letter over the same rows. */
const knownWords = new WeakMap<object, WeakMap<object, string>>();

function wordsOf<T>(kind: Columns<T>, row: T, textsOf: (row: T) => readonly string[]): string {
  if (typeof row !== 'object' || row === null) return textsOf(row).join('\n').toLowerCase();
  let known = knownWords.get(kind);
  if (!known) knownWords.set(kind, (known = new WeakMap()));
  let words = known.get(row);
  if (words === undefined) known.set(row, (words = textsOf(row).join('\n').toLowerCase()));
  return words;
}

/** Rows in order; ties keep the order they came in. */
export function sortRows<T>(kind: Columns<T>, rows: readonly T[], sort: Sort): readonly T[] {
  const column = kind.columns.find((one) => one.id === sort.column);
  if (!column) return rows;
  const direction = sort.descending ? -1 : 1;
  const isTime = column.type === 'time';
  const keyed = rows.map((row) => ({ row, key: sortKey(column.value(row), isTime) }));
  keyed.sort((a, b) => compareKeys(a.key, b.key, direction));
  return keyed.map(({ row }) => row);
}

type Key = string | number | null;

function sortKey(value: FieldValue, isTime: boolean): Key {
  if (value === null) return null;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = typeof value === 'object' ? value.join(',') : value;
  return isTime ? Date.parse(text) : text.toLowerCase();
}

/** What has no value comes last in either direction. */
function compareKeys(a: Key, b: Key, direction: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return (a < b ? -1 : 1) * direction;
}
