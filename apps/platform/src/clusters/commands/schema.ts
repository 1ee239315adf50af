import { index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { ClusterCommand, CommandReport, PolicyTarget } from '@portolan/contract/cluster-commands';
import { workspaces } from '../../workspaces/schema.ts';
import { clusters } from '../schema.ts';

/** Commands of administrators to the agents of a cluster, and what was reported of each. */
export const clusterCommands = pgTable(
  'cluster_commands',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    type: text('type').$type<ClusterCommand['type']>().notNull(),
    target: jsonb('target').$type<PolicyTarget>(),
    policy: text('policy'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
    reportedAt: timestamp('reported_at', { withTimezone: true }),
    outcome: text('outcome').$type<CommandReport['outcome']>(),
    code: text('code'),
    message: text('message'),
  },
  (t) => [index('cluster_commands_cluster').on(t.clusterId, t.createdAt)],
);
