import { and, eq, gt, inArray, isNotNull, isNull, ne, notInArray, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { sessionReport } from '@portolan/contract/broker-link';
import type { Role } from '@portolan/contract/permissions';
import type { Queries, Transaction } from '../db/database.ts';
import { agentCredentials } from '../clusters/schema.ts';
import { members } from '../identity/members/schema.ts';
import { workspaces } from '../workspaces/schema.ts';
import { brokers, tunnels } from './schema.ts';

export type TunnelRow = typeof tunnels.$inferSelect;
export type SessionReport = z.infer<typeof sessionReport>;

/** A tunnel whose state changed. */
export interface ChangedTunnel {
  readonly id: string;
  readonly workspaceId: string;
  readonly clusterId: string;
}

const DOWN = { state: 'down', streams: 0, rttMs: null, end: null } as const;
const changed = { id: tunnels.id, workspaceId: tunnels.workspaceId, clusterId: tunnels.clusterId };

/** Lists which cluster and broker each of these tunnels is assigned to. */
export async function listAssignments(
  db: Queries,
  ids: readonly string[],
): Promise<Pick<TunnelRow, 'id' | 'clusterId' | 'brokerId'>[]> {
  return db
    .select({ id: tunnels.id, clusterId: tunnels.clusterId, brokerId: tunnels.brokerId })
    .from(tunnels)
    .where(inArray(tunnels.id, [...ids]));
}

/** Lists the clusters with a live tunnel to each live broker, ordered by broker and cluster. */
export async function listLiveSessions(
  db: Queries,
): Promise<{ readonly brokerId: string; readonly url: string; readonly clusterId: string }[]> {
  return db
    .selectDistinct({ brokerId: brokers.id, url: brokers.url, clusterId: tunnels.clusterId })
    .from(brokers)
    .innerJoin(tunnels, and(eq(tunnels.brokerId, brokers.id), eq(tunnels.state, 'live')))
    .where(and(eq(brokers.state, 'live'), isNotNull(brokers.url)))
    .orderBy(brokers.id, tunnels.clusterId);
}

/** Lists the sessions that administrators want to end and that are still up. */
export async function listRequestedEnds(
  db: Queries,
): Promise<Pick<TunnelRow, 'brokerId' | 'id' | 'end' | 'endSince'>[]> {
  return db
    .select({ brokerId: tunnels.brokerId, id: tunnels.id, end: tunnels.end, endSince: tunnels.endSince })
    .from(tunnels)
    .where(and(isNotNull(tunnels.end), ne(tunnels.state, 'down')))
    .orderBy(tunnels.id);
}

/** Requests the end of the session that carries a tunnel now; a later session is not affected. */
export async function requestEnd(
  tx: Transaction,
  workspace: string,
  { id, how }: { readonly id: string; readonly how: 'reconnect' | 'close' },
): Promise<void> {
  await tx
    .update(tunnels)
    .set({ end: how, endSince: sql`${tunnels.since}` })
    .where(and(eq(tunnels.id, id), eq(tunnels.workspaceId, workspace)));
}

/** Workspaces: one, or those that an account has one of these roles in. */
export type OwnWorkspaces = string | { readonly accountId: string; readonly roles: readonly Role[] };

function isOutside(
  db: Queries,
  column: typeof tunnels.workspaceId | typeof workspaces.id,
  own: OwnWorkspaces,
) {
  if (typeof own === 'string') return ne(column, own);
  const ofAccount = db
    .select({ id: members.workspaceId })
    .from(members)
    .where(and(eq(members.accountId, own.accountId), inArray(members.role, [...own.roles])));
  return notInArray(column, ofAccount);
}

/** Returns whether there is a workspace outside `own`. */
export async function hasOtherWorkspaces(db: Queries, own: OwnWorkspaces): Promise<boolean> {
  const rows = await db
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(isOutside(db, workspaces.id, own))
    .limit(1);
  return rows.length > 0;
}

/** Returns whether a broker carries a tunnel of a workspace outside `own`. */
export async function carriesOthers(db: Queries, brokerId: string, own: OwnWorkspaces): Promise<boolean> {
  const isForeign = isOutside(db, tunnels.workspaceId, own);
  const rows = await db
    .select({ id: tunnels.id })
    .from(tunnels)
    .where(and(eq(tunnels.brokerId, brokerId), isNull(tunnels.retiresAt), isForeign))
    .limit(1);
  return rows.length > 0;
}

/** Stores a broker's whole report; returns the tunnels whose state it changed. */
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

/** Marks the tunnels of brokers that are down as down; returns those that were not. */
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

/** Lists the reported sessions whose credential has ended or whose tunnel is no longer assigned to that broker. */
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

/** Lists the agent credentials revoked in the last 10 seconds. */
export async function listRecentlyRevoked(db: Queries): Promise<string[]> {
  const rows = await db
    .select({ id: agentCredentials.id })
    .from(agentCredentials)
    .where(gt(agentCredentials.revokedAt, sql`now() - interval '10 seconds'`));
  return rows.map(({ id }) => id);
}
