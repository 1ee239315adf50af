import { and, asc, count, eq, or, sql } from 'drizzle-orm';
import type { ApiKey } from '@portolan/contract/keys';
import type { ListQuery } from '@portolan/contract/list';
import type { Queries, Transaction } from '../../db/database.ts';
import { apiKeys } from './schema.ts';
import { users } from '../schema.ts';
import type { ListColumns } from '../../lists/columns.ts';
import { readPage } from '../../lists/list-page.ts';

const state = sql<ApiKey['state']>`case
  when ${apiKeys.expiresAt} <= now() then 'expired'
  when ${apiKeys.suspendedAt} is not null then 'suspended'
  else 'active' end`;

const columns: ListColumns = {
  name: { type: 'text', sql: sql`${apiKeys.name}`, isSearched: true },
  user: { type: 'text', sql: sql`${users.email}`, isSearched: true },
  userEmail: { type: 'text', sql: sql`${users.email}` },
  userId: { type: 'text', sql: sql`${apiKeys.userId}` },
  prefix: { type: 'text', sql: sql`${apiKeys.prefix}`, isSearched: true },
  state: { type: 'text', sql: state },
  id: { type: 'text', sql: sql`${apiKeys.id}` },
  expiresAt: { type: 'time', sql: sql`${apiKeys.expiresAt}`, isNullable: true },
  lastUsedAt: { type: 'time', sql: sql`${apiKeys.lastUsedAt}`, isNullable: true },
  createdAt: { type: 'time', sql: sql`${apiKeys.createdAt}` },
  age: { type: 'time', sql: sql`${apiKeys.createdAt}` },
};

const selection = {
  id: apiKeys.id,
  name: apiKeys.name,
  userId: apiKeys.userId,
  userEmail: users.email,
  prefix: apiKeys.prefix,
  state,
  expiresAt: apiKeys.expiresAt,
  lastUsedAt: apiKeys.lastUsedAt,
  createdAt: apiKeys.createdAt,
};
export type Suspender = 'user' | 'administrator';
type KeyRow = Omit<ApiKey, 'expiresAt' | 'lastUsedAt' | 'createdAt'> & {
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
};

/** Returns one page of the workspace's API keys. */
export async function listKeyPage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<KeyRow, ApiKey>(
    tx,
    query,
    {
      columns,
      sort: '-createdAt',
      id: sql`${apiKeys.id}`,
      scope: eq(apiKeys.workspaceId, workspace),
      read: ({ where, orderBy, limit, key }) =>
        tx
          .select({ ...selection, sortKey: key })
          .from(apiKeys)
          .innerJoin(users, eq(users.id, apiKeys.userId))
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx
          .select({ count: count() })
          .from(apiKeys)
          .innerJoin(users, eq(users.id, apiKeys.userId))
          .where(where);
        return row?.count ?? 0;
      },
    },
    keyView,
  );
}

/** Returns all keys of a user, with the kind of actor that suspended each. */
export async function listKeysOf(
  db: Queries,
  userId: string,
): Promise<(ApiKey & { readonly suspendedBy: Suspender | null })[]> {
  const rows = await db
    .select({ ...selection, suspendedBy: apiKeys.suspendedBy })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(eq(apiKeys.userId, userId))
    .orderBy(asc(apiKeys.name));
  return rows.map((row) => ({ ...keyView(row), suspendedBy: row.suspendedBy }));
}

export async function findKey(db: Queries, workspace: string, id: string): Promise<ApiKey | null> {
  const [row] = await db
    .select(selection)
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(and(eq(apiKeys.workspaceId, workspace), eq(apiKeys.id, id)));
  return row ? keyView(row) : null;
}

/** Returns the key of a workspace with this hash, or whose stored prefix is `secret`; null when none or several match. */
export async function findKeyBySecret(
  db: Queries,
  workspace: string,
  secret: string,
  hash: string,
): Promise<ApiKey | null> {
  const rows = await db
    .select(selection)
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(and(eq(apiKeys.workspaceId, workspace), or(eq(apiKeys.hash, hash), eq(apiKeys.prefix, secret))))
    .limit(2);
  const [row, other] = rows;
  return row && other === undefined ? keyView(row) : null;
}

function keyView(row: KeyRow): ApiKey {
  const { id, name, userId, userEmail, prefix, state: current } = row;
  return {
    id,
    name,
    userId,
    userEmail,
    prefix,
    state: current,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Renames a key and sets its expiry. */
export async function retireKeyRow(
  tx: Transaction,
  id: string,
  name: string,
  expiresAt: Date,
): Promise<void> {
  await tx.update(apiKeys).set({ name, expiresAt }).where(eq(apiKeys.id, id));
}

export async function insertKey(tx: Transaction, key: typeof apiKeys.$inferInsert): Promise<void> {
  await tx.insert(apiKeys).values(key);
}

/** Returns who suspended a key, or null, and locks its row. */
export async function findSuspender(db: Queries, id: string): Promise<Suspender | null> {
  const [row] = await db
    .select({ by: apiKeys.suspendedBy })
    .from(apiKeys)
    .where(eq(apiKeys.id, id))
    .for('update');
  return row?.by ?? null;
}

export async function suspendKeyRow(tx: Transaction, id: string, by: Suspender | null): Promise<void> {
  const suspendedAt = by === null ? null : new Date();
  await tx.update(apiKeys).set({ suspendedAt, suspendedBy: by }).where(eq(apiKeys.id, id));
}

export async function deleteKeyRow(tx: Transaction, id: string): Promise<void> {
  await tx.delete(apiKeys).where(eq(apiKeys.id, id));
}

/** Returns how many keys a workspace has, and how many of them a gateway accepts where keys are accepted. */
export async function countKeys(
  tx: Transaction,
  workspace: string,
): Promise<{ readonly total: number; readonly working: number }> {
  const { rows } = await tx.execute<{ total: number; working: number }>(sql`
    select count(*)::int as total,
      (count(*) filter (where k.suspended_at is null and coalesce(k.expires_at > now(), true) and u.state = 'active'))::int as working
    from api_keys k join users u on u.id = k.user_id where k.workspace_id = ${workspace}`);
  return { total: rows[0]?.total ?? 0, working: rows[0]?.working ?? 0 };
}
