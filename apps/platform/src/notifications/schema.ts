import { pgTable, text, timestamp, uniqueIndex, index, integer, jsonb } from 'drizzle-orm/pg-core';
import type { AlertReceiver, AlertNotification } from '@portolan/contract/alert-receivers';
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

/** Notifications that wait to be delivered: written with what they tell of, gone once they arrived or were given up. */
export const alertNotifications = pgTable(
  'alert_notifications',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    receiverId: text('receiver_id')
      .notNull()
      .references(() => alertReceivers.id, { onDelete: 'cascade' }),
    notification: jsonb('notification').$type<AlertNotification>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** While one is being delivered, when another replica would try again. */
    nextAt: timestamp('next_at', { withTimezone: true }).notNull().defaultNow(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    index('alert_notifications_due').on(t.nextAt),
    index('alert_notifications_receiver').on(t.receiverId),
  ],
);
