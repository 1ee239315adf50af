import { getMetrics } from '@portolan/contract/telemetry';
import { until } from '../e2e/until.ts';
import { Load, type LoadReport } from './load.ts';
import type { ChaosSystem } from './system.ts';
import { atMost, type Check } from './verdict.ts';

const WORKERS = 6;
const PAUSE_MS = 5;

export type Counts = Omit<LoadReport, 'once'>;

/** What one disturbance did to clients that try the next edge address, and to others, who know one each. */
export type Outcome = {
  readonly roaming: Counts;
  readonly pinned: Counts;
  /** Asked once, and seen more than once by the service. */
  readonly repeated: number;
} & Record<string, unknown>;

/**
 * A way that breaks may break after the service was reached: the edge sends idempotent requests again, and nobody can know.
 * As many as there are clients at each break, one request of each being under way.
 */
export function repeatsAreFew(breaks: number, repeated: number): Check {
  return atMost('idempotent requests sent again that the service had seen', 2 * WORKERS * breaks, repeated);
}

/** Runs `disturb` under the load of both kinds of clients and counts what became of their requests. */
export async function underLoad(
  system: ChaosSystem,
  name: string,
  disturb: (load: Load) => Promise<Record<string, unknown>>,
  pauseMs = PAUSE_MS,
): Promise<Outcome> {
  const options = {
    edges: system.brokers.map(({ edgeHttp }) => edgeHttp),
    host: await system.host(),
    workers: WORKERS,
    pauseMs,
  };
  const roaming = new Load({ ...options, isRoaming: true, prefix: `${name}-roaming` });
  const pinned = new Load({ ...options, isRoaming: false, prefix: `${name}-pinned` });
  const stop = async () => ({ roaming: await roaming.stop(), pinned: await pinned.stop() });
  await until('the first answers', 30_000, async () => roaming.answered > WORKERS * 5);
  const facts = await disturb(roaming).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const reports = await stop();
  const once = [...reports.roaming.once, ...reports.pinned.once];
  const repeated = once.filter((id) => (system.upstream.seen.get(id) ?? 0) > 1).length;
  return { roaming: countsOf(reports.roaming), pinned: countsOf(reports.pinned), repeated, ...facts };
}

/** Compares what the service was asked with what the platform's minute points say: the agents' data must be whole. */
export async function compareData(
  system: ChaosSystem,
): Promise<{ counted: number; reported: number; lost: number; duplicated: number }> {
  const counted = [...system.upstream.seen.values()].reduce((sum, times) => sum + times, 0);
  const reported = async () => {
    const query = { kind: 'edge-ingress', namespace: 'chaos', name: 'chaos' } as const;
    const { series } = await system.client.call(getMetrics, { params: system.params, query });
    return series.flatMap(({ points }) => points).reduce((sum, { requests }) => sum + requests, 0);
  };
  let last = 0;
  // A minute is sent when it is over.
  await until('the agent’s minute points', 100_000, async () => (last = await reported()) >= counted).catch(
    () => undefined,
  );
  return {
    counted,
    reported: last,
    lost: Math.max(0, counted - last),
    duplicated: Math.max(0, last - counted),
  };
}

function countsOf({ once: _once, ...report }: LoadReport): Counts {
  const { longestGapMs, slowestMs } = report;
  return { ...report, longestGapMs: Math.round(longestGapMs), slowestMs: Math.round(slowestMs) };
}
