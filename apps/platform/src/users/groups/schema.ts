import { pgTable, text, timestamp, unique, uniqueIndex, index, primaryKey } from 'drizzle-orm/pg-core';
import { workspaces } from '../../workspaces/schema.ts';
import { users } from '../schema.ts';

/** Groups of users; resources refer to them by name. */
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

/** Memberships of users in groups. */
export const userGroups = pgTable(
  'user_groups',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    groupId: text('group_id')
      .notNull()
      .references(() => groups.id, { onDelete: 'cascade' }),
  },
  (t) => [primaryKey({ columns: [t.userId, t.groupId] }), index('user_groups_group').on(t.groupId)],
);
