import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Tenants. `id` is what paths and people use. */
export const workspaces = pgTable('workspaces', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** Strictly increasing number of its desired state. */
  revision: bigint('revision', { mode: 'number' }).notNull().default(0),
  /** Strictly increasing number of its published changes. */
  changeSequence: bigint('change_sequence', { mode: 'number' }).notNull().default(0),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
