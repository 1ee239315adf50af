import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Hosts the edge knows, each held by one object of one cluster. */
export const domains = pgTable(
  'domains',
  {
    host: text('host').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    objectKey: text('object_key').notNull(),
    kind: text('kind').$type<'generated' | 'custom'>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [index('domains_cluster').on(t.clusterId)],
);
