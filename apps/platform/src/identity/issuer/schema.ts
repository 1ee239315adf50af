import { index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { accounts } from '../accounts/schema.ts';
import { users } from '../../users/schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** Records of the OpenID issuers (codes, grants, sessions, refresh tokens), looked up by hash and sealed. */
export const oidcPayloads = pgTable(
  'oidc_payloads',
  {
    model: text('model').notNull(),
    idHash: text('id_hash').notNull(),
    sealed: text('sealed').notNull(),
    accountId: text('account_id').references(() => accounts.id, { onDelete: 'cascade' }),
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /**
     * Workspace that the sign-in is limited to: the one whose identity provider authenticated the account. Null: not limited.
     */
    confinedTo: text('confined_to').references(() => workspaces.id, { onDelete: 'cascade' }),
    grant: text('grant_hash'),
    userCode: text('user_code_hash'),
    uid: text('uid_hash'),
    consumedAt: timestamp('consumed_at', { withTimezone: true }),
    expiresAt: timestamp('expires_at', { withTimezone: true }),
  },
  (t) => [
    primaryKey({ columns: [t.model, t.idHash] }),
    index('oidc_payloads_account').on(t.accountId),
    index('oidc_payloads_user').on(t.userId),
    index('oidc_payloads_grant').on(t.grant),
    index('oidc_payloads_user_code').on(t.userCode),
    index('oidc_payloads_uid').on(t.uid),
    index('oidc_payloads_expiry').on(t.expiresAt),
  ],
);
