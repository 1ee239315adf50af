import { sql, type SQL } from 'drizzle-orm';
import type { StateMetric } from '@portolan/contract/alerts';
import { z } from 'zod';
import { LEAF_MS } from '../certificates/store.ts';
import type { Queries } from '../db/database.ts';

/** How long before its end a key expires soon. */
const KEY_NOTICE = '7 days';
/** Life of certificates of the local authority. */
const LOCAL_LIFE = sql`make_interval(secs => ${LEAF_MS / 1000})`;
/** A heartbeat comes every 10 s; a restart of an agent is no alert. */
const SILENCE = '2 minutes';

/** Names of what is in a state at `now`, of one workspace. Brokers are shared by all workspaces: those that serve this one count. */
const NAMES: Readonly<Record<StateMetric, (workspace: string, now: SQL) => SQL>> = {
  clustersDisconnected: (workspace, now) => sql`
    select c.name from clusters c join agent_reports r on r.cluster_id = c.id
    where c.workspace_id = ${workspace} and r.last_seen_at < ${now} - ${SILENCE}::interval`,
  tunnelsDown: (workspace, now) => sql`
    select c.name || ' through ' || t.broker_id as name from tunnels t join clusters c on c.id = t.cluster_id
    join agent_reports r on r.cluster_id = c.id
    where t.workspace_id = ${workspace} and t.state = 'down' and t.retires_at is null
      and r.last_seen_at >= ${now} - ${SILENCE}::interval and coalesce(t.since, t.created_at) < ${now} - ${SILENCE}::interval`,
  brokersDown: (workspace, now) => sql`
    select b.id as name from brokers b
    where b.state = 'down' and b.last_seen_at < ${now} - ${SILENCE}::interval
      and exists (select from tunnels t where t.broker_id = b.id and t.workspace_id = ${workspace})`,
  problems: (workspace) => sql`
    select coalesce(p.kind || ' ', '') || coalesce(p.namespace || '/', '') || coalesce(p.name, p.file, p.code) as name
    from problems p where p.workspace_id = ${workspace} and p.severity = 'error'`,
  certificatesExpiring: (workspace, now) => certificatesWithin(workspace, now, 1 / 4),
  certificatesExpiringSoon: (workspace, now) => certificatesWithin(workspace, now, 1 / 8),
  keysExpiring: (workspace, now) => sql`
    select k.name || ' of ' || u.email as name from api_keys k join users u on u.id = k.user_id
    where k.workspace_id = ${workspace} and k.suspended_at is null
      and k.expires_at >= ${now} and k.expires_at < ${now} + ${KEY_NOTICE}::interval`,
};

/**
 * Selects the certificates of which at most a part of their life is left. They should have been renewed: renewals begin when a
 * third is left, or half of a short life.
 */
function certificatesWithin(workspace: string, now: SQL, part: number): SQL {
  return sql`
    select host as name from domain_certificates
    where workspace_id = ${workspace} and not_after - ${now} <= (not_after - not_before) * ${part}::float8
    union all
    select array_to_string(hosts, ', ') from certificates
    where workspace_id = ${workspace} and not_after - ${now} <= ${LOCAL_LIFE} * ${part}::float8`;
}

const row = z.object({ name: z.string() });

/** Returns the names of what is in a state at `now` (epoch milliseconds), in order. */
export async function listInState(
  db: Queries,
  workspace: string,
  { metric, now }: { readonly metric: StateMetric; readonly now: number },
): Promise<string[]> {
  const { rows } = await db.execute(sql`
    select name from (${NAMES[metric](workspace, sql`to_timestamp(${now / 1000})`)}) found order by 1`);
  return rows.map((found) => row.parse(found).name);
}
