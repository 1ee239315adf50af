import { and, count, eq, inArray, or, sql } from 'drizzle-orm';
import type { ListQuery } from '@portolan/contract/list';
import type { Group } from '@portolan/contract/users';
import type { Queries, Transaction } from '../../db/database.ts';
import { newId } from '../../db/ids.ts';
import { groups } from './schema.ts';
import type { ListColumns } from '../../lists/columns.ts';
import { readPage } from '../../lists/list-page.ts';

// Columns are named in SQL: Drizzle omits the table of a column when a query selects from one table.
const memberCount = sql<number>`(select count(*)::int from user_groups ug where ug.group_id = groups.id)`;

const columns: ListColumns = {
  name: { type: 'text', sql: sql`${groups.name}`, isSearched: true },
  id: { type: 'text', sql: sql`${groups.id}` },
  provider: { type: 'text', sql: sql`${groups.provider}` },
  members: { type: 'number', sql: memberCount },
  createdAt: { type: 'time', sql: sql`${groups.createdAt}` },
  age: { type: 'time', sql: sql`${groups.createdAt}` },
};

const selection = {
  id: groups.id,
  name: groups.name,
  members: memberCount,
  provider: groups.provider,
  createdAt: groups.createdAt,
};
type GroupRow = Omit<Group, 'createdAt'> & { readonly createdAt: Date };

/** Returns one page of the workspace's groups. */
export async function listGroupPage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<GroupRow, Group>(
    tx,
    query,
    {
      columns,
      sort: 'name',
      id: sql`${groups.id}`,
      scope: eq(groups.workspaceId, workspace),
      read: ({ where, orderBy, limit, key }) =>
        tx
          .select({ ...selection, sortKey: key })
          .from(groups)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx.select({ count: count() }).from(groups).where(where);
        return row?.count ?? 0;
      },
    },
    groupView,
  );
}

function groupView({ id, name, members, provider, createdAt }: GroupRow): Group {
  return { id, name, members, provider, createdAt: createdAt.toISOString() };
}

/** Returns a group by id or name. */
export async function findGroup(db: Queries, workspace: string, idOrName: string): Promise<Group | null> {
  const [row] = await db
    .select(selection)
    .from(groups)
    .where(and(eq(groups.workspaceId, workspace), or(eq(groups.id, idOrName), eq(groups.name, idOrName))))
    .limit(1);
  return row ? groupView(row) : null;
}

export async function insertGroup(tx: Transaction, group: typeof groups.$inferInsert): Promise<void> {
  await tx.insert(groups).values(group);
}

export async function renameGroupRow(tx: Transaction, id: string, name: string): Promise<void> {
  await tx.update(groups).set({ name }).where(eq(groups.id, id));
}

export async function deleteGroupRow(tx: Transaction, id: string): Promise<void> {
  await tx.delete(groups).where(eq(groups.id, id));
}

/** Returns the ids of a provider's groups with these names. */
export async function findGroupIds(
  db: Queries,
  { workspace, provider }: { readonly workspace: string; readonly provider: string },
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const rows = await db
    .select({ id: groups.id })
    .from(groups)
    .where(
      and(eq(groups.workspaceId, workspace), eq(groups.provider, provider), inArray(groups.name, [...names])),
    );
  return rows.map((row) => row.id);
}

/** Returns the ids of a provider's groups with these names, and the groups that were created for it. */
export async function ensureGroups(
  tx: Transaction,
  { workspace, provider }: { readonly workspace: string; readonly provider: string },
  names: readonly string[],
): Promise<{ readonly ids: string[]; readonly created: { readonly id: string; readonly name: string }[] }> {
  const wanted = [...new Set(names)];
  if (wanted.length === 0) return { ids: [], created: [] };
  const created = await tx
    .insert(groups)
    .values(wanted.map((name) => ({ id: newId('grp'), workspaceId: workspace, provider, name })))
    .onConflictDoNothing()
    .returning({ id: groups.id, name: groups.name });
  const ids = await findGroupIds(tx, { workspace, provider }, wanted);
  return { ids, created };
}
