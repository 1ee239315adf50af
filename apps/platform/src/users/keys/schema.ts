import { index, pgTable, text, timestamp, unique } from 'drizzle-orm/pg-core';
import { users } from '../schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** API keys of users. Only the hash of a key is stored: SHAKE-256 with 64 bytes of output, in hex. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    prefix: text('prefix').notNull(),
    hash: text('hash').notNull().unique(),
    suspendedAt: timestamp('suspended_at', { withTimezone: true }),
    /** The one who suspended the key: a user cannot resume a key that an administrator suspended. */
    suspendedBy: text('suspended_by').$type<'user' | 'administrator'>(),
    expiresAt: timestamp('expires_at', { withTimezone: true }),
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    unique('api_keys_name').on(t.userId, t.name),
    index('api_keys_workspace').on(t.workspaceId, t.createdAt, t.id),
  ],
);
