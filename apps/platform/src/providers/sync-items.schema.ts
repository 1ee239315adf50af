import { bigint, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { workspaces } from '../workspaces/schema.ts';

/** What a synchronisation has listed so far; applied when the listing is complete. */
export const syncItems = pgTable(
  'sync_items',
  {
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    provider: text('provider').notNull(),
    run: bigint('run', { mode: 'number' }).notNull(),
    kind: text('kind').$type<'user' | 'group' | 'member'>().notNull(),
    /** External id; of a member `<group> <user>`. */
    id: text('id').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.provider, t.run, t.kind, t.id] })],
);
