import { sql, type SQL } from 'drizzle-orm';
import { endSessionsOfPeople, type ProviderPerson } from '../auth/token-store.ts';
import type { Transaction } from '../db/database.ts';

export interface Listed {
  readonly workspace: string;
  readonly provider: string;
  readonly run: number;
}

interface Counts {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface Outcome {
  readonly users: Counts;
  readonly groups: Counts;
  readonly leftOut: { readonly users: LeftOut; readonly groups: LeftOut };
}

/** Records of the provider that could not be imported. */
export interface LeftOut {
  readonly count: number;
  /** The first of them, each with the reason. */
  readonly examples: readonly string[];
}

const EXAMPLES_MAX = 10;

/**
 * Returns how many users of the provider exist here (`known`), how many of these are in the listing (`kept`), and how many the
 * listing has (`listed`).
 */
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

/**
 * Synchronises the provider's users, groups and memberships with a listing. An incomplete listing (`isComplete: false`) creates
 * and updates but deletes nothing.
 */
export async function applyListing(
  tx: Transaction,
  listed: Listed,
  { isComplete }: { readonly isComplete: boolean },
): Promise<Outcome> {
  const users = await applyUsers(tx, listed, isComplete);
  const groups = await applyGroups(tx, listed, isComplete);
  await applyMembers(tx, listed, isComplete);
  const { workspace, provider } = listed;
  const leftOut = {
    users: await listLeftOut(tx, leftOutUsers(listed)),
    groups: await listLeftOut(tx, leftOutGroups(listed)),
  };
  await tx.execute(sql`delete from sync_items where workspace_id = ${workspace} and provider = ${provider}`);
  return { users, groups, leftOut };
}

/** Columns by which sessions of a person are found. */
const PERSON = sql`u.id, u.email, u.external_id as "externalId", u.state`;
type Person = Pick<ProviderPerson, keyof ProviderPerson> & Record<'state', string>;

const STATE = sql`case when (i.data->>'isEnabled')::boolean then 'active' else 'disabled' end`;

/**
 * Returns the listed users with a usable e-mail address. If several have the same one, the user that already has it here keeps
 * it, else the first by id: the choice must not vary between runs.
 */
function usableUsers(listed: Listed): SQL {
  const { workspace, provider } = listed;
  return sql`(select distinct on (lower(i.data->>'email')) i.id, i.data from ${items(listed, 'user')} i
    left join users u on u.workspace_id = ${workspace} and u.provider = ${provider} and u.external_id = i.id
    where i.data->>'email' <> ''
    order by lower(i.data->>'email'), lower(u.email) is not distinct from lower(i.data->>'email') desc, i.id)`;
}

async function applyUsers(tx: Transaction, listed: Listed, isComplete: boolean): Promise<Counts> {
  const { workspace, provider } = listed;
  const isTheirs = sql`u.workspace_id = ${workspace} and u.provider = ${provider}`;
  const usable = usableUsers(listed);
  const deleted = isComplete
    ? await tx.execute<Person>(sql`delete from users u where ${isTheirs}
        and not exists (select 1 from ${items(listed, 'user')} i where i.id = u.external_id)
        returning ${PERSON}`)
    : NONE;
  // Names and state are updated even if the address is not usable: disabling a user always takes effect.
  const changed = await tx.execute<Person>(sql`update users u set first_name = i.data->>'firstName',
      last_name = i.data->>'lastName', company = i.data->>'company', state = ${STATE}, updated_at = now()
    from ${items(listed, 'user')} i where ${isTheirs} and u.external_id = i.id
      and (u.first_name, u.last_name, u.company, u.state)
        is distinct from (i.data->>'firstName', i.data->>'lastName', i.data->>'company', ${STATE})
    returning ${PERSON}`);
  const disabled = changed.rows.filter(({ state }) => state === 'disabled');
  await endSessionsOfPeople(tx, listed, [...deleted.rows, ...disabled]);
  // Two passes, so that users can swap addresses without a conflict. The address of a user who was skipped or is not listed is
  // kept.
  await tx.execute(sql`update users u set email = u.id from ${usable} p
    where ${isTheirs} and u.external_id = p.id and lower(p.data->>'email') <> lower(u.email)
      and not exists (select 1 from users o where o.workspace_id = ${workspace} and o.provider = ${provider}
        and o.id <> u.id and lower(o.email) = lower(p.data->>'email') and not exists (
          select 1 from ${usable} q where q.id = o.external_id and lower(q.data->>'email') <> lower(o.email)))`);
  const moved = await tx.execute<{
    id: string;
  }>(sql`update users u set email = p.data->>'email', updated_at = now()
    from ${usable} p where ${isTheirs} and u.external_id = p.id and u.email <> p.data->>'email'
      and (u.email = u.id or lower(u.email) = lower(p.data->>'email')) and not ${isHeld(listed, sql`u.id`)}
    returning u.id`);
  const updated = { rowCount: new Set([...changed.rows, ...moved.rows].map(({ id }) => id)).size };
  const created =
    await tx.execute(sql`insert into users (id, workspace_id, provider, external_id, email, first_name, last_name, company, state)
    select 'usr_' || replace(gen_random_uuid()::text, '-', ''), ${workspace}, ${provider}, p.id, p.data->>'email',
      p.data->>'firstName', p.data->>'lastName', p.data->>'company',
      case when (p.data->>'isEnabled')::boolean then 'active' else 'disabled' end
    from ${usable} p where not exists (select 1 from users u where ${isTheirs} and u.external_id = p.id)
      and not ${isHeld(listed, sql`''`)}`);
  return counts({ created, updated, deleted });
}

/** Returns the condition that a user other than `id` has the address of `p`. */
function isHeld({ workspace, provider }: Listed, id: SQL): SQL {
  return sql`exists (select 1 from users o where o.workspace_id = ${workspace} and o.provider = ${provider}
    and o.id <> ${id} and lower(o.email) = lower(p.data->>'email'))`;
}

/** Returns the listed users that were not imported, or only under an earlier address, with the reason. */
function leftOutUsers(listed: Listed): SQL {
  const { workspace, provider } = listed;
  return sql`(select i.data->>'label' as label,
      coalesce(i.data->>'problem', 'has the e-mail address of another user') as reason
    from ${items(listed, 'user')} i
    left join users u on u.workspace_id = ${workspace} and u.provider = ${provider} and u.external_id = i.id
    where u.id is null or lower(u.email) <> lower(i.data->>'email'))`;
}

/**
 * Returns the listed groups with a usable name. Access is granted by name: a name of two groups is given to the one that
 * already has it here, or to neither.
 */
function usableGroups(listed: Listed): SQL {
  const { workspace, provider } = listed;
  return sql`(select id, data from (
      select i.id, i.data, g.id is not null as is_known, count(*) over by_name as named, count(g.id) over by_name as known
      from ${items(listed, 'group')} i
      left join groups g on g.workspace_id = ${workspace} and g.provider = ${provider} and g.external_id = i.id
        and g.name = i.data->>'name'
      where i.data->>'name' <> ''
      window by_name as (partition by i.data->>'name')) named_groups
    where named = 1 or (is_known and known = 1))`;
}

async function applyGroups(tx: Transaction, listed: Listed, isComplete: boolean): Promise<Counts> {
  const { workspace, provider } = listed;
  const isTheirs = sql`g.workspace_id = ${workspace} and g.provider = ${provider}`;
  const usable = usableGroups(listed);
  // A group whose name is no longer usable is deleted even if the listing is incomplete: its members must not keep access
  // through the name of another group.
  const deleted = await tx.execute(sql`delete from groups g where ${isTheirs} and (
    exists (select 1 from ${items(listed, 'group')} i where i.id = g.external_id
      and not exists (select 1 from ${usable} p where p.id = i.id))
    or (${isComplete} and not exists (select 1 from ${items(listed, 'group')} i where i.id = g.external_id)))`);
  await tx.execute(sql`update groups g set name = g.id where ${isTheirs}
    and exists (select 1 from ${usable} p where p.id = g.external_id and p.data->>'name' <> g.name)`);
  const isFree = sql`not exists (select 1 from groups o where o.workspace_id = ${workspace} and o.provider = ${provider}
    and o.external_id is distinct from p.id and o.name = p.data->>'name')`;
  const updated = await tx.execute(sql`update groups g set name = p.data->>'name' from ${usable} p
    where ${isTheirs} and g.external_id = p.id and g.name <> p.data->>'name' and ${isFree}`);
  const created = await tx.execute(sql`insert into groups (id, workspace_id, provider, external_id, name)
    select 'grp_' || replace(gen_random_uuid()::text, '-', ''), ${workspace}, ${provider}, p.id, p.data->>'name'
    from ${usable} p where not exists (select 1 from groups g where ${isTheirs} and g.external_id = p.id) and ${isFree}`);
  return counts({ created, updated, deleted });
}

function leftOutGroups(listed: Listed): SQL {
  const { workspace, provider } = listed;
  return sql`(select i.data->>'label' as label,
      case when i.data->>'name' = '' then 'has a name that cannot be used' else 'has the name of another group' end as reason
    from ${items(listed, 'group')} i
    left join groups g on g.workspace_id = ${workspace} and g.provider = ${provider} and g.external_id = i.id
      and g.name = i.data->>'name'
    where g.id is null)`;
}

async function listLeftOut(tx: Transaction, leftOut: SQL): Promise<LeftOut> {
  const { rows } = await tx.execute<{ label: string; reason: string; count: number }>(
    sql`select label, reason, (count(*) over ())::int as count from ${leftOut} l order by label limit ${EXAMPLES_MAX}`,
  );
  return { count: rows[0]?.count ?? 0, examples: rows.map(({ label, reason }) => `${label} ${reason}`) };
}

async function applyMembers(tx: Transaction, listed: Listed, isComplete: boolean): Promise<void> {
  const { workspace, provider } = listed;
  const wanted = sql`(select u.id as user_id, g.id as group_id from ${items(listed, 'member')} i
    join users u on u.workspace_id = ${workspace} and u.provider = ${provider} and u.external_id = i.data->>'user'
    join groups g on g.workspace_id = ${workspace} and g.provider = ${provider} and g.external_id = i.data->>'group')`;
  if (isComplete) {
    await tx.execute(sql`delete from user_groups ug using users u where u.id = ug.user_id
      and u.workspace_id = ${workspace} and u.provider = ${provider}
      and not exists (select 1 from ${wanted} w where w.user_id = ug.user_id and w.group_id = ug.group_id)`);
  }
  await tx.execute(sql`insert into user_groups (workspace_id, user_id, group_id)
    select distinct ${workspace}, user_id, group_id from ${wanted} w on conflict do nothing`);
}

function items({ workspace, provider, run }: Listed, kind: 'user' | 'group' | 'member') {
  return sql`(select id, data from sync_items
    where workspace_id = ${workspace} and provider = ${provider} and run = ${run} and kind = ${kind})`;
}

type Counted = { readonly rowCount: number | null };
const NONE: Counted & { readonly rows: Person[] } = { rowCount: 0, rows: [] };

function counts(results: Record<'created' | 'updated' | 'deleted', Counted>): Counts {
  const of = ({ rowCount }: Counted) => rowCount ?? 0;
  return { created: of(results.created), updated: of(results.updated), deleted: of(results.deleted) };
}
