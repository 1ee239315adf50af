import { isStateMetric } from '@portolan/contract/alerts';
import type { Database, Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { enterWorkspace } from '../db/tenancy.ts';
import { publish } from '../db/changes.ts';
import { deliverDue, type Delivering } from '../notifications/deliver.ts';
import { pruneAlerts, raiseAlert, resolveAlert } from './alert-store.ts';
import { notifyReceivers } from './notify.ts';
import { ensureDefaultRules } from './default-rules.ts';
import { evaluate, evaluateState, type Evaluation } from './evaluate.ts';
import { observe } from './observation-store.ts';
import { listInState } from './state-store.ts';
import { listEnabledRules, lockRule, setVerdict, tryLockEvaluation, type RuleRow } from './rule-store.ts';

const BATCH = 500;
const MINUTE_MS = 60_000;
/** Names that an alert lists; its value says how many there are. */
const SUBJECTS_MAX = 50;
/** Offset into the minute, by which agents have reported the previous one. */
const OFFSET_MS = 20_000;

/** Evaluates all rules once a minute, at the same second on all replicas. Returns a function that stops it. */
export function startEvaluation(parts: Delivering): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const schedule = (): void => {
    const now = Date.now();
    const next = Math.ceil((now - OFFSET_MS + 1) / MINUTE_MS) * MINUTE_MS + OFFSET_MS;
    timer = setTimeout(() => {
      schedule();
      running = running.then(() => round(parts));
    }, next - now);
  };
  schedule();
  return async () => {
    clearTimeout(timer);
    await running;
  };
}

async function round(parts: Delivering): Promise<void> {
  const { db, log } = parts;
  try {
    await tryEvaluateRules(db, Date.now());
    await deliverDue(parts);
    await pruneAlerts(db);
  } catch (error) {
    log.error({ event: 'alerts.not-evaluated', error: String(error) });
  }
}

/** Evaluates all rules as of `now` (epoch milliseconds). Returns false when another replica is doing so. */
export function tryEvaluateRules(db: Database, now: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await tryLockEvaluation(tx))) return false;
    await ensureDefaultRules(db);
    await evaluateRules(db, now);
    return true;
  });
}

/** Evaluates all rules as of `now` (epoch milliseconds) in batches, and records the alerts that fire or resolve. */
export async function evaluateRules(db: Database, now: number): Promise<void> {
  for (let after = ''; ;) {
    const rules = await listEnabledRules(db, after, BATCH);
    const last = rules.at(-1);
    if (!last) return;
    after = last.id;
    const found = [
      ...(await evaluateSeries(
        db,
        rules.filter(({ threshold }) => !isStateMetric(threshold.metric)),
        now,
      )),
      ...(await evaluateStates(db, rules, now)),
    ];
    const byWorkspace = Map.groupBy(found, ({ rule }) => rule.workspaceId);
    for (const [workspace, findings] of byWorkspace)
      await recordEvaluations(db, { workspace, now }, findings);
  }
}

interface Finding {
  readonly rule: RuleRow;
  readonly evaluation: Evaluation;
  /** What it fires for. */
  readonly subjects: readonly string[];
}

async function evaluateSeries(db: Database, rules: readonly RuleRow[], now: number): Promise<Finding[]> {
  const observations = await observe(db, rules, now);
  return rules.map((rule) => {
    const found = [...(observations.get(rule.id) ?? [])].map(([subject, observation]) => ({
      subject,
      evaluation: evaluate(rule.threshold, observation, now),
    }));
    const of = (verdict: Evaluation['verdict']) =>
      found.filter(({ evaluation }) => evaluation.verdict === verdict);
    const firing = of('firing');
    const [decisive] = [...firing, ...of('unknown'), ...found];
    // A rule for every object of a kind, none of which had a request.
    const evaluation = decisive?.evaluation ?? { verdict: 'ok' as const, points: [] };
    return { rule, evaluation, subjects: firing.map(({ subject }) => subject) };
  });
}

async function evaluateStates(db: Database, rules: readonly RuleRow[], now: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const rule of rules) {
    const { metric } = rule.threshold;
    if (!isStateMetric(metric)) continue;
    const subjects = await listInState(db, rule.workspaceId, { metric, now });
    findings.push({ rule, subjects, evaluation: evaluateState(rule.threshold, subjects.length, now) });
  }
  return findings;
}

/** Records the evaluations of one workspace in one transaction, which locks the workspace only for its duration. */
function recordEvaluations(
  db: Database,
  { workspace, now }: { readonly workspace: string; readonly now: number },
  findings: readonly Finding[],
): Promise<void> {
  return db.transaction(async (tx) => {
    await enterWorkspace(tx, workspace);
    const created: string[] = [];
    const updated: string[] = [];
    for (const finding of findings) {
      const alert = await recordEvaluation(tx, finding, now);
      if (!alert) continue;
      (alert.isNew ? created : updated).push(alert.id);
      await notifyReceivers(tx, workspace, alert.id);
    }
    const publications = [
      { topic: 'alerts', ids: created, change: 'created' },
      { topic: 'alerts', ids: updated, change: 'updated' },
    ] as const;
    await publish(tx, workspace, ...publications.filter(({ ids }) => ids.length > 0));
  });
}

async function recordEvaluation(
  tx: Transaction,
  { rule, evaluation, subjects }: Finding,
  now: number,
): Promise<{ readonly id: string; readonly isNew: boolean } | null> {
  const { verdict, points } = evaluation;
  // The rule may have been changed or deleted since it was read; then this was an answer to another question.
  const current = await lockRule(tx, rule);
  if (!current) return null;
  if (current.verdict !== verdict) await setVerdict(tx, rule.id, verdict);
  if (verdict === 'unknown') return current.verdict === verdict ? null : { id: rule.id, isNew: false };
  if (verdict === 'ok') {
    const resolved = await resolveAlert(tx, rule.id, new Date(now));
    if (resolved !== null) return { id: resolved, isNew: false };
    return current.verdict === verdict ? null : { id: rule.id, isNew: false };
  }
  return raiseAlert(tx, {
    id: newId('alt'),
    workspaceId: rule.workspaceId,
    ruleId: rule.id,
    threshold: rule.threshold,
    points,
    subjects: subjects.slice(0, SUBJECTS_MAX),
    value: points.at(-1)?.value ?? null,
    firedAt: new Date(now),
  });
}
