import { and, eq, getTableColumns, isNull, sql, type SQL } from 'drizzle-orm';
import type { Alert } from '@portolan/contract/alerts';
import type { ListQuery } from '@portolan/contract/list';
import type { Database, Queries, Transaction } from '../db/database.ts';
import { alertRules, alerts } from './schema.ts';
import { clusters } from '../clusters/schema.ts';
import type { ListColumns } from '../lists/columns.ts';
import { readPage } from '../lists/list-page.ts';
import { RULE_COLUMNS, scopeView, silenceView } from './rule-store.ts';

const KEPT = sql`now() - interval '30 days'`;
const KEPT_OF_RULE = 500;

const state = sql<string>`case when ${alerts.resolvedAt} is null then 'firing' else 'resolved' end`;

const columns: ListColumns = {
  ...RULE_COLUMNS,
  id: { type: 'text', sql: sql`${alerts.id}` },
  rule: { type: 'text', isSearched: true, sql: sql`${alertRules.name}` },
  ruleId: { type: 'text', sql: sql`${alertRules.id}` },
  state: { type: 'text', sql: state },
  value: { type: 'number', isNullable: true, sql: sql`${alerts.value}` },
  firedAt: { type: 'time', sql: sql`${alerts.firedAt}` },
  resolvedAt: { type: 'time', isNullable: true, sql: sql`${alerts.resolvedAt}` },
  age: { type: 'time', sql: sql`${alerts.firedAt}` },
  // Firing alerts sort above resolved ones, each newest first.
  standing: {
    type: 'time',
    sql: sql`(case when ${alerts.resolvedAt} is null then ${alerts.firedAt} + interval '1000 years' else ${alerts.firedAt} end)`,
  },
};

function selectAlerts(db: Queries, key: SQL<string | null>) {
  return db
    .select({
      ...getTableColumns(alerts),
      rule: getTableColumns(alertRules),
      clusterName: clusters.name,
      sortKey: key,
    })
    .from(alerts)
    .innerJoin(alertRules, eq(alertRules.id, alerts.ruleId))
    .leftJoin(clusters, eq(clusters.id, alertRules.clusterId));
}

type Row = Awaited<ReturnType<typeof selectAlerts>>[number];

/** Returns one page of a workspace's alerts, firing ones first. */
export function listAlertPage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<Row, Alert>(
    tx,
    query,
    {
      columns,
      sort: '-standing',
      id: sql`${alerts.id}`,
      scope: eq(alerts.workspaceId, workspace),
      read: ({ where, orderBy, limit, key }) =>
        selectAlerts(tx, key)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx
          .select({ count: sql<number>`count(*)::int` })
          .from(alerts)
          .innerJoin(alertRules, eq(alertRules.id, alerts.ruleId))
          .leftJoin(clusters, eq(clusters.id, alertRules.clusterId))
          .where(where);
        return row?.count ?? 0;
      },
    },
    alertView,
  );
}

export async function findAlert(db: Queries, workspace: string, id: string): Promise<Alert | null> {
  const [row] = await selectAlerts(db, sql<null>`null`).where(
    and(eq(alerts.workspaceId, workspace), eq(alerts.id, id)),
  );
  return row ? alertView(row) : null;
}

function alertView({ rule, clusterName, ...row }: Row): Alert {
  const { id, threshold, value, points, subjects, firedAt, resolvedAt } = row;
  return {
    id,
    rule: { id: rule.id, name: rule.name },
    severity: rule.severity,
    state: resolvedAt === null ? 'firing' : 'resolved',
    scope: scopeView({ ...rule, clusterName }),
    threshold,
    subjects,
    value,
    points,
    firedAt: firedAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
    silence: silenceView(rule),
  };
}

/** Resolves the firing alert of a rule. Returns its id, or null when none is firing. */
export async function resolveAlert(tx: Transaction, ruleId: string, at: Date): Promise<string | null> {
  const [row] = await tx
    .update(alerts)
    .set({ resolvedAt: at })
    .where(and(eq(alerts.ruleId, ruleId), isNull(alerts.resolvedAt)))
    .returning({ id: alerts.id });
  return row?.id ?? null;
}

/** Creates an alert, or updates the points of the one that is firing. */
export async function raiseAlert(
  tx: Transaction,
  alert: typeof alerts.$inferInsert,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { points, subjects = [], value = null, id } = alert;
  const [row] = await tx
    .insert(alerts)
    .values(alert)
    .onConflictDoUpdate({
      target: alerts.ruleId,
      targetWhere: sql`resolved_at is null`,
      set: { points, subjects, value },
    })
    .returning({ id: alerts.id });
  return { id: row?.id ?? id, isNew: row?.id === id };
}

/** Records whether receivers count an alert as firing; returns false if that was recorded already. */
export async function trySetNotified(tx: Transaction, id: string, notified: boolean): Promise<boolean> {
  const rows = await tx
    .update(alerts)
    .set({ notified })
    .where(and(eq(alerts.id, id), eq(alerts.notified, !notified)))
    .returning({ id: alerts.id });
  return rows.length > 0;
}

/** Records the subjects that receivers are notified of; returns false if all of them were recorded already. */
export async function tryNotifySubjects(
  tx: Transaction,
  id: string,
  subjects: readonly string[],
): Promise<boolean> {
  const named = JSON.stringify(subjects);
  const rows = await tx
    .update(alerts)
    .set({
      notifiedSubjects: sql`(select jsonb_agg(distinct s) from jsonb_array_elements(${alerts.notifiedSubjects} || ${named}::jsonb) s)`,
    })
    .where(and(eq(alerts.id, id), sql`not ${alerts.notifiedSubjects} @> ${named}::jsonb`))
    .returning({ id: alerts.id });
  return rows.length > 0;
}

/** Deletes alerts that were resolved more than 30 days ago, and all but the latest 500 of each rule. */
export async function pruneAlerts(db: Database): Promise<void> {
  await db.delete(alerts).where(sql`${alerts.resolvedAt} < ${KEPT}`);
  await db.execute(sql`
    delete from alerts where id in (
      select id from (
        select id, row_number() over (partition by rule_id order by fired_at desc) as place from alerts where resolved_at is not null
      ) ranked where place > ${KEPT_OF_RULE})`);
}
