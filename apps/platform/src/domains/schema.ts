import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Hosts of the edge, each held by one object of one cluster. */
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
    /** Time at which the object was deleted; its generated host is restored with it. Null: the host is served. */
    releasedAt: timestamp('released_at', { withTimezone: true }),
  },
  (t) => [index('domains_cluster').on(t.clusterId)],
);

/** All generated hosts ever allocated. None is reused for another object, even after its workspace was deleted. */
export const reservedHosts = pgTable('reserved_hosts', {
  host: text('host').primaryKey(),
  reservedAt: timestamp('reserved_at', { withTimezone: true }).notNull().defaultNow(),
});
