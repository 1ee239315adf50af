import { and, count, eq, sql, type SQL } from 'drizzle-orm';
import type { ListQuery } from '@portolan/contract/list';
import type { User } from '@portolan/contract/users';
import type { Queries, Transaction } from '../db/database.ts';
import { userGroups } from './groups/schema.ts';
import { users } from './schema.ts';
import { workspaces } from '../workspaces/schema.ts';
import type { ListColumns } from '../lists/columns.ts';
import { readPage, type Slice } from '../lists/list-page.ts';

const fullName = sql`trim(${users.firstName} || ' ' || ${users.lastName})`;
// Columns are named in SQL: Drizzle omits the table of a column when a query selects from one table.
const keyCount = sql<number>`(select count(*)::int from api_keys k where k.user_id = users.id)`;
const groupNames = sql<string[]>`array(
  select g.name from user_groups ug join groups g on g.id = ug.group_id where ug.user_id = users.id order by g.name)`;

const columns: ListColumns = {
  email: { type: 'text', sql: sql`${users.email}`, isSearched: true },
  name: { type: 'text', sql: fullName, isSearched: true },
  firstName: { type: 'text', sql: sql`${users.firstName}` },
  lastName: { type: 'text', sql: sql`${users.lastName}` },
  company: { type: 'text', sql: sql`${users.company}`, isSearched: true },
  state: { type: 'text', sql: sql`${users.state}` },
  provider: { type: 'text', sql: sql`${users.provider}` },
  externalId: { type: 'text', sql: sql`${users.externalId}`, isNullable: true },
  id: { type: 'text', sql: sql`${users.id}` },
  keys: { type: 'number', sql: keyCount },
  createdAt: { type: 'time', sql: sql`${users.createdAt}` },
  updatedAt: { type: 'time', sql: sql`${users.updatedAt}` },
  age: { type: 'time', sql: sql`${users.createdAt}` },
  groups: {
    type: 'texts',
    some: (test) => sql`exists (
      select 1 from user_groups ug join groups g on g.id = ug.group_id
      where ug.user_id = users.id and ${test(sql`g.name`)})`,
  },
};

type UserRow = Omit<typeof users.$inferSelect, 'passwordHash' | 'workspaceId' | 'keptState' | 'searched'> & {
  readonly groupNames: string[];
  readonly keyCount: number;
};

/** Returns one page of the workspace's users. */
export async function listUserPage(tx: Transaction, workspace: string, query: ListQuery) {
  const scope = eq(users.workspaceId, workspace);
  return readPage<UserRow, User>(
    tx,
    query,
    {
      columns,
      sort: 'email',
      id: sql`${users.id}`,
      scope,
      searched: sql`${users.searched}`,
      counted: { workspace, list: 'users', topics: ['users', 'groups', 'keys', 'providers'] },
      read: ({ where, orderBy, limit, key }: Slice) =>
        tx
          .select({ ...selection, sortKey: key })
          .from(users)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: (where) => countUsers(tx, where),
    },
    userView,
  );
}

async function countUsers(tx: Transaction, where: SQL | undefined): Promise<number> {
  const [row] = await tx.select({ count: count() }).from(users).where(where);
  return row?.count ?? 0;
}

const selection = {
  id: users.id,
  provider: users.provider,
  email: users.email,
  firstName: users.firstName,
  lastName: users.lastName,
  company: users.company,
  externalId: users.externalId,
  state: users.state,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
  revision: users.revision,
  groupNames,
  keyCount,
};

/** Returns a user by id or e-mail address, active users first. */
export async function findUser(db: Queries, workspace: string, idOrEmail: string): Promise<User | null> {
  const [row] = await db
    .select(selection)
    .from(users)
    .where(
      and(
        eq(users.workspaceId, workspace),
        idOrEmail.includes('@') ? sql`lower(${users.email}) = lower(${idOrEmail})` : eq(users.id, idOrEmail),
      ),
    )
    .orderBy(users.state)
    .limit(1);
  return row ? userView(row) : null;
}

/** Returns a user in the shape of the API. */
function userView({ groupNames: names, keyCount: keys, ...row }: UserRow): User {
  const { id, firstName, lastName, company, email, externalId, provider, state, revision } = row;
  return {
    id,
    firstName,
    lastName,
    company,
    email,
    groups: names,
    externalId,
    provider,
    state,
    keys,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    revision,
  };
}

export async function insertUser(tx: Transaction, user: typeof users.$inferInsert): Promise<void> {
  await tx.insert(users).values(user);
}

export async function updateUserRow(
  tx: Transaction,
  id: string,
  change: Partial<typeof users.$inferInsert>,
): Promise<void> {
  await tx
    .update(users)
    .set({ ...change, updatedAt: new Date() })
    .where(eq(users.id, id));
}

export async function deleteUserRow(tx: Transaction, id: string): Promise<void> {
  await tx.delete(users).where(eq(users.id, id));
}

/** Locks the row of a user, so that concurrent updates run one after the other. */
export async function lockUser(tx: Transaction, id: string): Promise<void> {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, id)).for('update');
}

/** Replaces the groups of the user. */
export async function replaceGroups(
  tx: Transaction,
  user: { readonly id: string; readonly workspaceId: string },
  groupIds: readonly string[],
): Promise<void> {
  await tx.delete(userGroups).where(eq(userGroups.userId, user.id));
  if (groupIds.length === 0) return;
  await tx
    .insert(userGroups)
    .values(groupIds.map((groupId) => ({ workspaceId: user.workspaceId, userId: user.id, groupId })));
}

/** Returns a provider's user by its id there, locked until the end of the transaction. */
export async function findUserByExternalId(
  tx: Transaction,
  { workspace, provider }: { readonly workspace: string; readonly provider: string },
  externalId: string,
) {
  const [row] = await tx
    .select({ id: users.id, email: users.email, state: users.state })
    .from(users)
    .where(
      and(eq(users.workspaceId, workspace), eq(users.provider, provider), eq(users.externalId, externalId)),
    )
    .for('update');
  return row;
}

/** Returns a provider's user by e-mail address in any case, with the hash of its password. */
export async function findUserByEmail(
  db: Queries,
  { workspace, provider }: { readonly workspace: string; readonly provider: string },
  email: string,
) {
  const [row] = await db
    .select({ id: users.id, email: users.email, state: users.state, passwordHash: users.passwordHash })
    .from(users)
    .where(
      and(
        eq(users.workspaceId, workspace),
        eq(users.provider, provider),
        sql`lower(${users.email}) = lower(${email})`,
      ),
    );
  return row;
}

/** Returns an active user and its workspace; undefined for a disabled one. */
export async function findActiveUser(db: Queries, workspace: string, id: string) {
  const [row] = await db
    .select({ id: users.id, email: users.email, workspace: { id: workspaces.id, name: workspaces.name } })
    .from(users)
    .innerJoin(workspaces, eq(workspaces.id, users.workspaceId))
    .where(and(eq(users.id, id), eq(users.workspaceId, workspace), eq(users.state, 'active')));
  return row;
}
