import { dictionary } from '@portolan/contract/dictionary';
import { and, sql, type SQL } from 'drizzle-orm';
import type { ListQuery } from '@portolan/contract/list';
import { z } from 'zod';
import type { Transaction } from '../db/database.ts';
import { AppError } from '../app-error.ts';
import { columnOf, type ListColumns } from './columns.ts';
import { countOnce, type CountScope } from './count-cache.ts';
import { filterCondition, namesTime } from './filter-sql.ts';

const TIMEOUT_MS = 10_000;
/** Ratio below which matches are read and sorted, instead of reading the index in order. */
const RARE = 100;
const cursorSchema = z.object({ sort: z.string(), key: z.string().nullable(), id: z.string() });

export interface ListSource<Row> {
  readonly columns: ListColumns;
  /** Default sort order. */
  readonly sort: string;
  /** Unique expression that makes every sort order total. */
  readonly id: SQL;
  /** Condition for rows that belong to the list. */
  readonly scope: SQL;
  /** Reads rows; each must have `slice.key` as `sortKey`, and the id. */
  read(slice: Slice): Promise<readonly (Row & { readonly id: string; readonly sortKey: string | null })[]>;
  count(where: SQL | undefined): Promise<number>;
  /** All searched columns in one expression, lower case, one line each; faster than matching each column. */
  readonly searched?: SQL;
  /** Enables caching of counts. */
  readonly counted?: CountScope;
}

/** Rows to read. */
export interface Slice {
  readonly where: SQL | undefined;
  readonly orderBy: readonly SQL[];
  readonly limit: number;
  readonly key: SQL<string | null>;
}

/**
 * Returns one page, filtered, sorted and limited by the database. The cursor remains valid when rows are added or deleted.
 * @throws AppError `invalid-request`.
 */
export async function readPage<Row, View>(
  tx: Transaction,
  query: ListQuery,
  source: ListSource<Row>,
  view: (row: Row) => View,
): Promise<{ items: View[]; total: number; matched: number; next: string | null }> {
  // Filters with regular expressions are untrusted programs: a timeout limits how long they hold a connection. Their
  // selectivity cannot be estimated, so sorting is disabled: reading the index in the requested order until the page is full is
  // at worst slightly slower than sorting all matches, and usually a hundred times faster. Parallel workers take longer to
  // start than a page takes to read.
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
    // With few matches among many rows, an index scan would read to the end: reading and sorting the matches is faster.
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
  // Conditions on times change without a write, so their counts are not cached.
  if (!counted || namesTime(filter, source.columns)) return source.count(where);
  return countOnce(tx, counted, filter, () => source.count(where));
}

interface Order {
  readonly by: readonly SQL[];
  readonly key: SQL<string | null>;
  after(cursor: string | undefined): SQL | undefined;
  cursor(row: { readonly id: string; readonly sortKey: string | null }): string;
}

/** PostgreSQL types by column type; the text in a cursor is cast back to them. */
const CAST = { text: 'text', number: 'float8', duration: 'float8', time: 'timestamptz' } as const;

function orderOf<Row>(sort: string, { columns, id }: ListSource<Row>): Order {
  const isDescending = sort.startsWith('-');
  const column = columnOf(columns, sort.replace(/^-/, ''));
  if (!column || column.type === 'texts') {
    const known = Object.entries(columns).filter(([, c]) => typeof c !== 'function' && c.type !== 'texts');
    throw new AppError('invalid-request', `This list cannot be sorted by ${sort}.`, {
      fields: [{ field: 'sort', message: 'must be a sortable column' }],
      fix: `Use one of ${known.map(([name]) => name).join(', ')}; prefix it with - for descending order.`,
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
    // falls through: all invalid cursors give the same error
  }
  throw new AppError('invalid-request', 'The cursor does not belong to this list and sort order.', {
    fix: 'Start again without a cursor.',
  });
}

const UNUSABLE = dictionary<string>({
  '57014': 'The filter took too long to evaluate.',
  '2201B': 'The filter contains an invalid regular expression.',
  '22007': 'The cursor does not belong to this list.',
  '22P02': 'The cursor does not belong to this list.',
  // Numbers and times out of range; invalid characters.
  '22003': 'The cursor does not belong to this list.',
  '22008': 'The cursor does not belong to this list.',
  '22021': 'The cursor does not belong to this list.',
});

/**
 * Returns the AppError `invalid-request` for database errors that a filter or cursor of the caller causes; other errors
 * unchanged.
 */
function explain(error: unknown): unknown {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const message = UNUSABLE[code];
  return message
    ? new AppError('invalid-request', message, { fix: 'Simplify the request and try again.', cause: error })
    : error;
}
