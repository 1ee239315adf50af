import { bigint, boolean, integer, jsonb, pgSequence, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { NotShared } from '@portolan/contract/agent';
import type { Generation } from '@portolan/contract/clusters';
import { clusters } from '../../clusters/schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** Revisions of the desired states of all clusters; strictly increasing over the whole platform. */
export const desiredRevisions = pgSequence('desired_revisions');

/** Latest status of a cluster's agent, and its synchronisation with the platform. Created when the agent first links. */
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
  /** Generation of the resources that the agent serves. */
  generation: text('generation').$type<Generation>().notNull().default('v2'),
  /** Whether references of Traefik's objects may lead to other namespaces there. */
  allowCrossNamespace: boolean('allow_cross_namespace').notNull().default(false),
  /** What the agent does not report. */
  notShared: jsonb('not_shared').$type<NotShared[]>().notNull().default([]),
  tunnelsWanted: integer('tunnels_wanted').notNull().default(3),
  lastSeenAt: timestamp('last_seen_at', { withTimezone: true }),
  nodes: integer('nodes').notNull().default(0),
  apis: integer('apis').notNull().default(0),
  gateways: integer('gateways').notNull().default(0),
  routes: integer('routes').notNull().default(0),
  distributedRateLimitAvailable: boolean('distributed_rate_limit_available'),
  gateway: text('gateway'),
  unhealthy: jsonb('unhealthy').$type<string[]>().notNull().default([]),
  /** Number of metric points that the agent discarded since it started. */
  metricsDropped: bigint('metrics_dropped', { mode: 'number' }).notNull().default(0),
  /** Sequence of the reported resources; null before the first snapshot. */
  syncSequence: bigint('sync_sequence', { mode: 'number' }),
  desiredRevision: bigint('desired_revision', { mode: 'number' }).notNull().default(0),
  /** SHA-256 of the desired state at `desired_revision`. */
  desiredHash: text('desired_hash'),
  appliedRevision: bigint('applied_revision', { mode: 'number' }),
  appliedAt: timestamp('applied_at', { withTimezone: true }),
});
