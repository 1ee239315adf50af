import type { Database } from '../db/database.ts';
import type { Job } from '../platform.ts';
import { pruneLogs } from './log-store.ts';
import { pruneMetricReports } from './metrics-store.ts';
import { maintainPartitions } from './partition-store.ts';

const EVERY_MS = 10 * 60_000;

/** Returns the jobs that remove logs and metrics older than their retention. */
export function pruneTelemetry(db: Database): Job[] {
  return [
    { name: 'telemetry.prune-logs', everyMs: EVERY_MS, run: () => pruneLogs(db) },
    { name: 'telemetry.prune-reports', everyMs: EVERY_MS, run: () => pruneMetricReports(db) },
    { name: 'telemetry.maintain-partitions', everyMs: EVERY_MS, run: () => maintainPartitions(db) },
  ];
}
