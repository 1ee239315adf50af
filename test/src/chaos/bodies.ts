import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listen, startEdgeSystem, type EdgeSystem } from '../edge/system.ts';
import type { ChaosOptions } from './chaos.ts';
import { atMost, isTrue, judge, type ChaosReport } from './verdict.ts';

const GROWTH_MB_MAX = 150;
const block = randomBytes(1 << 20);

/** Bodies of a gigabyte pass the edge both ways, plain and through TLS: whole, and in bounded memory. */
export async function run({ log, bodyMb }: Pick<ChaosOptions, 'log' | 'bodyMb'>): Promise<ChaosReport> {
  if (!existsSync('/proc/self/status')) {
    return judge([], { skipped: 'memory of processes is read from /proc, which is not here' });
  }
  const upstream = createServer((incoming, answer) => {
    if (incoming.url === '/source') void pipeline(body(bodyMb), answer).catch(() => undefined);
    else if (incoming.method === 'GET') answer.end();
    else
      void digestOf(incoming).then(
        (found) => answer.end(found),
        () => answer.destroy(),
      );
  });
  const system = await startEdgeSystem({ upstreamPort: await listen(upstream) });
  try {
    const digest = await digestOf(body(bodyMb));
    const passes: Record<string, Pass> = {};
    for (const scheme of ['http', 'https'] as const) {
      for (const way of ['up', 'down'] as const) {
        log(`${bodyMb} MB ${way}, ${scheme}`);
        passes[`${scheme} ${way}`] = await pass(system, { scheme, way, bodyMb, digest });
      }
    }
    const checks = Object.entries(passes).flatMap(([name, { isWhole, brokerGrowthMb, agentGrowthMb }]) => [
      isTrue(`${name}: arrived whole`, isWhole),
      atMost(`${name}: MB the broker grew`, GROWTH_MB_MAX, brokerGrowthMb),
      atMost(`${name}: MB the agent grew`, GROWTH_MB_MAX, agentGrowthMb),
    ]);
    return judge(checks, { bodyMb, passes });
  } finally {
    await system.close();
    upstream.closeAllConnections();
    upstream.close();
  }
}

interface Pass {
  readonly isWhole: boolean;
  readonly mbPerSecond: number;
  /** Peak of resident memory, less what it was before. */
  readonly brokerGrowthMb: number;
  readonly agentGrowthMb: number;
}

interface Body {
  readonly scheme: 'http' | 'https';
  readonly way: 'up' | 'down';
  readonly bodyMb: number;
  readonly digest: string;
}

async function pass(system: EdgeSystem, { scheme, way, bodyMb, digest }: Body): Promise<Pass> {
  const pids = [system.broker.pid, system.agent.pid];
  const before = pids.map((pid) => memoryMb(pid, 'VmRSS'));
  const startedAt = performance.now();
  const answer = await ask(system, scheme, way === 'up' ? bodyMb : 0);
  const found = way === 'up' ? String(Buffer.concat(await answer.toArray())) : await digestOf(answer);
  const seconds = (performance.now() - startedAt) / 1000;
  const [brokerGrowthMb = 0, agentGrowthMb = 0] = pids.map((pid, index) =>
    Math.round(memoryMb(pid, 'VmHWM') - (before[index] ?? 0)),
  );
  return {
    isWhole: found === digest,
    mbPerSecond: Math.round(bodyMb / seconds),
    brokerGrowthMb,
    agentGrowthMb,
  };
}

async function ask(system: EdgeSystem, scheme: 'http' | 'https', sentMb: number): Promise<IncomingMessage> {
  const edge = new URL(system.broker.ready.edge[scheme]);
  const { host } = system;
  const outgoing = (scheme === 'http' ? request : requestTls)({
    host: edge.hostname,
    port: edge.port,
    path: sentMb > 0 ? '/sink' : '/source',
    servername: host,
    rejectUnauthorized: false,
    method: sentMb > 0 ? 'POST' : 'GET',
    headers: { host, ...(sentMb > 0 ? { 'content-length': sentMb * 2 ** 20 } : {}) },
  });
  const answered = once(outgoing, 'response');
  if (sentMb > 0) await pipeline(body(sentMb), outgoing);
  else outgoing.end();
  const [answer] = (await answered) as [IncomingMessage];
  return answer;
}

function body(mb: number): Readable {
  let left = mb;
  return new Readable({
    read() {
      this.push(left-- > 0 ? block : null);
    },
  });
}

async function digestOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha1');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

function memoryMb(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}
