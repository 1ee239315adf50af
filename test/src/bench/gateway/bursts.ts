import type { Child } from './child.ts';

const CONNECTIONS = 32;
const WARM_UP_REQUESTS = 12_000;

/** Every lane gets the same request, key and all, so that only what is done with it differs. */
export const REQUEST = { path: '/flights/1', headers: { Authorization: 'Bearer bench-key' } };

/** CPU microseconds a request cost each lane in one round. */
export type Round = Readonly<Record<string, number>>;

/** Lets a process compile what it runs, which takes a number of requests, however busy the machine is. */
export async function warmUp(child: Child, load: Child): Promise<void> {
  let requests = 0;
  while (requests < WARM_UP_REQUESTS) {
    const burst = { port: child.port, ...REQUEST, connections: CONNECTIONS, ms: 500 };
    requests += (await load.ask<{ requests: number }>(burst)).requests;
  }
}

/** CPU the lane's own process spent on a request; what else runs on the machine does not count. */
export async function burst(child: Child, load: Child, ms: number): Promise<number> {
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

/** How many times over `above` costs what `below` costs: median of the rounds' own ratios. */
export function ratio(rounds: readonly Round[], above: string, below: string): number {
  return round(median(rounds.map((each) => (each[above] ?? Number.NaN) / (each[below] ?? Number.NaN))));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
