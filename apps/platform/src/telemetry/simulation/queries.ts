import { topMetrics } from '@portolan/contract/metrics-top';
import { getMetrics } from '@portolan/contract/telemetry';
import type { Database, Transaction } from '../../db/database.ts';
import { enterWorkspace } from '../../db/tenancy.ts';
import { maintainPartitions } from '../partition-store.ts';
import { readMetrics } from '../series-store.ts';
import { readTop } from '../top.ts';
import { apiName, WORKSPACE } from './fleet.ts';
import { fillSteps, vacuumMetrics } from './store.ts';

const DAY_MS = 86_400_000;
const RUNS = 7;

/** Fills the longer steps of all series, and returns the median time of questions that screens ask, in milliseconds. */
export async function measureQueries(db: Database): Promise<Record<string, number>> {
  const now = Date.now();
  // Partitions as a platform has them that has been running for that long.
  for (let day = 70; day >= 0; day -= 1) await maintainPartitions(db, now - day * DAY_MS);
  const hours = { table: 'metric_1h', every: '1 hour', period: '14 days' };
  await fillSteps(db, { ...hours, condition: `s.divided_by = ''` });
  const days = { table: 'metric_1d', every: '1 day', period: '61 days' };
  await fillSteps(db, { ...days, condition: `s.divided_by in ('', 'consumer')` });
  await vacuumMetrics(db);
  const since = (days: number) => new Date(now - days * DAY_MS).toISOString();
  const api = { kind: 'api', namespace: 'air', name: apiName(3, 3) } as const;
  const week = getMetrics.query.parse({ ...api, since: since(7), step: '1h' });
  const weekTotal = topMetrics.query.parse({ ...api, since: since(7) });
  const month = topMetrics.query.parse({ by: 'user', since: since(30), limit: '20' });
  return {
    p99_of_api_7d_ms: await timed(db, (tx) => readTop(tx, WORKSPACE, weekTotal)),
    series_of_api_7d_ms: await timed(db, (tx) => readMetrics(tx, WORKSPACE, null, week)),
    top_consumers_30d_ms: await timed(db, (tx) => readTop(tx, WORKSPACE, month)),
  };
}

async function timed(db: Database, question: (tx: Transaction) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    await db.transaction(async (tx) => {
      await enterWorkspace(tx, WORKSPACE);
      await question(tx);
    });
    times.push(performance.now() - startedAt);
  }
  return Math.round(times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN);
}
