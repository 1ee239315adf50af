import { and, count, eq, sql, type SQL } from 'drizzle-orm';
import type { Queries, Transaction } from '../db/database.ts';
import { groups } from '../users/groups/schema.ts';
import type { FilterSource } from './filter-store.ts';
import { SCIM_PROVIDER } from './user-store.ts';

const membersOfGroup = sql<{ value: string; display: string }[]>`(
  select coalesce(json_agg(json_build_object('value', u.id, 'display', u.email) order by u.id), '[]'::json)
  from user_groups ug join users u on u.id = ug.user_id where ug.group_id = ${groups}.id)`;

const NO_MEMBERS = sql<{ value: string; display: string }[] | null>`null`;

const selection = {
  id: groups.id,
  externalId: groups.externalId,
  name: groups.name,
  createdAt: groups.createdAt,
};

export type ScimGroupRow = Awaited<ReturnType<typeof listScimGroups>>[number];

/** Where filters find the attributes of groups. */
export const GROUP_SOURCE: FilterSource = {
  type: 'Group',
  columns: {
    id: { sql: sql`${groups.id}`, type: 'text', caseExact: true },
    externalId: { sql: sql`${groups.externalId}`, type: 'text', caseExact: true },
    displayName: { sql: sql`${groups.name}`, type: 'text', caseExact: true },
    'meta.created': { sql: sql`${groups.createdAt}`, type: 'time', caseExact: false },
    'meta.lastModified': { sql: sql`${groups.createdAt}`, type: 'time', caseExact: false },
  },
  json: null,
  tables: {
    members: (test) =>
      sql`exists (select 1 from user_groups ug where ug.group_id = ${groups.id} and ${test(sql`ug.user_id`)})`,
  },
};

interface GroupSlice {
  readonly filter?: SQL | undefined;
  readonly offset?: number;
  readonly limit: number;
  readonly withMembers: boolean;
}

function provisioned(workspace: string, filter: SQL | undefined) {
  return and(eq(groups.workspaceId, workspace), eq(groups.provider, SCIM_PROVIDER), filter);
}

/** Returns provisioned groups in the order of their ids, which is that of their creation. */
export function listScimGroups(
  db: Queries,
  workspace: string,
  { filter, offset = 0, limit, withMembers }: GroupSlice,
) {
  return db
    .select({ ...selection, members: withMembers ? membersOfGroup : NO_MEMBERS })
    .from(groups)
    .where(provisioned(workspace, filter))
    .orderBy(groups.id)
    .offset(offset)
    .limit(limit);
}

export async function countScimGroups(db: Queries, workspace: string, filter?: SQL): Promise<number> {
  const [row] = await db.select({ count: count() }).from(groups).where(provisioned(workspace, filter));
  return row?.count ?? 0;
}

export async function findScimGroup(
  db: Queries,
  workspace: string,
  { id, withMembers }: { readonly id: string; readonly withMembers: boolean },
): Promise<ScimGroupRow | undefined> {
  const [row] = await listScimGroups(db, workspace, { filter: eq(groups.id, id), limit: 1, withMembers });
  return row;
}

/** Locks the row of a group, so that concurrent changes run one after the other. */
export async function lockGroup(tx: Transaction, id: string): Promise<void> {
  await tx.select({ id: groups.id }).from(groups).where(eq(groups.id, id)).for('update');
}

export async function updateGroupRow(
  tx: Transaction,
  id: string,
  change: { readonly name: string; readonly externalId: string | null },
): Promise<void> {
  await tx.update(groups).set(change).where(eq(groups.id, id));
}

/** Adds provisioned users to a group. Returns the ids that are those of no such user. */
export async function addMembers(
  tx: Transaction,
  { workspace, group }: { readonly workspace: string; readonly group: string },
  userIds: readonly string[],
): Promise<string[]> {
  const wanted = sql`jsonb_array_elements_text(${JSON.stringify(userIds)}::jsonb) wanted(id)`;
  await tx.execute(sql`insert into user_groups (workspace_id, user_id, group_id)
    select ${workspace}, u.id, ${group} from ${wanted} join users u on u.id = wanted.id
    where u.workspace_id = ${workspace} and u.provider = ${SCIM_PROVIDER} on conflict do nothing`);
  const { rows } = await tx.execute<{ id: string }>(sql`select wanted.id from ${wanted}
    where not exists (select 1 from user_groups ug where ug.user_id = wanted.id and ug.group_id = ${group})`);
  return rows.map(({ id }) => id);
}

export async function removeMembers(
  tx: Transaction,
  group: string,
  userIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`delete from user_groups where group_id = ${group}
    and user_id in (select jsonb_array_elements_text(${JSON.stringify(userIds)}::jsonb))`);
}
