import { and, count, eq, sql, type SQL } from 'drizzle-orm';
import type { Queries, Transaction } from '../db/database.ts';
import { users } from '../users/schema.ts';
import type { FilterSource } from './filter-store.ts';
import { scimUsers } from './schema.ts';

/** Id of the provider that owns provisioned users and groups. */
export const SCIM_PROVIDER = 'scim';

// Columns are named in SQL: Drizzle omits the table of a column when a query selects from one table.
const groupsOfUser = sql<{ value: string; display: string }[]>`(
  select coalesce(json_agg(json_build_object('value', g.id, 'display', g.name) order by g.name), '[]'::json)
  from user_groups ug join groups g on g.id = ug.group_id where ug.user_id = ${users}.id)`;
/** State that the provider gave, also while another provider is in use. */
const isActive = sql<boolean>`(coalesce(${users.keptState}, ${users.state}) = 'active')`;

const selection = {
  id: users.id,
  externalId: users.externalId,
  email: users.email,
  firstName: users.firstName,
  lastName: users.lastName,
  company: users.company,
  isActive,
  createdAt: users.createdAt,
  updatedAt: users.updatedAt,
  userName: scimUsers.userName,
  attributes: scimUsers.attributes,
  version: scimUsers.version,
  groups: groupsOfUser,
};

export type ScimUserRow = Awaited<ReturnType<typeof listScimUsers>>[number];

/** Where filters find the attributes of users. */
export const USER_SOURCE: FilterSource = {
  type: 'User',
  columns: {
    id: { sql: sql`${users.id}`, type: 'text', caseExact: true },
    externalId: { sql: sql`${users.externalId}`, type: 'text', caseExact: true },
    userName: { sql: sql`${scimUsers.userName}`, type: 'text', caseExact: false },
    active: { sql: isActive, type: 'boolean', caseExact: false },
    'meta.created': { sql: sql`${users.createdAt}`, type: 'time', caseExact: false },
    'meta.lastModified': { sql: sql`${users.updatedAt}`, type: 'time', caseExact: false },
  },
  json: sql`${scimUsers.attributes}`,
  tables: {
    groups: (test) =>
      sql`exists (select 1 from user_groups ug where ug.user_id = ${users.id} and ${test(sql`ug.group_id`)})`,
  },
};

function provisioned(workspace: string, filter: SQL | undefined) {
  return and(eq(users.workspaceId, workspace), eq(users.provider, SCIM_PROVIDER), filter);
}

/** Returns provisioned users in the order of their ids, which is that of their creation. */
export function listScimUsers(
  db: Queries,
  workspace: string,
  { filter, offset = 0, limit }: { readonly filter?: SQL | undefined; offset?: number; limit: number },
) {
  return db
    .select(selection)
    .from(users)
    .innerJoin(scimUsers, eq(scimUsers.userId, users.id))
    .where(provisioned(workspace, filter))
    .orderBy(users.id)
    .offset(offset)
    .limit(limit);
}

export async function countScimUsers(db: Queries, workspace: string, filter?: SQL): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(users)
    .innerJoin(scimUsers, eq(scimUsers.userId, users.id))
    .where(provisioned(workspace, filter));
  return row?.count ?? 0;
}

export async function findScimUser(
  db: Queries,
  workspace: string,
  id: string,
): Promise<ScimUserRow | undefined> {
  const [row] = await listScimUsers(db, workspace, { filter: eq(users.id, id), limit: 1 });
  return row;
}

/** Saves the attributes of a provisioned user. */
export async function saveScimUser(
  tx: Transaction,
  row: Omit<typeof scimUsers.$inferInsert, 'version'>,
): Promise<void> {
  const { userName: name, attributes } = row;
  await tx
    .insert(scimUsers)
    .values(row)
    .onConflictDoUpdate({
      target: scimUsers.userId,
      set: { userName: name, attributes, version: sql`${scimUsers.version} + 1` },
    });
}
