import type { BenchOptions, BenchReport } from '../bench.ts';
import { Child } from './child.ts';
import { measurePropagation } from './propagation.ts';

const GATEWAY = '../../../../apps/agent/src/gateway/testing/bench-process.ts';
const CONNECTIONS = 32;
const SWAPS = 1000;
const WARM_UP_REQUESTS = 12_000;
const BURSTS_A_ROUND = 4;

/** Every lane gets the same request, key and all, so that only what is done with it differs. */
const REQUEST = { path: '/flights/1', headers: { Authorization: 'Bearer bench-key' } };

type Lanes = Readonly<
  Record<'direct' | 'bare' | 'auth' | 'plan' | 'metrics' | 'observed' | 'traced' | 'many' | 'peer', Child>
>;

/** CPU microseconds a request cost each lane in one round. */
type Round = Readonly<Record<string, number>>;

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

/** Lets a process compile what it runs, which takes a number of requests, however busy the machine is. */
async function warmUp(child: Child, load: Child): Promise<void> {
  let requests = 0;
  while (requests < WARM_UP_REQUESTS) {
    const burst = { port: child.port, ...REQUEST, connections: CONNECTIONS, ms: 500 };
    requests += (await load.ask<{ requests: number }>(burst)).requests;
  }
}

/** CPU the lane's own process spent on a request; what else runs on the machine does not count. */
async function burst(child: Child, load: Child, ms: number): Promise<number> {
  const before = await child.usage();
  const { requests, errors } = await load.ask<{ requests: number; errors: number }>({
    port: child.port,
    ...REQUEST,
    connections: CONNECTIONS,
    ms,
  });
  const after = await child.usage();
  if (errors > 0 || requests === 0) throw new Error(`${errors} of ${requests + errors} requests failed`);
  return (after.cpuUs - before.cpuUs) / requests;
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

/** How many times over `above` costs what `below` costs: median of the rounds' own ratios. */
function ratio(rounds: readonly Round[], above: string, below: string): number {
  return round(median(rounds.map((each) => (each[above] ?? Number.NaN) / (each[below] ?? Number.NaN))));
}

function describe(costs: Round): string {
  return Object.entries(costs)
    .map(([name, us]) => `${name} ${us.toFixed(1)}`)
    .join(', ');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
