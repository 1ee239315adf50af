import { index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { workspaces } from '../../workspaces/schema.ts';
import { accounts } from '../accounts/schema.ts';

/** Accounts linked to subjects of a workspace's provider (OpenID Connect Core §5.7: only `iss` and `sub` identify a person). */
export const accountIdentities = pgTable(
  'account_identities',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    provider: text('provider').notNull(),
    subject: text('subject').notNull(),
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.provider, t.subject] }),
    index('account_identities_account').on(t.accountId),
  ],
);
