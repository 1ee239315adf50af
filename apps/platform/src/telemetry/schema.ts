import {
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  bigint,
  doublePrecision,
  integer,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Division, Labels } from '@portolan/contract/telemetry';
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

/** What is counted: an object of a cluster, or one part of its traffic by a dimension. */
export const metricSeries = pgTable(
  'metric_series',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    kind: text('kind').notNull(),
    namespace: text('namespace').notNull(),
    name: text('name').notNull(),
    /** What its traffic is divided by; empty for all of it. The parts of one division add up to all of it. */
    dividedBy: text('divided_by').$type<'' | Division>().notNull().default(''),
    labels: jsonb('labels').$type<Labels>().notNull().default({}),
    /** Of everything above: what agents' points are matched by. */
    digest: uuid('digest').notNull(),
  },
  (t) => [
    uniqueIndex('metric_series_digest').on(t.clusterId, t.digest),
    index('metric_series_object').on(t.workspaceId, t.kind, t.dividedBy, t.namespace, t.name),
  ],
);

const point = () => ({
  seriesId: integer('series_id').notNull(),
  start: timestamp('start', { withTimezone: true }).notNull(),
  requests: bigint('requests', { mode: 'number' }).notNull(),
  errors: bigint('errors', { mode: 'number' }).notNull(),
  clientErrors: bigint('client_errors', { mode: 'number' }).notNull(),
  /** In seconds. */
  responseTimeSum: doublePrecision('response_time_sum').notNull(),
  responseTimeCount: bigint('response_time_count', { mode: 'number' }).notNull(),
  bytesIn: doublePrecision('bytes_in').notNull(),
  bytesOut: doublePrecision('bytes_out').notNull(),
  /** Histograms: index of the first bucket, then counts (`@portolan/contract/histogram`). */
  total: bigint('total', { mode: 'number' }).array(),
  upstream: bigint('upstream', { mode: 'number' }).array(),
  gateway: bigint('gateway', { mode: 'number' }).array(),
});

// Partitioned by `start` in the migration, which drizzle-kit cannot express; `partition-store.ts` creates and drops partitions.

/** Metrics per minute, as agents counted them. */
export const metricMinutes = pgTable(
  'metric_1m',
  { ...point(), receivedAt: timestamp('received_at', { withTimezone: true }).notNull().defaultNow() },
  (t) => [primaryKey({ columns: [t.seriesId, t.start] })],
);

/** Minutes that were reported, by what counted them: replicas of one agent each report theirs. */
export const metricReports = pgTable(
  'metric_reports',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    counter: text('counter').notNull(),
    minute: timestamp('minute', { withTimezone: true }).notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.counter, t.minute] }),
    index('metric_reports_received').on(t.receivedAt),
  ],
);

// Sums of minutes over longer steps; each minute is added once, when it first arrives.
export const metricTenMinutes = pgTable('metric_10m', point(), (t) => [
  primaryKey({ columns: [t.seriesId, t.start] }),
]);
export const metricHours = pgTable('metric_1h', point(), (t) => [
  primaryKey({ columns: [t.seriesId, t.start] }),
]);
export const metricDays = pgTable('metric_1d', point(), (t) => [
  primaryKey({ columns: [t.seriesId, t.start] }),
]);

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

/** Metrics of the version before, copied into `metric_1m` by the migration; dropped in the next version. */
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

/** Metrics of the version before, like `metric_points`. */
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
