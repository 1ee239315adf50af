import { sql } from 'drizzle-orm';
import type { Queries, Transaction } from '../db/database.ts';

export interface Population {
  readonly users: number;
  readonly groups: number;
  readonly keys: number;
}

/** Returns the number of users, groups and keys of a provider. */
export async function countPopulation(db: Queries, workspace: string, provider: string): Promise<Population> {
  const { rows } = await db.execute<{ users: number; groups: number; keys: number }>(sql`select
    (select count(*)::int from users where workspace_id = ${workspace} and provider = ${provider}) as users,
    (select count(*)::int from groups where workspace_id = ${workspace} and provider = ${provider}) as groups,
    (select count(*)::int from api_keys k join users u on u.id = k.user_id
      where u.workspace_id = ${workspace} and u.provider = ${provider}) as keys`);
  return rows[0] ?? { users: 0, groups: 0, keys: 0 };
}

/** Returns the e-mail addresses of up to 10 active users of a provider. */
export async function listExamples(db: Queries, workspace: string, provider: string): Promise<string[]> {
  const { rows } = await db.execute<{ email: string }>(sql`select email from users
    where workspace_id = ${workspace} and provider = ${provider} and state = 'active' order by email limit 10`);
  return rows.map((row) => row.email);
}

/** Disables the users of all other providers, storing their state, and restores the stored state of this provider's users. */
export async function activateProviderUsers(
  tx: Transaction,
  workspace: string,
  provider: string,
): Promise<void> {
  await tx.execute(sql`update users set kept_state = state, state = 'disabled', updated_at = now()
    where workspace_id = ${workspace} and provider <> ${provider} and kept_state is null`);
  await tx.execute(sql`update users set state = kept_state, kept_state = null, updated_at = now()
    where workspace_id = ${workspace} and provider = ${provider} and kept_state is not null`);
}

/** Deletes providers that have been inactive for 30 days, with their users and groups. */
export async function sweepProviders(db: Queries): Promise<void> {
  await db.execute(sql`with gone as (
      select workspace_id, id from identity_providers
      where not active and disabled_at < now() - interval '30 days'),
    a as (delete from users u using gone where u.workspace_id = gone.workspace_id and u.provider = gone.id),
    b as (delete from groups g using gone where g.workspace_id = gone.workspace_id and g.provider = gone.id)
    delete from identity_providers p using gone where p.workspace_id = gone.workspace_id and p.id = gone.id`);
}
