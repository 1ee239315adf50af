import { and, asc, eq, getTableColumns, gt, lt, or, sql, type SQL } from 'drizzle-orm';
import type { AlertRule } from '@portolan/contract/alerts';
import type { ListQuery } from '@portolan/contract/list';
import { ADVISORY_LOCKS } from '../db/advisory-locks.ts';
import type { Queries, Transaction } from '../db/database.ts';
import { alertRules } from './schema.ts';
import { clusters } from '../clusters/schema.ts';
import { workspaces } from '../workspaces/schema.ts';
import type { ListColumns } from '../lists/columns.ts';
import { readPage } from '../lists/list-page.ts';

export type RuleRow = typeof alertRules.$inferSelect;

const state = sql<string>`case when ${alertRules.enabled} then ${alertRules.verdict} else 'disabled' end`;
/** Whether a rule is silenced now. */
const isSilenced = sql<string>`case when ${alertRules.silencedUntil} > now() then 'yes' else 'no' end`;
const text = { type: 'text', isSearched: true } as const;

/** Columns of a rule, which lists of alerts have too. */
export const RULE_COLUMNS = {
  severity: { type: 'text', sql: sql`${alertRules.severity}` },
  kind: { type: 'text', sql: sql`${alertRules.kind}` },
  namespace: { ...text, sql: sql`${alertRules.namespace}` },
  target: { ...text, sql: sql`${alertRules.target}` },
  cluster: { ...text, isNullable: true, sql: sql`${clusters.name}` },
  metric: { type: 'text', sql: sql`(${alertRules.threshold} ->> 'metric')` },
  silenced: { type: 'text', sql: isSilenced },
} satisfies ListColumns;

const columns: ListColumns = {
  ...RULE_COLUMNS,
  id: { type: 'text', sql: sql`${alertRules.id}` },
  name: { ...text, sql: sql`${alertRules.name}` },
  state: { type: 'text', sql: state },
  createdAt: { type: 'time', sql: sql`${alertRules.createdAt}` },
  updatedAt: { type: 'time', sql: sql`${alertRules.updatedAt}` },
  age: { type: 'time', sql: sql`${alertRules.createdAt}` },
};

function selectRules(db: Queries, key: SQL<string | null>) {
  return db
    .select({ ...getTableColumns(alertRules), clusterName: clusters.name, sortKey: key })
    .from(alertRules)
    .leftJoin(clusters, eq(clusters.id, alertRules.clusterId));
}

/** Returns one page of a workspace's alert rules. */
export function listRulePage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<Awaited<ReturnType<typeof selectRules>>[number], AlertRule>(
    tx,
    query,
    {
      columns,
      sort: 'name',
      id: sql`${alertRules.id}`,
      scope: eq(alertRules.workspaceId, workspace),
      read: ({ where, orderBy, limit, key }) =>
        selectRules(tx, key)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx
          .select({ count: sql<number>`count(*)::int` })
          .from(alertRules)
          .leftJoin(clusters, eq(clusters.id, alertRules.clusterId))
          .where(where);
        return row?.count ?? 0;
      },
    },
    ruleView,
  );
}

/** Returns a rule by id or name. */
export async function findRule(db: Queries, workspace: string, idOrName: string): Promise<AlertRule | null> {
  const [row] = await selectRules(db, sql<null>`null`).where(
    and(
      eq(alertRules.workspaceId, workspace),
      or(eq(alertRules.id, idOrName), eq(alertRules.name, idOrName)),
    ),
  );
  return row ? ruleView(row) : null;
}

function ruleView(row: RuleRow & { readonly clusterName: string | null }): AlertRule {
  const { id, name, severity, enabled, threshold } = row;
  return {
    id,
    name,
    severity,
    enabled,
    scope: scopeView(row),
    threshold,
    state: enabled ? row.verdict : 'disabled',
    silence: silenceView(row),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** Returns the scope of a rule in the shape of the API. */
export function scopeView(row: RuleRow & { readonly clusterName: string | null }): AlertRule['scope'] {
  const { kind, namespace, target, clusterId, clusterName } = row;
  return { kind, namespace, name: target, cluster: clusterId, clusterName };
}

/** Returns the silence of a rule; null when it is not silenced now. */
export function silenceView({ silencedUntil, silenceReason, silencedBy }: RuleRow): AlertRule['silence'] {
  if (silencedUntil === null || silencedUntil.getTime() <= Date.now()) return null;
  return { until: silencedUntil.toISOString(), reason: silenceReason ?? '', by: silencedBy ?? '' };
}

export async function insertRule(tx: Transaction, rule: typeof alertRules.$inferInsert): Promise<void> {
  await tx.insert(alertRules).values(rule);
}

/** Adds a rule unless the workspace has one of that name. */
export async function insertRuleIfNew(tx: Transaction, rule: typeof alertRules.$inferInsert): Promise<void> {
  await tx.insert(alertRules).values(rule).onConflictDoNothing();
}

/** Renames a rule unless the workspace has another one of the new name. */
export async function renameRule(
  tx: Transaction,
  workspace: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const named = (name: string) => and(eq(alertRules.workspaceId, workspace), eq(alertRules.name, name));
  const [taken] = await tx.select({ id: alertRules.id }).from(alertRules).where(named(to));
  if (!taken) await tx.update(alertRules).set({ name: to }).where(named(from));
}

/** Returns the workspaces that were given an earlier version of the default rules; 0: none. */
export function listWorkspacesBehind(
  db: Queries,
  version: number,
): Promise<{ readonly id: string; readonly version: number }[]> {
  return db
    .select({ id: workspaces.id, version: workspaces.defaultRules })
    .from(workspaces)
    .where(lt(workspaces.defaultRules, version));
}

/** Records which set of default rules a workspace has; returns false when another replica did. */
export async function markDefaultRules(
  tx: Transaction,
  workspace: string,
  version: number,
): Promise<boolean> {
  const rows = await tx
    .update(workspaces)
    .set({ defaultRules: version })
    .where(and(eq(workspaces.id, workspace), lt(workspaces.defaultRules, version)))
    .returning({ id: workspaces.id });
  return rows.length > 0;
}

export async function updateRuleRow(
  tx: Transaction,
  id: string,
  change: Partial<typeof alertRules.$inferInsert>,
): Promise<void> {
  await tx
    .update(alertRules)
    .set({ ...change, updatedAt: new Date() })
    .where(eq(alertRules.id, id));
}

export async function deleteRuleRow(tx: Transaction, id: string): Promise<void> {
  await tx.delete(alertRules).where(eq(alertRules.id, id));
}

export function countRules(tx: Transaction, workspace: string): Promise<number> {
  return tx.$count(alertRules, eq(alertRules.workspaceId, workspace));
}

/** Takes the lock of the replica that evaluates rules until the transaction ends; returns false if another has it. */
export async function tryLockEvaluation(tx: Transaction): Promise<boolean> {
  const { rows } = await tx.execute(
    sql`select pg_try_advisory_xact_lock(${ADVISORY_LOCKS.alertEvaluation}) as held`,
  );
  return rows[0]?.['held'] === true;
}

/** Returns up to `limit` enabled rules of all workspaces in order of id, after one of them. */
export function listEnabledRules(db: Queries, after: string, limit: number): Promise<RuleRow[]> {
  return db
    .select()
    .from(alertRules)
    .where(and(eq(alertRules.enabled, true), gt(alertRules.id, after)))
    .orderBy(asc(alertRules.id))
    .limit(limit);
}

/** Locks a rule and returns its verdict; null if it was changed, disabled or deleted since it was read. */
export async function lockRule(
  tx: Transaction,
  { id, updatedAt }: Pick<RuleRow, 'id' | 'updatedAt'>,
): Promise<Pick<RuleRow, 'verdict'> | null> {
  const [row] = await tx
    .select({ verdict: alertRules.verdict })
    .from(alertRules)
    .where(and(eq(alertRules.id, id), eq(alertRules.enabled, true), eq(alertRules.updatedAt, updatedAt)))
    .for('update');
  return row ?? null;
}

/** Records the verdict of an evaluation; the rule's time of change stays. */
export async function setVerdict(tx: Transaction, id: string, verdict: RuleRow['verdict']): Promise<void> {
  await tx.update(alertRules).set({ verdict }).where(eq(alertRules.id, id));
}
