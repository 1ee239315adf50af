import { pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import type { AlertReceiver } from '@portolan/contract/alert-receivers';
import { workspaces } from '../workspaces/schema.ts';

/** Who is told of alerts. */
export const alertReceivers = pgTable(
  'alert_receivers',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    kind: text('kind').$type<AlertReceiver['target']['kind']>().notNull(),
    /** A URL, or an e-mail. */
    address: text('address').notNull(),
    /** Signs what a webhook is sent. */
    sealedSecret: text('sealed_secret'),
    minSeverity: text('min_severity').$type<AlertReceiver['minSeverity']>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    lastDeliveredAt: timestamp('last_delivered_at', { withTimezone: true }),
    lastError: text('last_error'),
  },
  (t) => [uniqueIndex('alert_receivers_name').on(t.workspaceId, t.name)],
);
