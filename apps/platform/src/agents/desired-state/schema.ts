import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { clusters } from '../../clusters/schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** Objects made on the platform, as their cluster is to have them. */
export const desiredObjects = pgTable(
  'desired_objects',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    /** As people may see it: without secrets. */
    object: jsonb('object').$type<Record<string, unknown>>().notNull(),
    /** The whole object, sealed, for the cluster alone. */
    sealed: text('sealed').notNull(),
    /** The workspace's revision at its last change. */
    revision: bigint('revision', { mode: 'number' }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.key] }),
    index('desired_objects_workspace').on(t.workspaceId),
  ],
);
