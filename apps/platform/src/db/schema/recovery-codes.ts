import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea } from '../bytea.ts';
import { accounts } from './accounts.ts';

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
