import type { BenchOptions, BenchReport } from '../bench.ts';
import { burst, median, ratio, REQUEST, round, warmUp, type Round } from './bursts.ts';
import { Child } from './child.ts';
import { measurePropagation } from './propagation.ts';

const GATEWAY = '../../../../apps/agent/src/gateway/testing/bench-process.ts';
const CONNECTIONS = 32;
const SWAPS = 1000;
const BURSTS_A_ROUND = 4;

type Lanes = Readonly<
  Record<'direct' | 'bare' | 'auth' | 'plan' | 'metrics' | 'observed' | 'traced' | 'many' | 'peer', Child>
>;

/** The gateway against the bare upstream, its peer and itself with more to do (`--only proxy`), and changes (`--only propagation`). */
export async function run(options: BenchOptions): Promise<BenchReport> {
  const wants = (part: string): boolean => options.only.length === 0 || options.only.includes(part);
  return {
    ...(wants('proxy') ? await measureProxy(options) : {}),
    ...(wants('propagation') ? await measurePropagation(options) : {}),
  };
}

async function measureProxy(options: BenchOptions): Promise<BenchReport> {
  const upstream = await Child.start('./upstream.ts', {});
  const load = await Child.start('./load.ts', {});
  await warmUp(upstream, load);
  const rounds: Round[] = [];
  let extra: BenchReport = {};
  try {
    for (let number = 1; number <= options.rounds; number++) {
      // Two processes of the same program differ by a fifth for as long as they live: what was compiled how, what lies where.
      const lanes = await startLanes(upstream);
      try {
        const costs = await measureRound(lanes, load, options.ms / 2);
        options.log(`round ${number}: ${describe(costs)} µs`);
        rounds.push(costs);
        if (number === options.rounds) extra = await measureSwapsAndMemory(lanes, load);
      } finally {
        await stopLanes(lanes);
      }
    }
  } finally {
    await Promise.all([load.stop(), upstream.stop()]);
  }
  return {
    proxy_cpu_vs_direct: ratio(rounds, 'bare', 'direct'),
    rps_vs_http_proxy: ratio(rounds, 'peer', 'bare'),
    auth_limit_vs_bare: ratio(rounds, 'bare', 'auth'),
    plan_vs_limit: ratio(rounds, 'auth', 'plan'),
    plan_vs_bare: ratio(rounds, 'bare', 'plan'),
    routes_10k_vs_1: ratio(rounds, 'bare', 'many'),
    metrics_vs_off: ratio(rounds, 'bare', 'metrics'),
    access_log_and_1pct_traces_vs_off: ratio(rounds, 'bare', 'observed'),
    access_log_and_all_traces_vs_off: ratio(rounds, 'bare', 'traced'),
    ...extra,
    cpu_us_per_request: Object.fromEntries(
      Object.keys(rounds[0] ?? {}).map((name) => [
        name,
        round(median(rounds.map((each) => each[name] ?? 0))),
      ]),
    ),
  };
}

async function startLanes(upstream: Child): Promise<Lanes> {
  const gateway = (setting: object): Promise<Child> =>
    Child.start(GATEWAY, { upstreamPort: upstream.port, routes: 1, api: false, metrics: false, ...setting });
  const [bare, auth, plan, metrics, observed, traced, many, peer] = await Promise.all([
    gateway({}),
    gateway({ api: true }),
    gateway({ api: true, plan: true }),
    gateway({ metrics: true }),
    gateway({ observed: 0.01 }),
    gateway({ observed: 1 }),
    gateway({ routes: 10_000 }),
    Child.start('./peer.ts', { upstreamPort: upstream.port }),
  ]);
  return { direct: upstream, bare, auth, plan, metrics, observed, traced, many, peer };
}

async function stopLanes(lanes: Lanes): Promise<void> {
  await Promise.all(freshLanes(lanes).map((child) => child.stop()));
}

/** All but the direct lane, which is the upstream itself and serves all rounds. */
function freshLanes(lanes: Lanes): Child[] {
  return Object.values(lanes).filter((child) => child !== lanes.direct);
}

/**
 * Each lane's least disturbed burst. Bursts are short and take turns, so that whatever else the machine does meets all lanes alike; what it
 * adds, it only ever adds.
 */
async function measureRound(lanes: Lanes, load: Child, ms: number): Promise<Round> {
  for (const child of freshLanes(lanes)) await warmUp(child, load);
  const costs: Record<string, number> = {};
  for (let i = 0; i < BURSTS_A_ROUND; i++) {
    for (const [name, child] of Object.entries(lanes))
      costs[name] = Math.min(costs[name] ?? Number.POSITIVE_INFINITY, await burst(child, load, ms));
  }
  return costs;
}

async function measureSwapsAndMemory({ bare, many }: Lanes, load: Child): Promise<BenchReport> {
  const swapErrors = await countSwapErrors(bare, load);
  const [one, ten] = [await bare.memory(), await many.memory()];
  return { swap_errors: swapErrors, rss_per_10k_routes_mb: round((ten - one) / 1e6) };
}

async function countSwapErrors(gateway: Child, load: Child): Promise<number> {
  const loading = load.ask<{ requests: number; errors: number }>({
    port: gateway.port,
    ...REQUEST,
    connections: CONNECTIONS,
    ms: 3000,
  });
  await gateway.ask({ ask: 'swap', times: SWAPS });
  const { errors } = await loading;
  return errors;
}

function describe(costs: Round): string {
  return Object.entries(costs)
    .map(([name, us]) => `${name} ${us.toFixed(1)}`)
    .join(', ');
}
