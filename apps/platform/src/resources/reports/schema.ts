import { bigint, boolean, integer, jsonb, pgSequence, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { clusters } from '../../clusters/schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** Numbers the desired states of all clusters: strictly increasing over the whole platform. */
export const desiredRevisions = pgSequence('desired_revisions');

/** What a cluster's agent last said of itself, and where the two stand with each other. Made when it first links. */
export const agentReports = pgTable('agent_reports', {
  clusterId: text('cluster_id')
    .primaryKey()
    .references(() => clusters.id, { onDelete: 'cascade' }),
  workspaceId: text('workspace_id')
    .notNull()
    .references(() => workspaces.id, { onDelete: 'cascade' }),
  /** Identity of the cluster that uses the token; null after the token was rotated. */
  clusterUid: text('cluster_uid'),
  agentVersion: text('agent_version'),
  source: text('source'),
  tunnelsWanted: integer('tunnels_wanted').notNull().default(3),
  lastSeenAt: timestamp('last_seen_at', { withTimezone: true }),
  nodes: integer('nodes').notNull().default(0),
  apis: integer('apis').notNull().default(0),
  gateways: integer('gateways').notNull().default(0),
  routes: integer('routes').notNull().default(0),
  distributedRateLimitAvailable: boolean('distributed_rate_limit_available'),
  gateway: text('gateway'),
  unhealthy: jsonb('unhealthy').$type<string[]>().notNull().default([]),
  /** Minute points the agent had to give up since it started. */
  metricsDropped: bigint('metrics_dropped', { mode: 'number' }).notNull().default(0),
  /** Where the reported resources stand; null until a snapshot came. */
  syncSequence: bigint('sync_sequence', { mode: 'number' }),
  desiredRevision: bigint('desired_revision', { mode: 'number' }).notNull().default(0),
  /** SHA-256 of the desired state at that revision. */
  desiredHash: text('desired_hash'),
  appliedRevision: bigint('applied_revision', { mode: 'number' }),
  appliedAt: timestamp('applied_at', { withTimezone: true }),
});
