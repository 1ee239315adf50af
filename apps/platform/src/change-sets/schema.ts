import {
  bigint,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { ChangeSet } from '@portolan/contract/changes';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Change sets: objects of the platform that were changed together, identified by the revision they created. */
export const changeSets = pgTable(
  'change_sets',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    revision: bigint('revision', { mode: 'number' }).notNull(),
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    action: text('action').$type<ChangeSet['action']>().notNull(),
    /** Revision that a rollback restored. */
    restored: bigint('restored', { mode: 'number' }),
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id').notNull(),
    actorName: text('actor_name').notNull(),
    origin: text('origin').notNull(),
    at: timestamp('at', { withTimezone: true }).notNull().defaultNow(),
    creates: integer('creates').notNull(),
    updates: integer('updates').notNull(),
    deletes: integer('deletes').notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.revision] }), index('change_sets_cluster').on(t.clusterId)],
);

/** Objects of a change set, before and after. */
export const changeSetObjects = pgTable(
  'change_set_objects',
  {
    workspaceId: text('workspace_id').notNull(),
    revision: bigint('revision', { mode: 'number' }).notNull(),
    clusterId: text('cluster_id').notNull(),
    key: text('key').notNull(),
    /** Without secrets, for display. */
    before: jsonb('before').$type<Record<string, unknown>>(),
    after: jsonb('after').$type<Record<string, unknown>>(),
    /** Complete object after the change, sealed like the desired state; null when it was deleted. */
    sealed: text('sealed'),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.revision, t.key] }),
    foreignKey({
      columns: [t.workspaceId, t.revision],
      foreignColumns: [changeSets.workspaceId, changeSets.revision],
    }).onDelete('cascade'),
    index('change_set_objects_key').on(t.clusterId, t.key, t.revision),
  ],
);
