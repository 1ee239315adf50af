import { index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { clusters } from '../../clusters/schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** Current problems of clusters. `id` is derived from the content, so that `since` is kept over repeated reports. */
export const problems = pgTable(
  'problems',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    id: text('id').notNull(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    severity: text('severity').$type<'error' | 'warning'>().notNull(),
    code: text('code').notNull(),
    file: text('file'),
    line: integer('line'),
    kind: text('kind'),
    namespace: text('namespace'),
    name: text('name'),
    field: text('field'),
    message: text('message').notNull(),
    fix: text('fix'),
    /** Reporter of the problem: the agent, whose reports replace its problems, or the platform. */
    source: text('source').$type<'agent' | 'platform'>().notNull().default('agent'),
    since: timestamp('since', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.id] }),
    index('problems_workspace').on(t.workspaceId, t.since),
  ],
);
