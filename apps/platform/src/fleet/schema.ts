import {
  doublePrecision,
  index,
  integer,
  pgTable,
  text,
  timestamp,
  bigint,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Brokers that have registered. They serve every workspace. */
export const brokers = pgTable(
  'brokers',
  {
    id: text('id').primaryKey(),
    region: text('region').notNull(),
    url: text('url').notNull(),
    edgeHttp: text('edge_http'),
    edgeHttps: text('edge_https'),
    capacity: doublePrecision('capacity').notNull(),
    version: text('version').notNull(),
    pid: integer('pid').notNull(),
    state: text('state').$type<'live' | 'draining' | 'down'>().notNull(),
    /** Made anew at every registration: what ends an older connection cannot touch a newer one. */
    incarnation: text('incarnation').notNull(),
    connections: integer('connections').notNull().default(0),
    load: doublePrecision('load').notNull().default(0),
    /** How often its weight was lowered because of its load; falls again when it has rested. */
    shedSteps: integer('shed_steps').notNull().default(0),
    shedAt: timestamp('shed_at', { withTimezone: true }).notNull().defaultNow(),
    lastSeenAt: timestamp('last_seen_at', { withTimezone: true }).notNull().defaultNow(),
    registeredAt: timestamp('registered_at', { withTimezone: true }).notNull().defaultNow(),
    /** Since when an administrator keeps tunnels away from it; survives its restarts. */
    drainedAt: timestamp('drained_at', { withTimezone: true }),
    /** When an administrator or the operator's list let it in; null while it waits. */
    approvedAt: timestamp('approved_at', { withTimezone: true }),
    /** Bounds `capacity`, which the broker reports about itself. */
    approvedCapacity: doublePrecision('approved_capacity'),
    /** When an administrator shut it out; its later registrations do not change that. */
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
    /** Since when it has not been live. */
    downAt: timestamp('down_at', { withTimezone: true }),
  },
  (t) => [index('brokers_lease').on(t.state, t.lastSeenAt)],
);

/** Which cluster is to keep a tunnel to which broker, and how that tunnel does. */
export const tunnels = pgTable(
  'tunnels',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    brokerId: text('broker_id')
      .notNull()
      .references(() => brokers.id, { onDelete: 'cascade' }),
    /** Placed elsewhere since; works until then, so that the agent can bring up the replacement first. */
    retiresAt: timestamp('retires_at', { withTimezone: true }),
    state: text('state').$type<'live' | 'draining' | 'down'>().notNull().default('down'),
    credentialId: text('token_id'),
    /** How an administrator wants the session that is up since `endSince` to end; a later one is not meant. */
    end: text('end_how').$type<'reconnect' | 'close'>(),
    endSince: timestamp('end_since', { withTimezone: true }),
    since: timestamp('since', { withTimezone: true }),
    remoteAddress: text('remote_address'),
    rttMs: doublePrecision('rtt_ms'),
    streams: integer('streams').notNull().default(0),
    streamsTotal: bigint('streams_total', { mode: 'number' }).notNull().default(0),
    bytesIn: doublePrecision('bytes_in').notNull().default(0),
    bytesOut: doublePrecision('bytes_out').notNull().default(0),
    resets: bigint('resets', { mode: 'number' }).notNull().default(0),
    windowStalls: bigint('window_stalls', { mode: 'number' }).notNull().default(0),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('tunnels_place')
      .on(t.clusterId, t.brokerId)
      .where(sql`retires_at is null`),
    index('tunnels_broker').on(t.brokerId),
    index('tunnels_workspace').on(t.workspaceId),
    index('tunnels_retiring').on(t.retiresAt),
  ],
);
