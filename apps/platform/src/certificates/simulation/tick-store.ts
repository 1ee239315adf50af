import { sql } from 'drizzle-orm';
import type { Database } from '../../db/database.ts';

/** Adds verified domains, a hundred to a workspace. */
export async function addDomains(db: Database, domains: number): Promise<void> {
  const workspace = sql`'w' || (n / 100)`;
  const numbers = sql`generate_series(0, ${domains - 1}::int) n`;
  const groups = sql`generate_series(0, ${Math.ceil(domains / 100) - 1}::int) n`;
  await db.execute(sql`insert into workspaces (id, name) select 'w' || n, 'w' || n from ${groups}`);
  await db.execute(sql`
    insert into clusters (id, workspace_id, name) select 'c' || n, 'w' || n, 'c' || n from ${groups}`);
  await db.execute(sql`
    insert into domains (host, workspace_id, cluster_id, object_key, kind)
    select 'h' || n || '.example-' || n || '.com', ${workspace}, 'c' || (n / 100), 'k' || n, 'custom' from ${numbers}`);
  await db.execute(sql`
    insert into domain_claims (cluster_id, object_key, host, workspace_id, registrable, state, next_check_at)
    select 'c' || (n / 100), 'k' || n, 'h' || n || '.example-' || n || '.com', ${workspace}, 'example-' || n || '.com', 'verified',
      now() + interval '1 day' from ${numbers}`);
}

/** Makes this many certificates due, and the others not. */
export async function makeSomeDue(db: Database, due: number): Promise<void> {
  await db.execute(sql`
    update domain_certificates set lease_until = null, next_at = case when n <= ${due} then now() else now() + interval '1 hour' end
    from (select cluster_id as c, host as h, row_number() over (order by random()) as n from domain_certificates) shuffled
    where c = cluster_id and h = host`);
}

/** Has the planner learn what the tables hold, as the server does by itself after a minute. */
export async function analyzeTables(db: Database): Promise<void> {
  await db.execute(sql`analyze`);
}
