import type { Database, Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { enterWorkspace } from '../db/tenancy.ts';
import { publish } from '../db/changes.ts';
import { deliverDue, type Delivering } from '../notifications/deliver.ts';
import { pruneAlerts, raiseAlert, resolveAlert } from './alert-store.ts';
import { notifyReceivers } from './notify.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { observe } from './observation-store.ts';
import { listEnabledRules, lockRule, setVerdict, tryLockEvaluation, type RuleRow } from './rule-store.ts';

const BATCH = 500;
const MINUTE_MS = 60_000;
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
    const observations = await observe(db, rules, now);
    const found = rules.flatMap((rule) => {
      const observation = observations.get(rule.id);
      return observation ? [{ rule, evaluation: evaluate(rule.threshold, observation, now) }] : [];
    });
    const byWorkspace = Map.groupBy(found, ({ rule }) => rule.workspaceId);
    for (const [workspace, findings] of byWorkspace)
      await recordEvaluations(db, { workspace, now }, findings);
  }
}

interface Finding {
  readonly rule: RuleRow;
  readonly evaluation: Evaluation;
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
  { rule, evaluation }: Finding,
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
    value: points.at(-1)?.value ?? null,
    firedAt: new Date(now),
  });
}
