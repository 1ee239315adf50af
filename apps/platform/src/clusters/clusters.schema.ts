import { pgTable, text, timestamp, unique } from 'drizzle-orm/pg-core';
import { workspaces } from '../workspaces/schema.ts';

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
