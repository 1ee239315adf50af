import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { bytea } from '../db/bytea.ts';
import { users } from '../users/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Bearer tokens of provisioning clients. Only SHA-256 of the token is stored. */
export const scimTokens = pgTable(
  'scim_tokens',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    hash: bytea('hash').notNull().unique(),
    /** E-mail address of the member who created it. */
    createdBy: text('created_by').notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    lastUsedAt: timestamp('last_used_at', { withTimezone: true }),
    /** Null: valid until it is revoked. */
    expiresAt: timestamp('expires_at', { withTimezone: true }),
  },
  (t) => [uniqueIndex('scim_tokens_name').on(t.workspaceId, t.name)],
);

/** Attributes of provisioned users beside those that every user has. */
export const scimUsers = pgTable(
  'scim_users',
  {
    userId: text('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    userName: text('user_name').notNull(),
    /** Attributes as they were sent, with canonical names; without `userName`, `externalId` and `active`. */
    attributes: jsonb('attributes').$type<Record<string, unknown>>().notNull(),
    /** Number of the latest change, for entity tags. */
    version: integer('version').notNull().default(1),
  },
  (t) => [
    uniqueIndex('scim_users_name').on(t.workspaceId, sql`lower(${t.userName})`),
    index('scim_users_workspace').on(t.workspaceId),
  ],
);
