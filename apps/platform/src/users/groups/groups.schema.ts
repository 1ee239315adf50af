import { pgTable, text, timestamp, unique, uniqueIndex } from 'drizzle-orm/pg-core';
import { workspaces } from '../../workspaces/schema.ts';

/** Groups of users; resources name them. */
export const groups = pgTable(
  'groups',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    provider: text('provider').notNull().default('internal'),
    externalId: text('external_id'),
    name: text('name').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    unique('groups_name').on(t.workspaceId, t.provider, t.name),
    uniqueIndex('groups_external').on(t.workspaceId, t.provider, t.externalId),
  ],
);
