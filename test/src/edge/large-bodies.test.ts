import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen, startEdgeSystem, type EdgeSystem } from './system.ts';

/** 1 GB takes minutes on a busy machine: `PORTOLAN_BODY_MB=1024` asks for it. */
const BODY_MB = Number(process.env['PORTOLAN_BODY_MB'] ?? 256);
const GROWTH_MB_MAX = 150;
const block = randomBytes(1 << 20);
const expected = createHash('sha1');
for (let sent = 0; sent < BODY_MB; sent += 1) expected.update(block);
const digest = expected.digest('hex');

/** Answers a body with its digest; asked for `/source`, sends the body. */
const upstream = createServer((incoming, answer) => {
  if (incoming.url === '/source') void pipeline(body(), answer).catch(() => undefined);
  else if (incoming.method === 'GET') answer.end();
  else {
    void digestOf(incoming).then(
      (found) => answer.end(found),
      () => answer.destroy(),
    );
  }
});
let system: EdgeSystem;

beforeAll(async () => {
  system = await startEdgeSystem({ upstreamPort: await listen(upstream) });
}, 90_000);
afterAll(async () => {
  await system?.close();
  upstream.closeAllConnections();
  upstream.close();
}, 30_000);

function body(): Readable {
  let left = BODY_MB;
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

async function ask(scheme: 'http' | 'https', path: string, sent?: Readable): Promise<IncomingMessage> {
  const edge = new URL(system.broker.ready.edge[scheme]);
  const { host } = system;
  const outgoing = (scheme === 'http' ? request : requestTls)({
    host: edge.hostname,
    port: edge.port,
    path,
    servername: host,
    rejectUnauthorized: false,
    method: sent ? 'POST' : 'GET',
    headers: { host, ...(sent ? { 'content-length': BODY_MB << 20 } : {}) },
  });
  const answered = once(outgoing, 'response');
  if (sent) await pipeline(sent, outgoing);
  else outgoing.end();
  const [answer] = (await answered) as [IncomingMessage];
  expect(answer.statusCode).toBe(200);
  return answer;
}

/** Memory in use, and the most that ever was. */
function memoryMb(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

const isMeasurable = existsSync('/proc/self/status');

describe.skipIf(!isMeasurable)(`a body of ${BODY_MB} MB (peak memory is read from /proc)`, () => {
  test.each(['http', 'https'] as const)(
    'passes both ways whole and in bounded memory (%s)',
    async (scheme) => {
      const pids = [system.broker.pid, system.agent?.pid ?? 0];
      const before = pids.map(memoryMb);
      const [up] = (await (await ask(scheme, '/sink', body())).toArray()) as [Buffer];
      expect(String(up)).toBe(digest);
      expect(await digestOf(await ask(scheme, '/source'))).toBe(digest);
      const growth = pids.map((pid, index) => Math.round(memoryMb(pid).peak - (before[index]?.now ?? 0)));
      console.log(`${scheme}: peak growth of broker and agent ${growth.join(' and ')} MB`);
      for (const grown of growth) expect(grown).toBeLessThan(GROWTH_MB_MAX);
    },
    600_000,
  );
});
