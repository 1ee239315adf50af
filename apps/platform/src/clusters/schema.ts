import { pgTable, text, timestamp, unique, index } from 'drizzle-orm/pg-core';
import { workspaces } from '../workspaces/schema.ts';
import { bytea } from '../db/bytea.ts';

/** Kubernetes clusters and directories of manifests, each linked by one agent token. */
export const clusters = pgTable(
  'clusters',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [unique('clusters_name').on(t.workspaceId, t.name)],
);

/** Credentials of agents; of the token itself only its SHA-256 is kept. */
export const agentTokens = pgTable(
  'agent_tokens',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    hash: bytea('hash').notNull().unique(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    revokedAt: timestamp('revoked_at', { withTimezone: true }),
  },
  (t) => [index('agent_tokens_cluster').on(t.clusterId)],
);
