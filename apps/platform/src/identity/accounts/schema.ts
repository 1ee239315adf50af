import { sql } from 'drizzle-orm';
import { bigint, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';

/** People who administer workspaces. */
export const accounts = pgTable(
  'accounts',
  {
    id: text('id').primaryKey(),
    email: text('email').notNull(),
    name: text('name').notNull(),
    /** argon2id in PHC form; null until set, or when only single sign-on is used. */
    passwordHash: text('password_hash'),
    /** Seed of the second factor, sealed; null while there is none. */
    totpSecret: text('sealed_totp'),
    /** Seed that no code has confirmed yet, sealed. */
    totpPending: text('sealed_totp_pending'),
    /** Time step of the last code accepted: a code works once. */
    totpStep: bigint('totp_step', { mode: 'number' }),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [uniqueIndex('accounts_email').on(sql`lower(${t.email})`)],
);
