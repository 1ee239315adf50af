import type { Platform } from '../platform.ts';
import { pruneLogs } from './log-store.ts';
import { pruneMetrics } from './metrics-store.ts';

const EACH_MS = 10 * 60_000;

/** Removes logs and metrics that are older than they are kept for, regularly; answers how to stop that. */
export function keepTelemetryBounded({ db, log }: Platform): () => void {
  const prune = (): void => {
    Promise.all([pruneLogs(db), pruneMetrics(db)]).catch((error: unknown) => {
      log.error({ event: 'telemetry.not-pruned', error: String(error) });
    });
  };
  const timer = setInterval(prune, EACH_MS);
  return () => clearInterval(timer);
}
