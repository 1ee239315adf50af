import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { ChangeEvent } from '@portolan/contract/events';
import { workspaces } from '../workspaces/schema.ts';

/** Published changes, kept for a while so that a dropped subscriber can resume. */
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
