import { index, pgTable, text, timestamp, primaryKey } from 'drizzle-orm/pg-core';
import type { Role } from '@portolan/contract/permissions';
import { bytea } from '../../db/bytea.ts';
import { workspaces } from '../../workspaces/schema.ts';
import { accounts } from '../accounts/schema.ts';

/** Open invitations to become a member. Only SHA-256 of the link's token is stored. */
export const invitations = pgTable(
  'invitations',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    email: text('email').notNull(),
    role: text('role').$type<Role>().notNull(),
    hash: bytea('hash').notNull().unique(),
    invitedBy: text('invited_by').notNull(),
    /** Time at which the link was mailed without being shown to the inviter: its holder can read that mailbox. */
    mailedAt: timestamp('mailed_at', { withTimezone: true }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (t) => [index('invitations_workspace').on(t.workspaceId)],
);

/** Memberships: the role of an account in a workspace. */
export const members = pgTable(
  'members',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    role: text('role').$type<Role>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.accountId] }), index('members_account').on(t.accountId)],
);
