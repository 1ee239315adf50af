import { sql } from 'drizzle-orm';
import {
  boolean,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Alert, AlertThreshold } from '@portolan/contract/alerts';
import { alertRules } from './alert-rules.schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** Each time a rule fired; at most one at a time for each rule. */
export const alerts = pgTable(
  'alerts',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    ruleId: text('rule_id')
      .notNull()
      .references(() => alertRules.id, { onDelete: 'cascade' }),
    threshold: jsonb('threshold').$type<AlertThreshold>().notNull(),
    points: jsonb('points').$type<Alert['points']>().notNull(),
    value: doublePrecision('value'),
    firedAt: timestamp('fired_at', { withTimezone: true }).notNull(),
    resolvedAt: timestamp('resolved_at', { withTimezone: true }),
    /** Whether receivers were told that it fired: then they are told that it is over. */
    notified: boolean('notified').notNull().default(false),
  },
  (t) => [
    uniqueIndex('alerts_firing')
      .on(t.ruleId)
      .where(sql`${t.resolvedAt} is null`),
    index('alerts_time').on(t.workspaceId, t.firedAt),
  ],
);
