import { and, sql, type SQL } from 'drizzle-orm';
import type { ListQuery } from '@portolan/contract/list';
import { z } from 'zod';
import type { Transaction } from '../db/database.ts';
import { AppError } from '../app-error.ts';
import { columnOf, type ListColumns } from './columns.ts';
import { countOnce, type CountScope } from './count-cache.ts';
import { filterCondition, namesTime } from './filter-sql.ts';

const TIMEOUT_MS = 10_000;
/** Fewer than one in so many rows are few. */
const RARE = 100;
const cursorSchema = z.object({ sort: z.string(), key: z.string().nullable(), id: z.string() });

export interface ListSource<Row> {
  readonly columns: ListColumns;
  /** Sort when none is asked for. */
  readonly sort: string;
  /** Makes every order total. */
  readonly id: SQL;
  /** What belongs to the list at all. */
  readonly scope: SQL;
  /** Reads rows; each must carry `slice.key` as `sortKey` and the id. */
  read(slice: Slice): Promise<readonly (Row & { readonly id: string; readonly sortKey: string | null })[]>;
  count(where: SQL | undefined): Promise<number>;
  /** All searched texts at once, in lower case, a line for each: faster to look for a word in than each of them. */
  readonly searched?: SQL;
  /** Lets counts be remembered until something they depend on changes. */
  readonly counted?: CountScope;
}

/** Which rows to read. */
export interface Slice {
  readonly where: SQL | undefined;
  readonly orderBy: readonly SQL[];
  readonly limit: number;
  readonly key: SQL<string | null>;
}

/** One page: filtered, sorted and cut by the database; continues after the last row even when rows come and go. */
export async function readPage<Row, View>(
  tx: Transaction,
  query: ListQuery,
  source: ListSource<Row>,
  view: (row: Row) => View,
): Promise<{ items: View[]; total: number; matched: number; next: string | null }> {
  // A filter is a stranger's program (regular expressions): it may not hold a connection for long.
  // How much a text filter lets through cannot be estimated: walking an index in the order asked for, until the page is
  // full, is at worst a little slower than sorting everything that matches, and mostly a hundred times faster. Helpers
  // take longer to start than a page takes to read, and one list is not worth every core.
  await tx.execute(
    sql`select set_config('statement_timeout', ${String(TIMEOUT_MS)}, true), set_config('enable_sort', 'off', true),
      set_config('max_parallel_workers_per_gather', '0', true)`,
  );
  const order = orderOf(query.sort ?? source.sort, source);
  const filter =
    query.filter === undefined ? undefined : filterCondition(query.filter, source.columns, source.searched);
  try {
    const total = await count(tx, source, { where: source.scope, filter: '' });
    const matched = filter
      ? await count(tx, source, { where: and(source.scope, filter), filter: query.filter ?? '' })
      : total;
    // Of few among many, the walk would go to the index's end: reading everything once and sorting those few is faster.
    if (matched * RARE < total) await tx.execute(sql`select set_config('enable_sort', 'on', true)`);
    const rows = await source.read({
      where: and(source.scope, filter, order.after(query.cursor)),
      orderBy: order.by,
      limit: query.limit + 1,
      key: order.key,
    });
    const items = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? items.at(-1) : undefined;
    return { items: items.map(view), total, matched, next: last ? order.cursor(last) : null };
  } catch (error) {
    throw explain(error);
  }
}

async function count<Row>(
  tx: Transaction,
  source: ListSource<Row>,
  { where, filter }: { readonly where: SQL | undefined; readonly filter: string },
): Promise<number> {
  const { counted } = source;
  // What is true of times changes by itself.
  if (!counted || namesTime(filter, source.columns)) return source.count(where);
  return countOnce(tx, counted, filter, () => source.count(where));
}

interface Order {
  readonly by: readonly SQL[];
  readonly key: SQL<string | null>;
  after(cursor: string | undefined): SQL | undefined;
  cursor(row: { readonly id: string; readonly sortKey: string | null }): string;
}

/** PostgreSQL's types by name: a cursor's text goes back to what it was. */
const CAST = { text: 'text', number: 'float8', duration: 'float8', time: 'timestamptz' } as const;

function orderOf<Row>(sort: string, { columns, id }: ListSource<Row>): Order {
  const isDescending = sort.startsWith('-');
  const column = columnOf(columns, sort.replace(/^-/, ''));
  if (!column || column.type === 'texts') {
    const known = Object.entries(columns).filter(([, c]) => typeof c !== 'function' && c.type !== 'texts');
    throw new AppError('invalid-request', `This list cannot be sorted by ${sort}.`, {
      fields: [{ field: 'sort', message: 'not a column that sorts' }],
      fix: `Use one of ${known.map(([name]) => name).join(', ')}, with - before it for descending.`,
    });
  }
  const value = column.type === 'text' ? sql`lower(${column.sql})` : column.sql;
  const direction = isDescending ? sql`desc` : sql`asc`;
  const beyond = isDescending ? sql`<` : sql`>`;
  return {
    by: [
      column.isNullable ? sql`${value} ${direction} nulls last` : sql`${value} ${direction}`,
      sql`${id} ${direction}`,
    ],
    key: sql<string | null>`(${value})::text`,
    after(cursor) {
      if (cursor === undefined) return undefined;
      const { key, id: lastId } = readCursor(cursor, sort);
      if (key === null) return sql`(${value} is null and ${id} ${beyond} ${lastId})`;
      const last = sql`${key}::${sql.raw(CAST[column.type])}`;
      const after = sql`(${value}, ${id}) ${beyond} (${last}, ${lastId})`;
      return column.isNullable ? sql`(${after} or ${value} is null)` : after;
    },
    cursor: ({ id: lastId, sortKey }) =>
      Buffer.from(JSON.stringify({ sort, key: sortKey, id: lastId })).toString('base64url'),
  };
}

function readCursor(text: string, sort: string): z.infer<typeof cursorSchema> {
  try {
    const cursor = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    if (cursor.sort === sort) return cursor;
  } catch {
    // falls through to the one answer for every broken cursor
  }
  throw new AppError('invalid-request', 'The cursor is not one of this list and sort order.', {
    fix: 'Start again without a cursor.',
  });
}

const UNUSABLE: Readonly<Record<string, string>> = {
  '57014': 'The filter takes too long.',
  '2201B': 'A regular expression in the filter is not valid.',
  '22007': 'The cursor is not one of this list.',
  '22P02': 'The cursor is not one of this list.',
  // Beyond what numbers and times can be; characters that are none.
  '22003': 'The cursor is not one of this list.',
  '22008': 'The cursor is not one of this list.',
  '22021': 'The cursor is not one of this list.',
};

/** What the database says of a stranger's filter or cursor is theirs to mend. */
function explain(error: unknown): unknown {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const message = UNUSABLE[code];
  return message
    ? new AppError('invalid-request', message, { fix: 'Simplify it and try again.', cause: error })
    : error;
}
