import type { BenchOptions, BenchReport } from '../bench.ts';
import { burst, median, ratio, round, warmUp, type Round } from '../gateway/bursts.ts';
import { Child } from '../gateway/child.ts';

const GATEWAY = '../../../../apps/agent/src/gateway/testing/bench-process.ts';
const BURSTS_A_ROUND = 8;

/** What metrics, requests in memory, an access log and 1 % of traces cost a gateway that checks keys and counts plans. */
export async function measureObservedGateway(options: BenchOptions): Promise<BenchReport> {
  const upstream = await Child.start('./upstream.ts', {});
  const load = await Child.start('./load.ts', {});
  const rounds: Round[] = [];
  try {
    await warmUp(upstream, load);
    for (let number = 1; number <= options.rounds; number++) {
      rounds.push(await measureRound(upstream.port, load, options.ms));
      options.log(`round ${number}: ${JSON.stringify(rounds.at(-1))} µs`);
    }
  } finally {
    await Promise.all([load.stop(), upstream.stop()]);
  }
  const cost = (lane: string) => round(median(rounds.map((each) => each[lane] ?? Number.NaN)));
  return {
    observed_vs_off: ratio(rounds, 'off', 'observed'),
    off_cpu_us_per_request: cost('off'),
    observed_cpu_us_per_request: cost('observed'),
  };
}

/** Each lane's least disturbed burst, of processes started anew. */
async function measureRound(upstreamPort: number, load: Child, ms: number): Promise<Round> {
  const common = { upstreamPort, routes: 1, api: true, plan: true };
  const lanes = {
    off: await Child.start(GATEWAY, { ...common, metrics: false }),
    observed: await Child.start(GATEWAY, { ...common, metrics: true, observed: 0.01 }),
  };
  try {
    for (const child of Object.values(lanes)) await warmUp(child, load);
    const costs: Record<string, number> = {};
    for (let at = 0; at < BURSTS_A_ROUND; at++) {
      for (const [name, child] of Object.entries(lanes))
        costs[name] = Math.min(costs[name] ?? Number.POSITIVE_INFINITY, await burst(child, load, ms));
    }
    return costs;
  } finally {
    await Promise.all(Object.values(lanes).map((child) => child.stop()));
  }
}
