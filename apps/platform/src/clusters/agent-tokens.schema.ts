import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { bytea } from '../db/bytea.ts';
import { clusters } from './clusters.schema.ts';
import { workspaces } from '../workspaces/schema.ts';

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
