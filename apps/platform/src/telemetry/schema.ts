import {
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  bigint,
  doublePrecision,
} from 'drizzle-orm/pg-core';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Warnings and errors of agents; retained for a day. */
export const logEntries = pgTable(
  'log_entries',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    /** Id assigned by the agent, so that repeated batches are idempotent. */
    id: text('id').notNull(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    time: timestamp('time', { withTimezone: true }).notNull(),
    level: text('level').$type<'info' | 'warn' | 'error' | 'fatal'>().notNull(),
    event: text('event').notNull(),
    message: text('message').notNull(),
    fields: jsonb('fields').$type<Record<string, unknown>>().notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.id] }),
    index('log_entries_time').on(t.workspaceId, t.time),
    index('log_entries_received').on(t.receivedAt),
  ],
);

const series = () => ({
  clusterId: text('cluster_id')
    .notNull()
    .references(() => clusters.id, { onDelete: 'cascade' }),
  kind: text('kind').notNull(),
  namespace: text('namespace').notNull(),
  name: text('name').notNull(),
  workspaceId: text('workspace_id')
    .notNull()
    .references(() => workspaces.id, { onDelete: 'cascade' }),
});

const sums = () => ({
  requests: bigint('requests', { mode: 'number' }).notNull(),
  errors: bigint('errors', { mode: 'number' }).notNull(),
  clientErrors: bigint('client_errors', { mode: 'number' }).notNull(),
  responseTimeSum: doublePrecision('response_time_sum').notNull(),
  responseTimeCount: bigint('response_time_count', { mode: 'number' }).notNull(),
  bytesIn: doublePrecision('bytes_in').notNull(),
  bytesOut: doublePrecision('bytes_out').notNull(),
});

/** Metrics per minute, as agents counted them. */
export const metricPoints = pgTable(
  'metric_points',
  {
    ...series(),
    start: timestamp('start', { withTimezone: true }).notNull(),
    ...sums(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.kind, t.namespace, t.name, t.start] }),
    index('metric_points_time').on(t.workspaceId, t.start),
    index('metric_points_received').on(t.receivedAt),
  ],
);

/** Sums of minutes over longer steps; each minute is added once, when it first arrives. */
export const metricRollups = pgTable(
  'metric_rollups',
  {
    ...series(),
    step: text('step').$type<'10m' | '1h' | '1d'>().notNull(),
    start: timestamp('start', { withTimezone: true }).notNull(),
    ...sums(),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.kind, t.namespace, t.name, t.step, t.start] }),
    index('metric_rollups_time').on(t.workspaceId, t.step, t.start),
  ],
);
