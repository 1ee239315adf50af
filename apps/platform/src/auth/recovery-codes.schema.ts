import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea } from '../db/bytea.ts';
import { accounts } from '../identity/accounts/schema.ts';

/** What opens an account whose second factor is lost, each once; only hashes are kept. */
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
