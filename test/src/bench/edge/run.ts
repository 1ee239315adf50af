import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { BenchOptions, BenchReport } from '../main.ts';
import { downloadRate, requestsPerSecond, uploadRate } from './load.ts';
import { startStandIn } from './platform-stand-in.ts';

const HOST = 'bench.edge.localhost';
const agentReady = z.object({ httpPort: z.number() });
const portReady = z.object({ port: z.number() });
const brokerReady = z.object({ url: z.string(), edge: z.object({ http: z.url(), https: z.url() }) });
const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));

type Measure = (ms: number) => Promise<number>;

/**
 * The way from a public connection to the upstream: against a plain TCP proxy for bulk, against the bare upstream for
 * requests. Each part is a process; pairs are measured back to back and their ratios' median is the figure.
 */
export async function run({ rounds, ms, log }: BenchOptions): Promise<BenchReport> {
  const bench = await startBench();
  try {
    const { direct, edge, proxy, tls } = bench.ports;
    const hello = await captureHello();
    const pairs: Record<string, readonly [Measure, Measure]> = {
      edge_rps_vs_direct: [
        (time) => requestsPerSecond(edge, HOST, time),
        (time) => requestsPerSecond(direct, HOST, time),
      ],
      edge_bulk_vs_tcp_proxy: [
        (time) => downloadRate(tls, hello, time),
        (time) => downloadRate(proxy, hello, time),
      ],
      edge_bulk_up_vs_tcp_proxy: [
        (time) => uploadRate(tls, hello, time),
        (time) => uploadRate(proxy, hello, time),
      ],
    };
    const figures: Record<string, number> = {};
    const absolute: Record<string, { ours: number; theirs: number }> = {};
    for (const [name, pair] of Object.entries(pairs)) {
      log(name);
      const samples = await sample(pair, rounds, ms);
      figures[name] = round(median(samples.map(({ ours, theirs }) => ours / theirs)));
      absolute[name] = {
        ours: Math.round(median(samples.map(({ ours }) => ours))),
        theirs: Math.round(median(samples.map(({ theirs }) => theirs))),
      };
    }
    return { ...figures, absolute, brokerRssMb: bench.brokerRssMb() };
  } finally {
    bench.close();
  }
}

async function sample([ours, theirs]: readonly [Measure, Measure], rounds: number, ms: number) {
  await ours(ms);
  await theirs(ms);
  const samples: { ours: number; theirs: number }[] = [];
  for (let index = 0; index < rounds; index += 1) {
    if (index % 2 === 0) samples.push({ ours: await ours(ms), theirs: await theirs(ms) });
    else {
      const reference = await theirs(ms);
      samples.push({ ours: await ours(ms), theirs: reference });
    }
  }
  return samples;
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
  writeFileSync(secretFile, 'bench');
  const platform = await startStandIn(HOST);
  const upstream = portReady.parse((await start(script('./upstream.ts'))).ready);
  const agent = await start(script('./agent.ts'), [String(upstream.port)]);
  const proxy = portReady.parse((await start(script('./tcp-proxy.ts'), [String(upstream.port)])).ready);
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
