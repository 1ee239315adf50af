import { sql } from 'drizzle-orm';
import { bigint, index, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { workspaces } from '../workspaces/schema.ts';

/** Users of APIs. `provider` is the owner of the record: `internal`, or the id of an identity provider. */
export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    provider: text('provider').notNull().default('internal'),
    email: text('email').notNull(),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    company: text('company').notNull().default(''),
    externalId: text('external_id'),
    /** Text that search terms without a field are matched against: lower case, one line for each column. */
    searched: text('searched')
      .notNull()
      .generatedAlwaysAs(
        sql`lower(email || E'\n' || trim(first_name || ' ' || last_name) || E'\n' || company)`,
      ),
    passwordHash: text('password_hash'),
    state: text('state').$type<'active' | 'disabled'>().notNull().default('active'),
    /** State to restore when the provider of the user becomes active again. */
    keptState: text('kept_state').$type<'active' | 'disabled'>(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
    revision: bigint('revision', { mode: 'number' }).notNull().default(0),
  },
  (t) => [
    uniqueIndex('users_email').on(t.workspaceId, t.provider, sql`lower(${t.email})`),
    uniqueIndex('users_external').on(t.workspaceId, t.provider, t.externalId),
    // Indexes in the order of the list's usual sorts, so that a page is read without sorting all users.
    index('users_by_email').on(t.workspaceId, sql`lower(${t.email})`, t.id),
    index('users_by_name').on(t.workspaceId, sql`lower(trim(${t.firstName} || ' ' || ${t.lastName}))`, t.id),
    index('users_by_last_name').on(t.workspaceId, sql`lower(${t.lastName})`, t.id),
    index('users_by_company').on(t.workspaceId, sql`lower(${t.company})`, t.id),
    index('users_created').on(t.workspaceId, t.createdAt, t.id),
  ],
);
