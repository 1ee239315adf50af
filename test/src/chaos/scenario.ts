import { getMetrics } from '@portolan/contract/telemetry';
import { until } from '../e2e/until.ts';
import { Load, type LoadReport } from './load.ts';
import type { ChaosSystem } from './system.ts';

/** What one disturbance did to clients. */
export type Outcome = Omit<LoadReport, 'once'> & { readonly duplicated: number } & Record<string, unknown>;

export interface ScenarioLoad {
  readonly name: string;
  readonly isRoaming: boolean;
  readonly workers?: number;
}

/** Runs `disturb` under the load of clients and counts what became of their requests. */
export async function underLoad(
  system: ChaosSystem,
  { name, isRoaming, workers = 12 }: ScenarioLoad,
  disturb: (load: Load) => Promise<Record<string, unknown>>,
): Promise<Outcome> {
  const edges = system.brokers.map(({ edgeHttp }) => edgeHttp);
  const load = new Load({ edges, host: await system.host(), workers, isRoaming, prefix: name });
  await until('the first answers', 30_000, async () => load.answered > workers * 5);
  const facts = await disturb(load).catch(async (error: unknown) => {
    await load.stop();
    throw error;
  });
  const { once, ...report } = await load.stop();
  const duplicated = once.filter((id) => (system.upstream.seen.get(id) ?? 0) > 1).length;
  return { ...rounded(report), duplicated, ...facts };
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

function rounded<T extends Record<string, unknown>>(report: T): T {
  const entries = Object.entries(report).map(([key, value]) => [
    key,
    typeof value === 'number' ? Math.round(value) : value,
  ]);
  return Object.fromEntries(entries) as T;
}
