import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { brokerCredential } from '@portolan/process/broker-credential';
import { z } from 'zod';
import type { BenchOptions, BenchReport } from '../bench.ts';
import { cpuSeconds } from '../tunnel/cpu-time.ts';
import { downloadRate, requestsPerSecond, uploadRate } from './load.ts';
import { startStandIn } from './platform-stand-in.ts';

const HOST = 'bench.edge.localhost';
const agentReady = z.object({ httpPort: z.number() });
const portReady = z.object({ port: z.number() });
const brokerReady = z.object({ url: z.string(), edge: z.object({ http: z.url(), https: z.url() }) });
const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Before this much time under load a broker runs unoptimized code: no measure of anything. */
const WARM_UP_MS = 2_000;

type Measure = (ms: number) => Promise<number>;

/** One side of a pair, and the processes that carry it (not the client, which is this one). */
interface Side {
  readonly measure: Measure;
  readonly carriers: readonly (number | undefined)[];
}

interface Cost {
  readonly rate: number;
  /** CPU time of the carriers per request or megabyte, in µs: what a busy machine distorts less. */
  readonly cpuUs: number;
}

/**
 * The way from a public connection to the upstream: against a plain TCP proxy for bulk, against the bare upstream for
 * requests. Each part is a process; pairs are measured back to back and their ratios' median is the figure.
 */
export async function run({ rounds, ms, only, log }: BenchOptions): Promise<BenchReport> {
  if (only.length > 0 && !only.some((name) => name.startsWith('edge_'))) return {};
  const bench = await startBench();
  try {
    const { direct, edge, proxy, tls } = bench.ports;
    const hello = await captureHello();
    const { pids } = bench;
    const ways = [pids.broker, pids.agent, pids.upstream];
    const proxied = [pids.proxy, pids.upstream];
    const pairs: Record<string, readonly [Side, Side]> = {
      edge_rps_vs_direct: [
        { measure: (time) => requestsPerSecond(edge, HOST, time), carriers: ways },
        { measure: (time) => requestsPerSecond(direct, HOST, time), carriers: [pids.agent] },
      ],
      edge_bulk_vs_tcp_proxy: [
        { measure: (time) => downloadRate(tls, hello, time), carriers: ways },
        { measure: (time) => downloadRate(proxy, hello, time), carriers: proxied },
      ],
      edge_bulk_up_vs_tcp_proxy: [
        { measure: (time) => uploadRate(tls, hello, time), carriers: ways },
        { measure: (time) => uploadRate(proxy, hello, time), carriers: proxied },
      ],
    };
    const figures: Record<string, number> = {};
    const perCpuTime: Record<string, number> = {};
    const absolute: Record<string, Record<string, number>> = {};
    for (const [name, pair] of Object.entries(pairs)) {
      if (only.length > 0 && !only.includes(name)) continue;
      log(name);
      const samples = await sample(pair, rounds, ms);
      figures[name] = round(median(samples.map(({ ours, theirs }) => ours.rate / theirs.rate)));
      perCpuTime[name] = round(median(samples.map(({ ours, theirs }) => theirs.cpuUs / ours.cpuUs)));
      absolute[name] = {
        ours: Math.round(median(samples.map(({ ours }) => ours.rate))),
        theirs: Math.round(median(samples.map(({ theirs }) => theirs.rate))),
        oursCpuUs: Math.round(median(samples.map(({ ours }) => ours.cpuUs))),
        theirsCpuUs: Math.round(median(samples.map(({ theirs }) => theirs.cpuUs))),
      };
    }
    return { ...figures, perCpuTime, absolute, brokerRssMb: bench.brokerRssMb() };
  } finally {
    bench.close();
  }
}

async function sample(pair: readonly [Side, Side], rounds: number, ms: number) {
  const [ours, theirs] = pair.map((side) => (time: number) => measured(side, time)) as [
    (time: number) => Promise<Cost>,
    (time: number) => Promise<Cost>,
  ];
  await ours(WARM_UP_MS);
  await theirs(WARM_UP_MS);
  const samples: { ours: Cost; theirs: Cost }[] = [];
  for (let index = 0; index < rounds; index += 1) {
    if (index % 2 === 0) samples.push({ ours: await ours(ms), theirs: await theirs(ms) });
    else {
      const reference = await theirs(ms);
      samples.push({ ours: await ours(ms), theirs: reference });
    }
  }
  return samples;
}

async function measured({ measure, carriers }: Side, ms: number): Promise<Cost> {
  const before = cpuSeconds(carriers);
  const rate = await measure(ms);
  return { rate, cpuUs: ((cpuSeconds(carriers) - before) * 1e6) / ((rate * ms) / 1000) };
}

async function startBench() {
  const children: ChildProcess[] = [];
  const start = async (path: string, args: readonly string[] = []) => {
    const child = fork(path, [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    children.push(child);
    const [ready]: unknown[] = await once(child, 'message');
    return { child, ready };
  };
  const dir = mkdtempSync(join(tmpdir(), 'portolan-bench-'));
  const secretFile = join(dir, 'secret');
  writeFileSync(secretFile, brokerCredential('bench', 'bench'));
  const platform = await startStandIn(HOST);
  const upstreamPart = await start(script('./upstream.ts'));
  const upstream = portReady.parse(upstreamPart.ready);
  const agent = await start(script('./agent.ts'), [String(upstream.port)]);
  const proxyPart = await start(script('./tcp-proxy.ts'), [String(upstream.port)]);
  const proxy = portReady.parse(proxyPart.ready);
  const flags = {
    id: 'bench',
    region: 'bench',
    'platform-url': platform.url,
    'broker-secret-file': secretFile,
    'log-level': 'error',
  };
  const argv = ['broker', ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])];
  const broker = await start(script('../../../../apps/platform/src/main.ts'), argv);
  const { url, edge } = brokerReady.parse(broker.ready);
  agent.child.send(`${url}/tunnel/bench`);
  await once(agent.child, 'message');
  return {
    ports: {
      direct: agentReady.parse(agent.ready).httpPort,
      proxy: proxy.port,
      edge: Number(new URL(edge.http).port),
      tls: Number(new URL(edge.https).port),
    },
    pids: {
      broker: broker.child.pid,
      agent: agent.child.pid,
      proxy: proxyPart.child.pid,
      upstream: upstreamPart.child.pid,
    },
    brokerRssMb: () => rssMb(broker.child.pid ?? 0),
    close() {
      for (const child of children) child.kill('SIGKILL');
      platform.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Peak resident memory, where the system tells. */
function rssMb(pid: number): number | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    return null;
  }
}

/** What a TLS client sends first; all the edge ever looks at. */
async function captureHello(): Promise<Buffer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const raw = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const client = connectTls({ socket: raw, servername: HOST });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [hello] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return hello;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
