import { sql } from 'drizzle-orm';
import { workspaces } from '../../workspaces/schema.ts';
import { bigint, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';

/** Accounts of workspace administrators. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    email: text('email').notNull(),
    /** Time at which a mailed link proved that the holder reads this address; null: unverified. */
    emailVerifiedAt: timestamp('email_verified_at', { withTimezone: true }),
    /**
     * Workspace that the account is limited to, because its provider signs it in or its address was unverified on creation.
     * Null: the account of this address on the whole platform.
     */
    homeWorkspace: text('home_workspace').references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** argon2id in PHC string format; null until set, or when only single sign-on is used. */
    passwordHash: text('password_hash'),
    /** Sealed TOTP secret (RFC 6238); null: no second factor. */
    totpSecret: text('sealed_totp'),
    /** Sealed TOTP secret that was not yet confirmed by a code. */
    totpPending: text('sealed_totp_pending'),
    /** Time step of the last accepted code; each code is accepted once. */
    totpStep: bigint('totp_step', { mode: 'number' }),
    /** Networks of the latest sign-ins; attempts from them are exempt from the account's shared rate limit. */
    knownNetworks: text('known_networks').array().notNull().default([]),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('accounts_email')
      .on(sql`lower(${t.email})`)
      .where(sql`home_workspace is null`),
    uniqueIndex('accounts_home_email')
      .on(t.homeWorkspace, sql`lower(${t.email})`)
      .where(sql`home_workspace is not null`),
  ],
);
