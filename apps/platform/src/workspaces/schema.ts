import { sql } from 'drizzle-orm';
import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Tenants. `id` is the name in paths, which another workspace may take after a deletion; `uid` never names another one. */
export const workspaces = pgTable('workspaces', {
  id: text('id').primaryKey(),
  /** Immutable identity: what outlives a workspace (its audit chain) goes by it. */
  uid: text('uid')
    .notNull()
    .unique()
    .default(sql`('wsp_' || replace(gen_random_uuid()::text, '-', ''))`),
  name: text('name').notNull(),
  /** Strictly increasing number of its desired state. */
  revision: bigint('revision', { mode: 'number' }).notNull().default(0),
  /**
   * Strictly increasing number of its published changes. It begins at the time of creation, above every number of a deleted
   * workspace of the same name.
   */
  changeSequence: bigint('change_sequence', { mode: 'number' })
    .notNull()
    .default(sql`(extract(epoch from now()) * 1000)::bigint`),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
