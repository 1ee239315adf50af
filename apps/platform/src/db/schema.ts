import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { bytea } from './bytea.ts';
import type { ChangeEvent } from '@portolan/contract/events';
import { workspaces } from '../workspaces/schema.ts';

/** Heads of the hash chains: one for each workspace, and `platform` for events outside workspaces. */
export const auditChains = pgTable('audit_chains', {
  id: text('id').primaryKey(),
  sequence: bigint('sequence', { mode: 'number' }).notNull().default(0),
  head: bytea('head').notNull(),
});

/** Audit events: mutations with actor and origin. No foreign keys, because events outlive their objects. */
export const auditEvents = pgTable(
  'audit_events',
  {
    chain: text('chain').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    workspaceId: text('workspace_id'),
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    origin: text('origin').notNull(),
    remoteAddress: text('remote_address'),
    action: text('action').notNull(),
    targetKind: text('target_kind').notNull(),
    targetId: text('target_id').notNull(),
    targetName: text('target_name').notNull(),
    before: jsonb('before'),
    after: jsonb('after'),
    revision: bigint('revision', { mode: 'number' }),
    previous: bytea('previous').notNull(),
    hash: bytea('hash').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.chain, t.sequence] }),
    index('audit_events_target').on(t.chain, t.targetKind, t.targetId),
  ],
);

/** Published changes, stored for an hour so that disconnected subscribers can resume. */
export const changes = pgTable(
  'changes',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    change: jsonb('change').$type<ChangeEvent>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.sequence] }), index('changes_age').on(t.createdAt)],
);
