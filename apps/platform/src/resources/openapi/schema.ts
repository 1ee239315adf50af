import { pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { clusters } from '../../clusters/schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** OpenAPI documents of APIs and APIVersions, fetched by agents. */
export const openApiDocuments = pgTable(
  'openapi_documents',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    sha256: text('sha256').notNull(),
    /** JSON as text, because `jsonb` does not preserve the order of keys. */
    json: text('json').notNull(),
    fetchedAt: timestamp('fetched_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.clusterId, t.key] })],
);
