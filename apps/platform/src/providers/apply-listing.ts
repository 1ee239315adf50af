import { sql, type SQL } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';

export interface Listed {
  readonly workspace: string;
  readonly provider: string;
  readonly run: number;
}

export interface Outcome {
  readonly users: { readonly created: number; readonly updated: number; readonly deleted: number };
  readonly groups: { readonly created: number; readonly updated: number; readonly deleted: number };
  /** Users that could not be taken: without e-mail, or with the e-mail of another. */
  readonly skipped: number;
  /** Groups that could not be taken: of a name that is none, or that another has. */
  readonly skippedGroups: number;
}

/** How many are there, and how many of those the listing still has. */
export async function compareListing(
  tx: Transaction,
  listed: Listed,
): Promise<{ known: number; kept: number; listed: number }> {
  const { workspace, provider } = listed;
  const { rows } = await tx.execute<{ known: number; kept: number; listed: number }>(sql`select
    count(*)::int as known,
    (count(*) filter (where exists (select 1 from ${items(listed, 'user')} i where i.id = u.external_id)))::int as kept,
    (select count(*)::int from ${items(listed, 'user')} i) as listed
    from users u where workspace_id = ${workspace} and provider = ${provider}`);
  return rows[0] ?? { known: 0, kept: 0, listed: 0 };
}

/** Makes the provider's users, groups and memberships those of a complete listing. */
export async function applyListing(tx: Transaction, listed: Listed): Promise<Outcome> {
  const users = await applyUsers(tx, listed);
  const groups = await applyGroups(tx, listed);
  await applyMembers(tx, listed);
  const { workspace, provider } = listed;
  await tx.execute(sql`delete from sync_items where workspace_id = ${workspace} and provider = ${provider}`);
  const { skipped, ...changed } = users;
  const { skipped: skippedGroups, ...changedGroups } = groups;
  return { users: changed, groups: changedGroups, skipped, skippedGroups };
}

async function applyUsers(tx: Transaction, listed: Listed): Promise<Outcome['users'] & { skipped: number }> {
  const { workspace, provider } = listed;
  const deleted =
    await tx.execute(sql`delete from users u where workspace_id = ${workspace} and provider = ${provider}
    and not exists (select 1 from ${items(listed, 'user')} i where i.id = u.external_id)`);
  // Of two accounts with one e-mail the first by id is taken: which one must not change from hour to hour.
  const usable = sql`(select distinct on (lower(data->>'email')) id, data from ${items(listed, 'user')} i
    where data->>'email' <> '' order by lower(data->>'email'), id)`;
  // Two passes, so that e-mails can be swapped between users without meeting in the middle.
  await tx.execute(sql`update users u set email = u.id where workspace_id = ${workspace} and provider = ${provider}
    and exists (select 1 from ${usable} i where i.id = u.external_id and lower(i.data->>'email') <> lower(u.email))`);
  const updated =
    await tx.execute(sql`update users u set email = i.data->>'email', first_name = i.data->>'firstName',
      last_name = i.data->>'lastName', company = i.data->>'company', updated_at = now(),
      state = case when (i.data->>'isEnabled')::boolean then 'active' else 'disabled' end
    from ${usable} i where u.workspace_id = ${workspace} and u.provider = ${provider} and u.external_id = i.id
      and (u.email, u.first_name, u.last_name, u.company, u.state) is distinct from (i.data->>'email', i.data->>'firstName',
        i.data->>'lastName', i.data->>'company', case when (i.data->>'isEnabled')::boolean then 'active' else 'disabled' end)`);
  const created =
    await tx.execute(sql`insert into users (id, workspace_id, provider, external_id, email, first_name, last_name, company, state)
    select 'usr_' || replace(gen_random_uuid()::text, '-', ''), ${workspace}, ${provider}, id, data->>'email', data->>'firstName',
      data->>'lastName', data->>'company', case when (data->>'isEnabled')::boolean then 'active' else 'disabled' end
    from ${usable} i where not exists (select 1 from users u
      where u.workspace_id = ${workspace} and u.provider = ${provider} and u.external_id = i.id)`);
  return {
    ...counts({ created, updated, deleted }),
    skipped: await countSkipped(tx, { listed, kind: 'user', usable }),
  };
}

async function applyGroups(
  tx: Transaction,
  listed: Listed,
): Promise<Outcome['groups'] & { skipped: number }> {
  const { workspace, provider } = listed;
  const deleted =
    await tx.execute(sql`delete from groups g where workspace_id = ${workspace} and provider = ${provider}
    and not exists (select 1 from ${items(listed, 'group')} i where i.id = g.external_id)`);
  const usable = sql`(select distinct on (data->>'name') id, data from ${items(listed, 'group')} i
    where data->>'name' <> '' order by data->>'name', id)`;
  await tx.execute(sql`update groups g set name = g.id where workspace_id = ${workspace} and provider = ${provider}
    and exists (select 1 from ${usable} i where i.id = g.external_id and i.data->>'name' <> g.name)`);
  const updated = await tx.execute(sql`update groups g set name = i.data->>'name' from ${usable} i
    where g.workspace_id = ${workspace} and g.provider = ${provider} and g.external_id = i.id and g.name <> i.data->>'name'`);
  const created = await tx.execute(sql`insert into groups (id, workspace_id, provider, external_id, name)
    select 'grp_' || replace(gen_random_uuid()::text, '-', ''), ${workspace}, ${provider}, id, data->>'name' from ${usable} i
    where not exists (select 1 from groups g
      where g.workspace_id = ${workspace} and g.provider = ${provider} and g.external_id = i.id)`);
  return {
    ...counts({ created, updated, deleted }),
    skipped: await countSkipped(tx, { listed, kind: 'group', usable }),
  };
}

async function countSkipped(
  tx: Transaction,
  {
    listed,
    kind,
    usable,
  }: { readonly listed: Listed; readonly kind: 'user' | 'group'; readonly usable: SQL },
): Promise<number> {
  const { rows } = await tx.execute<{ skipped: number }>(
    sql`select (select count(*) from ${items(listed, kind)} i)::int - (select count(*) from ${usable} u)::int as skipped`,
  );
  return rows[0]?.skipped ?? 0;
}

async function applyMembers(tx: Transaction, listed: Listed): Promise<void> {
  const { workspace, provider } = listed;
  const wanted = sql`(select u.id as user_id, g.id as group_id from ${items(listed, 'member')} i
    join users u on u.workspace_id = ${workspace} and u.provider = ${provider} and u.external_id = i.data->>'user'
    join groups g on g.workspace_id = ${workspace} and g.provider = ${provider} and g.external_id = i.data->>'group')`;
  await tx.execute(sql`delete from user_groups ug using users u where u.id = ug.user_id
    and u.workspace_id = ${workspace} and u.provider = ${provider}
    and not exists (select 1 from ${wanted} w where w.user_id = ug.user_id and w.group_id = ug.group_id)`);
  await tx.execute(sql`insert into user_groups (workspace_id, user_id, group_id)
    select distinct ${workspace}, user_id, group_id from ${wanted} w on conflict do nothing`);
}

function items({ workspace, provider, run }: Listed, kind: 'user' | 'group' | 'member') {
  return sql`(select id, data from sync_items
    where workspace_id = ${workspace} and provider = ${provider} and run = ${run} and kind = ${kind})`;
}

type Counted = { readonly rowCount: number | null };

function counts(results: Record<'created' | 'updated' | 'deleted', Counted>): Outcome['users'] {
  const of = ({ rowCount }: Counted) => rowCount ?? 0;
  return { created: of(results.created), updated: of(results.updated), deleted: of(results.deleted) };
}
