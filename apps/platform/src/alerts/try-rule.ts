import { isStateMetric, type tryAlertRule } from '@portolan/contract/alerts';
import type { z } from 'zod';
import { AppError } from '../app-error.ts';
import type { Transaction } from '../db/database.ts';
import { getCluster } from '../clusters/service.ts';
import { findStep } from '../telemetry/steps.ts';
import { evaluate, stepOfRule, windowOf } from './evaluate.ts';
import { observePast } from './observation-store.ts';

type Attempt = z.output<(typeof tryAlertRule)['body']>;
type Result = z.output<typeof tryAlertRule.response>;

const DAY_MS = 86_400_000;

/** Evaluates a rule at each of its steps in the past, by the code that evaluates it live. */
export async function tryRule(
  tx: Transaction,
  workspace: string,
  { scope, threshold, days }: Attempt,
  now = Date.now(),
): Promise<Result> {
  if (isStateMetric(threshold.metric)) {
    throw new AppError(
      'invalid-request',
      'States of clusters, tunnels and the like are not recorded over time.',
      {
        fields: [{ field: 'threshold.metric', message: 'cannot be tried on the past' }],
        fix: 'Save the rule: it is evaluated within a minute.',
      },
    );
  }
  const { step, seconds } = stepOfRule(threshold);
  const stepMs = seconds * 1000;
  const { from, until } = windowOf(threshold, now);
  const keptSince = now - findStep(step).keptMs;
  // The first evaluation has a whole time range before it.
  const first = Math.ceil(Math.max(now - days * DAY_MS, keptSince + (until - from)) / stepMs) * stepMs;
  const clusterId = scope.cluster === null ? null : (await getCluster(tx, workspace, scope.cluster)).id;
  const series = await observePast(
    tx,
    { workspace, kind: scope.kind, namespace: scope.namespace, name: scope.name, clusterId },
    { step: findStep(step), from: first - (until - from), until },
  );
  const fired = [...series].flatMap(([subject, sums]) => {
    const periods: Result['fired'] = [];
    for (let at = first; at <= until; at += stepMs) {
      const { verdict, points } = evaluate(threshold, { sums, reportedFrom: 0, reportedUntil: at }, at);
      const last = periods.at(-1);
      const isOpen = last?.until === null;
      const value = points.at(-1)?.value ?? 0;
      if (verdict === 'firing' && !isOpen)
        periods.push({ at: new Date(at).toISOString(), until: null, subject, value });
      else if (verdict === 'ok' && isOpen) last.until = new Date(at).toISOString();
    }
    return periods;
  });
  return {
    fired: fired.toSorted((a, b) => (a.at < b.at ? -1 : 1)),
    evaluations: Math.max(0, Math.floor((until - first) / stepMs) + 1),
    everySeconds: seconds,
  };
}
