import { run as runEdge } from '../edge/run.ts';
import type { BenchOptions, BenchReport } from '../bench.ts';
import { run as runTunnel } from './run.ts';

/** All figures of the tunnel: the multiplexer's, then those of the whole way from a public connection to an upstream. */
export async function run(options: BenchOptions): Promise<BenchReport> {
  const { absolute, ...tunnel } = await runTunnel(options);
  const { absolute: edgeAbsolute, perCpuTime, brokerRssMb, ...edge } = await runEdge(options);
  return { ...edge, ...tunnel, absolute, edge: { perCpuTime, absolute: edgeAbsolute, brokerRssMb } };
}
