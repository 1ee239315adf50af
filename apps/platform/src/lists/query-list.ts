import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { Queries, Transaction } from '../db/database.ts';
import type { ListSource } from './list-page.ts';

/** A list that is read from joins or unions by raw SQL, not from one table. */
export interface QueryList<Row extends { readonly id: string }> {
  /** Selected expressions; one of them is named `id`. */
  readonly selected: SQL;
  /** Tables and joins after `from`. */
  readonly from: SQL;
  /** Parses a row as the driver returns it: times are text. */
  readonly row: z.ZodType<Row>;
}

const sortKey = z.object({ sort_key: z.string().nullable() });
const counts = z.tuple([z.object({ count: z.number() })]);

/** Returns the rows of a list; `rest` is what follows the tables: conditions, order, limit. */
export async function selectRows<Row extends { readonly id: string }>(
  db: Queries,
  list: QueryList<Row>,
  rest: SQL,
  key: SQL = sql`null`,
): Promise<(Row & { readonly sortKey: string | null })[]> {
  const { rows } = await db.execute(
    sql`select ${list.selected}, ${key} as sort_key from ${list.from} ${rest}`,
  );
  return rows.map((row) => ({ ...list.row.parse(row), sortKey: sortKey.parse(row).sort_key }));
}

/** Returns what `readPage` needs to read a page of the list. */
export function querySource<Row extends { readonly id: string }>(
  tx: Transaction,
  list: QueryList<Row>,
  rest: Pick<ListSource<Row>, 'columns' | 'sort' | 'id' | 'scope'>,
): ListSource<Row> {
  return {
    ...rest,
    read: ({ where, orderBy, limit, key }) =>
      selectRows(
        tx,
        list,
        sql`where ${where ?? sql`true`} order by ${sql.join([...orderBy], sql`, `)} limit ${limit}`,
        key,
      ),
    count: async (where) => {
      const { rows } = await tx.execute(
        sql`select count(*)::int as count from ${list.from} where ${where ?? sql`true`}`,
      );
      return counts.parse(rows)[0].count;
    },
  };
}
