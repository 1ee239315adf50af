import {
  boolean,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  doublePrecision,
  index,
} from 'drizzle-orm/pg-core';
import type { AlertRule, AlertThreshold, Alert, ALERT_KINDS } from '@portolan/contract/alerts';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';
import { sql } from 'drizzle-orm';

/** Alert rules. */
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
    kind: text('kind').$type<(typeof ALERT_KINDS)[number]>().notNull(),
    namespace: text('namespace').notNull(),
    target: text('target').notNull(),
    /** Null: all clusters together. */
    clusterId: text('cluster_id').references(() => clusters.id, { onDelete: 'cascade' }),
    threshold: jsonb('threshold').$type<AlertThreshold>().notNull(),
    /** Result of the latest evaluation. */
    verdict: text('verdict').$type<'ok' | 'firing' | 'unknown'>().notNull().default('unknown'),
    silencedUntil: timestamp('silenced_until', { withTimezone: true }),
    silenceReason: text('silence_reason'),
    silencedBy: text('silenced_by'),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
    // Millisecond precision like Date, so that the value identifies a version of the rule.
    updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (t) => [uniqueIndex('alert_rules_name').on(t.workspaceId, t.name)],
);

/** Alerts; at most one per rule is firing. */
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
    /** What it fires for, of a rule that watches several things. */
    subjects: jsonb('subjects').$type<string[]>().notNull().default([]),
    /** Those that receivers were notified of. */
    notifiedSubjects: jsonb('notified_subjects').$type<string[]>().notNull().default([]),
    value: doublePrecision('value'),
    firedAt: timestamp('fired_at', { withTimezone: true }).notNull(),
    resolvedAt: timestamp('resolved_at', { withTimezone: true }),
    /** Whether receivers were notified that the alert fired; only then are they notified that it is resolved. */
    notified: boolean('notified').notNull().default(false),
  },
  (t) => [
    uniqueIndex('alerts_firing')
      .on(t.ruleId)
      .where(sql`${t.resolvedAt} is null`),
    index('alerts_time').on(t.workspaceId, t.firedAt),
  ],
);
