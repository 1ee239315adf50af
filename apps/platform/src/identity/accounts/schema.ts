import { sql } from 'drizzle-orm';
import { workspaces } from '../../workspaces/schema.ts';
import { bigint, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';

/** People who administer workspaces. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    email: text('email').notNull(),
    /** When a mailed link proved that its holder reads this address; null while nobody proved it. */
    emailVerifiedAt: timestamp('email_verified_at', { withTimezone: true }),
    /**
     * The one workspace it is an account of: its provider signs it in, or nobody had proved the address when it was made. Null:
     * the account of this address on the whole platform.
     */
    homeWorkspace: text('home_workspace').references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** argon2id in PHC form; null until set, or when only single sign-on is used. */
    passwordHash: text('password_hash'),
    /** Seed of the second factor, sealed; null while there is none. */
    totpSecret: text('sealed_totp'),
    /** Seed that no code has confirmed yet, sealed. */
    totpPending: text('sealed_totp_pending'),
    /** Time step of the last code accepted: a code works once. */
    totpStep: bigint('totp_step', { mode: 'number' }),
    /** Networks that it last signed in from: attempts from them do not share the account's limit with strangers. */
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
