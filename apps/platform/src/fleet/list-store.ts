import { and, count, eq, isNull, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { broker, tunnelView } from '@portolan/contract/clusters';
import type { ListQuery } from '@portolan/contract/list';
import type { Transaction } from '../db/database.ts';
import { approvalOf } from './broker-store.ts';
import { brokers, tunnels } from './schema.ts';
import { clusters } from '../clusters/schema.ts';
import type { ListColumns } from '../lists/columns.ts';
import { readPage } from '../lists/list-page.ts';

const text = { type: 'text', isSearched: true } as const;
const number = { type: 'number' } as const;
const time = { type: 'time', isNullable: true } as const;

const TUNNEL_COLUMNS: ListColumns = {
  id: { ...text, sql: sql`${tunnels.id}` },
  cluster: { ...text, sql: sql`${clusters.name}` },
  clusterId: { type: 'text', sql: sql`${tunnels.clusterId}` },
  brokerId: { ...text, sql: sql`${tunnels.brokerId}` },
  broker: { ...text, sql: sql`${tunnels.brokerId}` },
  region: { ...text, sql: sql`${brokers.region}` },
  state: { ...text, sql: sql`${tunnels.state}` },
  since: { ...time, sql: sql`${tunnels.since}` },
  remoteAddress: { type: 'text', isNullable: true, sql: sql`${tunnels.remoteAddress}` },
  rttMs: { type: 'duration', isNullable: true, sql: sql`${tunnels.rttMs}` },
  streams: { ...number, sql: sql`${tunnels.streams}` },
  streamsTotal: { ...number, sql: sql`${tunnels.streamsTotal}` },
  bytesIn: { ...number, sql: sql`${tunnels.bytesIn}` },
  bytesOut: { ...number, sql: sql`${tunnels.bytesOut}` },
  resets: { ...number, sql: sql`${tunnels.resets}` },
  windowStalls: { ...number, sql: sql`${tunnels.windowStalls}` },
};

// In raw SQL: in a select from one table, drizzle names columns without their table.
const SESSIONS = sql<number>`(select count(*)::int from tunnels t where t.broker_id = brokers.id and t.state <> 'down')`;

const APPROVAL = sql`(case when brokers.revoked_at is not null then 'revoked' when brokers.approved_at is null then 'pending' else 'approved' end)`;

const BROKER_COLUMNS: ListColumns = {
  id: { ...text, sql: sql`${brokers.id}` },
  region: { ...text, sql: sql`${brokers.region}` },
  state: { ...text, sql: sql`${brokers.state}` },
  approval: { ...text, sql: APPROVAL },
  capacity: { ...number, sql: sql`${brokers.capacity}` },
  url: { type: 'text', sql: sql`${brokers.url}` },
  version: { type: 'text', sql: sql`${brokers.version}` },
  connections: { ...number, sql: sql`${brokers.connections}` },
  sessions: { ...number, sql: SESSIONS },
  drainedAt: { ...time, sql: sql`${brokers.drainedAt}` },
  lastSeenAt: { ...time, sql: sql`${brokers.lastSeenAt}` },
};

/** Returns a page of a workspace's tunnels, without those that retire. */
export function listTunnelViews(tx: Transaction, query: ListQuery, workspace: string) {
  return readPage(
    tx,
    query,
    {
      columns: TUNNEL_COLUMNS,
      sort: 'cluster',
      id: sql`${tunnels.id}`,
      scope: sql`${tunnels.workspaceId} = ${workspace} and ${isNull(tunnels.retiresAt)}`,
      read: ({ where, orderBy, limit, key }) =>
        selectTunnels(tx, key)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx
          .select({ rows: count() })
          .from(tunnels)
          .innerJoin(clusters, eq(clusters.id, tunnels.clusterId))
          .innerJoin(brokers, eq(brokers.id, tunnels.brokerId))
          .where(where);
        return row?.rows ?? 0;
      },
    },
    tunnelOf,
  );
}

/** Returns a page of the brokers, which serve every workspace. */
export function listBrokerViews(tx: Transaction, query: ListQuery) {
  return readPage(
    tx,
    query,
    {
      columns: BROKER_COLUMNS,
      sort: 'id',
      id: sql`${brokers.id}`,
      scope: sql`true`,
      read: ({ where, orderBy, limit, key }) =>
        tx
          .select({ id: brokers.id, broker: brokers, sessions: SESSIONS, sortKey: key })
          .from(brokers)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx.select({ rows: count() }).from(brokers).where(where);
        return row?.rows ?? 0;
      },
    },
    brokerOf,
  );
}

/** Returns a tunnel as lists show it; null if the workspace has none of that id, or it retires. */
export async function findTunnelView(
  tx: Transaction,
  workspace: string,
  id: string,
): Promise<z.input<typeof tunnelView> | null> {
  const [row] = await selectTunnels(tx, sql`null`).where(
    and(eq(tunnels.id, id), eq(tunnels.workspaceId, workspace), isNull(tunnels.retiresAt)),
  );
  return row ? tunnelOf(row) : null;
}

/** Returns a broker as lists show it; null if there is none of that id. */
export async function findBrokerView(tx: Transaction, id: string): Promise<z.input<typeof broker> | null> {
  const [row] = await tx
    .select({ broker: brokers, sessions: SESSIONS })
    .from(brokers)
    .where(eq(brokers.id, id));
  return row ? brokerOf(row) : null;
}

function selectTunnels(tx: Transaction, key: ReturnType<typeof sql<string | null>>) {
  return tx
    .select({ id: tunnels.id, tunnel: tunnels, cluster: clusters.name, region: brokers.region, sortKey: key })
    .from(tunnels)
    .innerJoin(clusters, eq(clusters.id, tunnels.clusterId))
    .innerJoin(brokers, eq(brokers.id, tunnels.brokerId));
}

type SelectedTunnel = Awaited<ReturnType<typeof selectTunnels>>[number];

function tunnelOf({ tunnel, cluster, region }: SelectedTunnel): z.input<typeof tunnelView> {
  return { ...tunnel, cluster, region, since: tunnel.since?.toISOString() ?? null };
}

function brokerOf({
  broker: row,
  sessions,
}: {
  broker: typeof brokers.$inferSelect;
  sessions: number;
}): z.input<typeof broker> {
  return {
    id: row.id,
    region: row.region,
    state: row.state,
    url: row.url,
    edge: { http: row.edgeHttp, https: row.edgeHttps },
    sessions,
    connections: row.connections,
    drainedAt: row.drainedAt?.toISOString() ?? null,
    approval: approvalOf(row),
    capacity: row.capacity,
    approvedCapacity: row.approvedCapacity,
    lastSeenAt: row.lastSeenAt.toISOString(),
    version: row.version,
  };
}
