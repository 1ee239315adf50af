import { bigint, boolean, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { workspaces } from '../workspaces/schema.ts';

/**
 * Identity providers of workspaces, with sealed secrets. At most one per workspace is active; none means the internal provider.
 */
export const identityProviders = pgTable(
  'identity_providers',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    id: text('id').notNull(),
    kind: text('kind').$type<'internal' | 'keycloak' | 'okta' | 'oidc' | 'scim' | 'ldap'>().notNull(),
    settings: jsonb('settings').$type<Record<string, unknown>>().notNull(),
    sealedSecret: text('sealed_secret'),
    /** Sealed secret of the client that users sign in with, if different. */
    sealedSignInSecret: text('sealed_sign_in_secret'),
    active: boolean('active').notNull().default(false),
    /** Time since which the provider has been inactive. */
    disabledAt: timestamp('disabled_at', { withTimezone: true }),
    syncState: text('sync_state')
      .$type<'never' | 'running' | 'succeeded' | 'failed' | 'alarm'>()
      .notNull()
      .default('never'),
    syncStartedAt: timestamp('sync_started_at', { withTimezone: true }),
    syncFinishedAt: timestamp('sync_finished_at', { withTimezone: true }),
    syncMessage: text('sync_message'),
    /** Lease of the replica that synchronises, renewed with each page. */
    syncLeaseUntil: timestamp('sync_lease_until', { withTimezone: true }),
    /** Number of the current listing, and the position to resume it from. */
    syncRun: bigint('sync_run', { mode: 'number' }).notNull().default(0),
    syncCursor: jsonb('sync_cursor').$type<Record<string, unknown>>(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.id] })],
);

/** Items listed by a synchronisation so far; applied when the listing is complete. */
export const syncItems = pgTable(
  'sync_items',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    provider: text('provider').notNull(),
    run: bigint('run', { mode: 'number' }).notNull(),
    kind: text('kind').$type<'user' | 'group' | 'member'>().notNull(),
    /** External id; for a member `<group> <user>`. */
    id: text('id').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.provider, t.run, t.kind, t.id] })],
);
