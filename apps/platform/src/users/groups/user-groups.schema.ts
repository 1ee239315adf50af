import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { groups } from './groups.schema.ts';
import { users } from '../schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** Which user is in which group. */
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
