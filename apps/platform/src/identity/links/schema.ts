import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { bytea } from '../../db/bytea.ts';
import { users } from '../../users/schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** Open links for setting a password, at most one for each user. Only SHA-256 of the link's token is stored. */
export const passwordLinks = pgTable('password_links', {
  userId: text('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  workspaceId: text('workspace_id')
    .notNull()
    .references(() => workspaces.id, { onDelete: 'cascade' }),
  hash: bytea('hash').notNull().unique(),
  expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
});
