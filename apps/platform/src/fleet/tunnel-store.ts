import { and, asc, eq, gt, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { sessionReport } from '@portolan/contract/broker-link';
import type { Queries, Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { agentCredentials } from '../clusters/schema.ts';
import { tunnels } from './schema.ts';

export type TunnelRow = typeof tunnels.$inferSelect;
export type SessionReport = z.infer<typeof sessionReport>;

/** A tunnel whose state changed, for those who watch. */
export interface ChangedTunnel {
  readonly id: string;
  readonly workspaceId: string;
  readonly clusterId: string;
}

const DOWN = { state: 'down', streams: 0, rttMs: null, end: null } as const;
const changed = { id: tunnels.id, workspaceId: tunnels.workspaceId, clusterId: tunnels.clusterId };

/** Tunnels a cluster is to keep, those that retire left out. */
export async function listAssigned(db: Queries, clusterId: string): Promise<TunnelRow[]> {
  return db
    .select()
    .from(tunnels)
    .where(and(eq(tunnels.clusterId, clusterId), isNull(tunnels.retiresAt)))
    .orderBy(asc(tunnels.createdAt), asc(tunnels.id));
}

export async function addTunnels(
  tx: Transaction,
  cluster: { readonly id: string; readonly workspace: string },
  brokerIds: readonly string[],
): Promise<void> {
  if (brokerIds.length === 0) return;
  const values = brokerIds.map((brokerId) => ({
    id: newId('tun'),
    workspaceId: cluster.workspace,
    clusterId: cluster.id,
    brokerId,
  }));
  await tx.insert(tunnels).values(values);
}

/** Lets tunnels end in `graceMs`: the agent brings up their replacements first. */
export async function retireTunnels(tx: Transaction, ids: readonly string[], graceMs: number): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(tunnels)
    .set({ retiresAt: sql`now() + ${graceMs} * interval '1 millisecond'` })
    .where(inArray(tunnels.id, [...ids]));
}

/** Forgets retired tunnels that are over; what still uses one is told to close at the next report. */
export async function removeRetired(db: Queries): Promise<void> {
  await db
    .delete(tunnels)
    .where(
      and(isNotNull(tunnels.retiresAt), sql`(${tunnels.retiresAt} < now() or ${tunnels.state} = 'down')`),
    );
}

/** Retiring tunnels of these brokers that still carry traffic `leftMs` before their end. */
export async function listOverdue(
  db: Queries,
  brokerIds: readonly string[],
  leftMs: number,
): Promise<TunnelRow[]> {
  if (brokerIds.length === 0) return [];
  return db
    .select()
    .from(tunnels)
    .where(
      and(
        inArray(tunnels.brokerId, [...brokerIds]),
        eq(tunnels.state, 'live'),
        sql`${tunnels.retiresAt} < now() + ${leftMs} * interval '1 millisecond'`,
      ),
    );
}

/** Stores a broker's whole report; answers the tunnels whose state it changed. */
export async function storeReport(
  tx: Transaction,
  brokerId: string,
  sessions: readonly SessionReport[],
): Promise<ChangedTunnel[]> {
  const { rows } = await tx.execute<{ id: string; workspace_id: string; cluster_id: string }>(sql`
    with report as (
      select * from jsonb_to_recordset(${JSON.stringify(sessions)}::jsonb) as r(
        "tunnelId" text, "credentialId" text, since timestamptz, "remoteAddress" text, draining boolean, "rttMs" float8,
        streams int, "streamsTotal" bigint, "bytesIn" float8, "bytesOut" float8, resets bigint, "windowStalls" bigint)
    ), before as (
      select id, state from tunnels where broker_id = ${brokerId}
    ), stored as (
      update tunnels t set
        state = case when r.draining then 'draining' else 'live' end, token_id = r."credentialId", since = r.since,
        remote_address = r."remoteAddress", rtt_ms = r."rttMs", streams = r.streams, streams_total = r."streamsTotal",
        bytes_in = r."bytesIn", bytes_out = r."bytesOut", resets = r.resets, window_stalls = r."windowStalls",
        end_how = case when t.end_since = r.since then t.end_how end
      from report r where t.id = r."tunnelId" and t.broker_id = ${brokerId}
        -- Most tunnels are idle: a byte has passed since the last report, or there is nothing to write.
        and (t.since, t.bytes_in, t.bytes_out, t.streams, t.state) is distinct from
          (r.since, r."bytesIn", r."bytesOut", r.streams, case when r.draining then 'draining' else 'live' end)
      returning t.id, t.workspace_id, t.cluster_id, t.state
    )
    select s.id, s.workspace_id, s.cluster_id from stored s join before b using (id) where b.state <> s.state`);
  const gone = await tx
    .update(tunnels)
    .set(DOWN)
    .where(
      and(
        eq(tunnels.brokerId, brokerId),
        ne(tunnels.state, 'down'),
        sql`not ${tunnels.id} = any(${sql.param(sessions.map(({ tunnelId }) => tunnelId))}::text[])`,
      ),
    )
    .returning(changed);
  return [
    ...rows.map((row) => ({ id: row.id, workspaceId: row.workspace_id, clusterId: row.cluster_id })),
    ...gone,
  ];
}

/** The tunnels of brokers that are gone are gone too. */
export async function markTunnelsDown(
  tx: Transaction,
  brokerIds: readonly string[],
): Promise<ChangedTunnel[]> {
  if (brokerIds.length === 0) return [];
  return tx
    .update(tunnels)
    .set(DOWN)
    .where(and(inArray(tunnels.brokerId, [...brokerIds]), ne(tunnels.state, 'down')))
    .returning(changed);
}

/** Of reported sessions, those whose credential has ended or whose tunnel is no longer assigned to that broker. */
export async function listInvalid(
  tx: Transaction,
  brokerId: string,
  sessions: readonly SessionReport[],
): Promise<{ tunnelId: string; credentialId: string }[]> {
  if (sessions.length === 0) return [];
  const good = await tx
    .select({ tunnelId: tunnels.id, credentialId: agentCredentials.id })
    .from(tunnels)
    .innerJoin(
      agentCredentials,
      and(
        eq(agentCredentials.clusterId, tunnels.clusterId),
        isNull(agentCredentials.revokedAt),
        gt(agentCredentials.expiresAt, sql`now()`),
      ),
    )
    .where(
      and(
        eq(tunnels.brokerId, brokerId),
        inArray(
          tunnels.id,
          sessions.map(({ tunnelId }) => tunnelId),
        ),
      ),
    );
  const valid = new Set(good.map(({ tunnelId, credentialId }) => `${tunnelId} ${credentialId}`));
  return sessions.filter(({ tunnelId, credentialId }) => !valid.has(`${tunnelId} ${credentialId}`));
}
