import { sql } from 'drizzle-orm';
import { bigint, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/**
 * Workspaces, the tenants of the platform. `id` is the name in paths and may be reused after a deletion; `uid` is never reused.
 */
export const workspaces = pgTable('workspaces', {
  id: text('id').primaryKey(),
  /** Immutable identity, to which records that outlive the workspace (the audit chain) refer. */
  uid: text('uid')
    .notNull()
    .unique()
    .default(sql`('wsp_' || replace(gen_random_uuid()::text, '-', ''))`),
  name: text('name').notNull(),
  /** Revision of the desired state; strictly increasing. */
  revision: bigint('revision', { mode: 'number' }).notNull().default(0),
  /**
   * Number of the latest published change; strictly increasing. Starts at the time of creation, above all numbers of a deleted
   * workspace of the same name.
   */
  changeSequence: bigint('change_sequence', { mode: 'number' })
    .notNull()
    .default(sql`(extract(epoch from now()) * 1000)::bigint`),
  /** Version of the set of alert rules that it was given. */
  defaultRules: integer('default_rules').notNull().default(0),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
