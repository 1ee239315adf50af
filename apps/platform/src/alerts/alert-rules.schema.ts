import { boolean, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import type { AlertRule, AlertThreshold } from '@portolan/contract/alerts';
import type { SERIES_KINDS } from '@portolan/contract/telemetry';
import { clusters } from '../clusters/clusters.schema.ts';
import { workspaces } from '../workspaces/schema.ts';

/** What is watched, and when it is an alert. */
export const alertRules = pgTable(
  'alert_rules',
  {
    id: text('id').primaryKey(),
    workspaceId: text('workspace_id')
      .notNull()
      .references(() => workspaces.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    severity: text('severity').$type<AlertRule['severity']>().notNull(),
    enabled: boolean('enabled').notNull(),
    kind: text('kind').$type<(typeof SERIES_KINDS)[number]>().notNull(),
    namespace: text('namespace').notNull(),
    target: text('target').notNull(),
    /** Null: the sum of all clusters. */
    clusterId: text('cluster_id').references(() => clusters.id, { onDelete: 'cascade' }),
    threshold: jsonb('threshold').$type<AlertThreshold>().notNull(),
    /** What it was found to be when it was last looked at. */
    verdict: text('verdict').$type<'ok' | 'firing' | 'unknown'>().notNull().default('unknown'),
    silencedUntil: timestamp('silenced_until', { withTimezone: true }),
    silenceReason: text('silence_reason'),
    silencedBy: text('silenced_by'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    // As exact as a Date, so that it tells one form of the rule from another.
    updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (t) => [uniqueIndex('alert_rules_name').on(t.workspaceId, t.name)],
);
