import type {
  AlertRule,
  createAlertRule,
  silenceAlertRule,
  updateAlertRule,
} from '@portolan/contract/alerts';
import type { z } from 'zod';
import { getCluster } from '../clusters/service.ts';
import type { Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { alertRules } from './schema.ts';
import { onDuplicate } from '../db/duplicate.ts';
import { AppError, notFound } from '../app-error.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { resolveAlert } from './alert-store.ts';
import { notifyReceivers } from './notify.ts';
import { countRules, deleteRuleRow, findRule, insertRule, updateRuleRow } from './rule-store.ts';

/** Limit per workspace; each rule is evaluated every minute. */
const RULES_MAX = 500;

type NewRule = z.output<(typeof createAlertRule)['body']>;
type RuleChange = z.output<(typeof updateAlertRule)['body']>;
type Silence = z.output<(typeof silenceAlertRule)['body']>;

/** Returns a rule by id or name. @throws AppError `not-found`. */
export async function getRule(tx: Transaction, workspace: string, idOrName: string): Promise<AlertRule> {
  const rule = await findRule(tx, workspace, idOrName);
  if (!rule) throw notFound(`alert rule ${idOrName}`);
  return rule;
}

export async function createRule(work: UnitOfWork, workspace: string, rule: NewRule): Promise<AlertRule> {
  if ((await countRules(work.tx, workspace)) >= RULES_MAX) {
    throw new AppError('conflict', `This workspace already has ${RULES_MAX} alert rules, the maximum.`, {
      fix: 'Delete a rule that is no longer needed.',
    });
  }
  const { name, severity, enabled, threshold } = rule;
  const id = newId('alr');
  const scope = await scopeColumns(work.tx, workspace, rule.scope);
  const row = { id, workspaceId: workspace, name, severity, enabled, threshold, ...scope };
  await insertRule(work.tx, row).catch(onTaken(name));
  const after = await getRule(work.tx, workspace, id);
  work.audit({ action: 'alert-rule.create', target: { kind: 'alert-rule', id, name }, after });
  work.publish('alerts', [id], 'created');
  return after;
}

export async function updateRule(
  work: UnitOfWork,
  workspace: string,
  idOrName: string,
  change: RuleChange,
): Promise<AlertRule> {
  const before = await getRule(work.tx, workspace, idOrName);
  const { scope, name, severity, enabled, threshold } = change;
  const columns = {
    ...(name === undefined ? {} : { name }),
    ...(severity === undefined ? {} : { severity }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(scope === undefined ? {} : await scopeColumns(work.tx, workspace, scope)),
  };
  if (Object.keys(columns).length === 0) {
    work.unchanged();
    return before;
  }
  // Earlier evaluations do not apply to a new threshold or scope.
  const isAnother = scope !== undefined || threshold !== undefined || enabled === false;
  await updateRuleRow(work.tx, before.id, { ...columns, ...(isAnother ? { verdict: 'unknown' } : {}) }).catch(
    onTaken(name ?? before.name),
  );
  const resolved = isAnother ? await endAlert(work.tx, workspace, before.id) : null;
  const after = await getRule(work.tx, workspace, before.id);
  work.audit({ action: 'alert-rule.update', target: targetOf(after), before, after });
  work.publish('alerts', resolved === null ? [after.id] : [after.id, resolved], 'updated');
  return after;
}

export async function deleteRule(work: UnitOfWork, workspace: string, idOrName: string): Promise<void> {
  const before = await getRule(work.tx, workspace, idOrName);
  await endAlert(work.tx, workspace, before.id);
  await deleteRuleRow(work.tx, before.id);
  work.audit({ action: 'alert-rule.delete', target: targetOf(before), before });
  work.publish('alerts', [before.id], 'deleted');
}

/** Resolves the alert of a rule that was changed or deleted. Returns its id, or null when none is firing. */
async function endAlert(tx: Transaction, workspace: string, ruleId: string): Promise<string | null> {
  const alertId = await resolveAlert(tx, ruleId, new Date());
  if (alertId !== null) await notifyReceivers(tx, workspace, alertId);
  return alertId;
}

/** Silences a rule until a time. @throws AppError `not-found`, or `invalid-request` for a past time. */
export async function silenceRule(
  work: UnitOfWork,
  rule: { readonly workspace: string; readonly idOrName: string; readonly by: string },
  { until, reason }: Silence,
): Promise<AlertRule> {
  if (Date.parse(until) <= Date.now()) {
    throw new AppError('invalid-request', 'The end of the silence is in the past.', {
      fields: [{ field: 'until', message: 'must be in the future' }],
      fix: 'Choose a future time.',
    });
  }
  return setSilence(work, rule, {
    action: 'alert-rule.silence',
    silencedUntil: new Date(until),
    silenceReason: reason,
    silencedBy: rule.by,
  });
}

export async function endRuleSilence(
  work: UnitOfWork,
  rule: { readonly workspace: string; readonly idOrName: string },
): Promise<AlertRule> {
  return setSilence(work, rule, {
    action: 'alert-rule.end-silence',
    silencedUntil: null,
    silenceReason: null,
    silencedBy: null,
  });
}

async function setSilence(
  work: UnitOfWork,
  { workspace, idOrName }: { readonly workspace: string; readonly idOrName: string },
  { action, ...columns }: Partial<typeof alertRules.$inferInsert> & { readonly action: string },
): Promise<AlertRule> {
  const before = await getRule(work.tx, workspace, idOrName);
  await updateRuleRow(work.tx, before.id, columns);
  const after = await getRule(work.tx, workspace, before.id);
  work.audit({ action, target: targetOf(after), before: before.silence, after: after.silence });
  work.publish('alerts', [after.id], 'updated');
  return after;
}

async function scopeColumns(tx: Transaction, workspace: string, scope: NewRule['scope']) {
  const { kind, namespace, name, cluster } = scope;
  const clusterId = cluster === null ? null : (await getCluster(tx, workspace, cluster)).id;
  return { kind, namespace, target: name, clusterId };
}

function targetOf({ id, name }: AlertRule): { kind: string; id: string; name: string } {
  return { kind: 'alert-rule', id, name };
}

function onTaken(name: string): (error: unknown) => never {
  return onDuplicate(`Alert rule ${name} already exists.`, {
    field: 'name',
    fix: 'Choose another name, or update the existing rule.',
  });
}
