import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, timestamp, primaryKey } from 'drizzle-orm/pg-core';
import { bytea } from '../db/bytea.ts';
import type { Permission } from '@portolan/contract/permissions';
import { accounts } from '../identity/accounts/schema.ts';
import { users } from '../users/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/**
 * Sessions and personal access tokens of accounts, and sessions of users. Only SHA-256 of the token is stored. Each row belongs
 * to either an account or a user, so that a user's session never authenticates an account.
 */
export const accessTokens = pgTable(
  'access_tokens',
  {
    id: text('id').primaryKey(),
    accountId: text('account_id').references(() => accounts.id, { onDelete: 'cascade' }),
    userId: text('user_id').references(() => users.id, { onDelete: 'cascade' }),
    kind: text('kind').$type<'session' | 'personal'>().notNull(),
    hash: bytea('hash').notNull().unique(),
    /** Name given by the owner, or the client that signed in. */
    name: text('name').notNull(),
    remoteAddress: text('remote_address'),
    /** Permissions that the token is limited to; null: all of its account. */
    scopes: text('scopes').array().$type<Permission[]>(),
    /** Workspace that the session is limited to: the one whose identity provider signed it in. */
    confinedTo: text('confined_to').references(() => workspaces.id, { onDelete: 'cascade' }),
    /** Grant of a token issued by OAuth, and the issuer's sealed payload. */
    grant: text('grant_hash'),
    sealedPayload: text('sealed_payload'),
    createdAt: timestamp('created_at', { withTimezone: true })
      .notNull()
      .default(sql`now()`),
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
    expiresAt: timestamp('expires_at', { withTimezone: true }).notNull(),
  },
  (t) => [
    index('access_tokens_account').on(t.accountId),
    index('access_tokens_user').on(t.userId),
    check('access_tokens_one_owner', sql`num_nonnulls(${t.accountId}, ${t.userId}) = 1`),
  ],
);

/** Theoretical arrival times of the generic cell rate algorithm, shared by all replicas. */
export const rateLimits = pgTable(
  'rate_limits',
  { key: text('key').primaryKey(), arrival: timestamp('arrival', { withTimezone: true }).notNull() },
  (t) => [index('rate_limits_arrival').on(t.arrival)],
);

/** Recovery codes for accounts with a lost second factor. Each is accepted once; only hashes are stored. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    accountId: text('account_id')
      .notNull()
      .references(() => accounts.id, { onDelete: 'cascade' }),
    hash: bytea('hash').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.hash] })],
);
