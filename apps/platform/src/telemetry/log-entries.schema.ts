import { index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { clusters } from '../clusters/clusters.schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Warnings and errors of agents, for a day. */
export const logEntries = pgTable(
  'log_entries',
  {
    clusterId: text('cluster_id')
      .notNull()
      .references(() => clusters.id, { onDelete: 'cascade' }),
    /** Given by the agent, so that a repeated batch adds nothing. */
    id: text('id').notNull(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    time: timestamp('time', { withTimezone: true }).notNull(),
    level: text('level').$type<'info' | 'warn' | 'error' | 'fatal'>().notNull(),
    event: text('event').notNull(),
    message: text('message').notNull(),
    fields: jsonb('fields').$type<Record<string, unknown>>().notNull(),
    receivedAt: timestamp('received_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.clusterId, t.id] }),
    index('log_entries_time').on(t.workspaceId, t.time),
    index('log_entries_received').on(t.receivedAt),
  ],
);
