import { index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { AlertNotification } from '@portolan/contract/alert-receivers';
import { alertReceivers } from './alert-receivers.schema.ts';
import { workspaces } from '../workspaces/schema.ts';

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
