import type { BenchOptions, BenchReport } from '../main.ts';
import { Child } from './child.ts';
import { measurePropagation } from './propagation.ts';

const GATEWAY = '../../../../apps/agent/src/gateway/testing/bench-process.ts';
const CONNECTIONS = 32;
const SWAPS = 1000;
const WARM_UP_REQUESTS = 15_000;

interface Lane {
  readonly child: Child;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

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
  const gateway = (setting: object): Promise<Child> =>
    Child.start(GATEWAY, { upstreamPort: upstream.port, routes: 1, api: false, metrics: false, ...setting });
  const bare = await gateway({});
  const many = await gateway({ routes: 10_000 });
  const lanes: Readonly<Record<string, Lane>> = {
    direct: lane(upstream),
    peer: lane(await Child.start('./peer.ts', { upstreamPort: upstream.port })),
    bare: lane(bare),
    auth: lane(await gateway({ api: true })),
    many: lane(many),
    metrics: lane(await gateway({ metrics: true })),
  };
  try {
    const rounds = await measureRounds(lanes, load, options);
    const swapErrors = await countSwapErrors(bare, load);
    const [one, ten] = [await bare.memory(), await many.memory()];
    return {
      proxy_cpu_vs_direct: ratio(rounds, 'bare', 'direct'),
      rps_vs_http_proxy: ratio(rounds, 'peer', 'bare'),
      auth_limit_vs_bare: ratio(rounds, 'bare', 'auth'),
      routes_10k_vs_1: ratio(rounds, 'bare', 'many'),
      metrics_vs_off: ratio(rounds, 'bare', 'metrics'),
      swap_errors: swapErrors,
      rss_per_10k_routes_mb: round((ten - one) / 1e6),
      cpu_us_per_request: Object.fromEntries(
        Object.keys(lanes).map((name) => [name, round(median(rounds.map((each) => each[name] ?? 0)))]),
      ),
    };
  } finally {
    await Promise.all([load.stop(), ...Object.values(lanes).map(({ child }) => child.stop())]);
  }
}

/** Every lane gets the same request, key and all, so that only what is done with it differs. */
function lane(child: Child): Lane {
  return { child, path: '/flights/1', headers: { Authorization: 'Bearer bench-key' } };
}

async function measureRounds(
  lanes: Readonly<Record<string, Lane>>,
  load: Child,
  options: BenchOptions,
): Promise<Round[]> {
  for (const each of Object.values(lanes)) await warmUp(each, load);
  const rounds: Round[] = [];
  for (let i = 0; i < options.rounds; i++) {
    const costs: Record<string, number> = {};
    for (const [name, each] of Object.entries(lanes)) costs[name] = await burst(each, load, options.ms);
    options.log(
      `round ${i + 1}: ${Object.entries(costs)
        .map(([name, us]) => `${name} ${us.toFixed(1)}`)
        .join(', ')} µs`,
    );
    rounds.push(costs);
  }
  return rounds;
}

/** Lets a process compile what it runs, which takes a number of requests, however busy the machine is. */
async function warmUp({ child, path, headers }: Lane, load: Child): Promise<void> {
  let requests = 0;
  while (requests < WARM_UP_REQUESTS) {
    const burst = { port: child.port, path, headers, connections: CONNECTIONS, ms: 500 };
    requests += (await load.ask<{ requests: number }>(burst)).requests;
  }
}

/** CPU the lane's own process spent on a request; what else runs on the machine does not count. */
async function burst({ child, path, headers }: Lane, load: Child, ms: number): Promise<number> {
  const before = await child.usage();
  const { requests, errors } = await load.ask<{ requests: number; errors: number }>({
    port: child.port,
    path,
    headers,
    connections: CONNECTIONS,
    ms,
  });
  const after = await child.usage();
  if (errors > 0 || requests === 0) throw new Error(`${errors} of ${requests + errors} requests failed`);
  return (after.cpuUs - before.cpuUs) / requests;
}

async function countSwapErrors(gateway: Child, load: Child): Promise<number> {
  const loading = load.ask<{ requests: number; errors: number }>({
    port: gateway.port,
    path: '/flights/1',
    headers: {},
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
