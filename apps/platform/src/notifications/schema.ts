import { pgTable, text, timestamp, uniqueIndex, index, integer, jsonb } from 'drizzle-orm/pg-core';
import type { AlertReceiver, AlertNotification } from '@portolan/contract/alert-receivers';
import { workspaces } from '../workspaces/schema.ts';

/** Receivers of alert notifications. */
export const alertReceivers = pgTable(
  'alert_receivers',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    kind: text('kind').$type<AlertReceiver['target']['kind']>().notNull(),
    /** URL of a webhook, or e-mail address. */
    address: text('address').notNull(),
    /** Sealed secret that signs webhook requests. */
    sealedSecret: text('sealed_secret'),
    minSeverity: text('min_severity').$type<AlertReceiver['minSeverity']>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    lastDeliveredAt: timestamp('last_delivered_at', { withTimezone: true }),
    lastError: text('last_error'),
  },
  (t) => [uniqueIndex('alert_receivers_name').on(t.workspaceId, t.name)],
);

/**
 * Notifications that are queued for delivery. They are inserted with the change they report, and deleted when delivered or
 * discarded.
 */
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
    /** Time of the next attempt; during an attempt, the end of its lease. */
    nextAt: timestamp('next_at', { withTimezone: true }).notNull().defaultNow(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    index('alert_notifications_due').on(t.nextAt),
    index('alert_notifications_receiver').on(t.receiverId),
  ],
);
