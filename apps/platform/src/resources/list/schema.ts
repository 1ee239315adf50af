import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { ObjectOwner } from '@portolan/contract/resources';
import { clusters } from '../../clusters/schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** Objects that clusters reported, without secrets. */
export const resources = pgTable(
  'resources',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    apiVersion: text('api_version').notNull(),
    kind: text('kind').notNull(),
    namespace: text('namespace'),
    name: text('name').notNull(),
    labels: jsonb('labels').$type<Record<string, string>>().notNull(),
    object: jsonb('object').$type<Record<string, unknown>>().notNull(),
    owner: jsonb('owner').$type<ObjectOwner>().notNull(),
    urls: jsonb('urls').$type<string[]>().notNull(),
    /** Sequence of the report in which the object last changed. */
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.key] }),
    index('resources_kind').on(t.workspaceId, t.kind, t.name),
  ],
);
