import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { openTyped } from '@portolan/tunnel/session/typed-streams';
import { afterEach, describe, expect, it } from 'vitest';
import { TunnelManager, type EdgeHeader, type TunnelManagerOptions } from './manager.ts';
import { registerTunnelMetrics } from './tunnel-metrics.ts';
import { TestBroker } from './testing/broker.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function broker(id: string, api?: RequestListener, port = 0): Promise<TestBroker> {
  const started = await TestBroker.start(id, api, port);
  ends.push(() => started.close());
  return started;
}

function manager(options: Partial<TunnelManagerOptions> = {}): TunnelManager & { lines: string[] } {
  const lines: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const tunnels = new TunnelManager({
    ticket: () => 'ptc_test',
    secure: async (stream) => stream,
    logger,
    proxy: false,
    onEdge: (stream) => void stream.destroy(),
    ...options,
  });
  ends.push(() => tunnels.close(100));
  return Object.assign(tunnels, { lines });
}

const signal = () => AbortSignal.timeout(10_000);

async function ask(
  tunnels: TunnelManager,
  method: 'GET' | 'POST' | 'PUT' = 'GET',
  body?: unknown,
): Promise<string> {
  const answer = await tunnels.request({
    method,
    path: '/x',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: signal(),
  });
  let text = '';
  for await (const chunk of answer.body) text += Buffer.from(chunk).toString();
  return text;
}

/** A path to a broker that can begin to swallow everything, and says nothing of it. */
async function openPath(to: number): Promise<{ url: string; swallow(): void }> {
  const held: Socket[] = [];
  let isHole = false;
  const path = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    held.push(near, far);
    near.on('data', (bytes) => isHole || far.write(bytes));
    far.on('data', (bytes) => isHole || near.write(bytes));
    for (const socket of [near, far]) socket.on('error', () => undefined);
  });
  path.listen(0, '127.0.0.1');
  await once(path, 'listening');
  ends.push(() => {
    for (const socket of held) socket.destroy();
    path.close();
  });
  const { port } = path.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}`, swallow: () => void (isHole = true) };
}

describe('TunnelManager', () => {
  it('keeps the tunnels it is given, spreads their first dials, and hands public connections on', async () => {
    const brokers = await Promise.all(['a', 'b', 'c'].map((id) => broker(id)));
    const edges: EdgeHeader[] = [];
    const tunnels = manager({
      onEdge: (stream, header) => {
        edges.push(header);
        stream.end('served');
      },
    });
    expect(tunnels.isReady).toBe(false);
    await expect(ask(tunnels)).rejects.toThrow('no tunnel');
    tunnels.reconcile(brokers.map(({ endpoint }) => endpoint));
    await expect.poll(() => tunnels.live).toBe(3);
    const dials = brokers.map(({ dials: [at = 0] }) => at);
    expect(dials).toEqual(dials.toSorted((one, other) => one - other));
    const header = {
      kind: 'edge',
      client: { address: '192.0.2.1', port: 1 },
      host: 'h',
      tls: false,
    } as const;
    const stream = await openTyped(brokers[1]!.sessions[0]!, header);
    expect(String((await once(stream, 'data'))[0])).toBe('served');
    expect(edges).toEqual([header]);
    expect(tunnels.stats().map(({ state }) => state)).toEqual(['live', 'live', 'live']);
    const registry = new Registry();
    registerTunnelMetrics(registry, () => tunnels.stats());
    const text = await registry.metrics();
    expect(text).toContain('portolan_agent_tunnel_up{broker="b",region="b"} 1');
    expect(text).toMatch(/portolan_agent_tunnel_streams_total\{broker="b",region="b"\} 1\n/);
  });

  it('sends a request through the tunnel with least under way', async () => {
    const held: (() => void)[] = [];
    const hold: RequestListener = (_request, answer) => void held.push(() => answer.end('held'));
    const [a, b] = [await broker('a', hold), await broker('b', hold)];
    const tunnels = manager();
    tunnels.reconcile([a.endpoint, b.endpoint]);
    await expect.poll(() => tunnels.live).toBe(2);
    const asked = [1, 2, 3, 4].map(() => ask(tunnels));
    await expect.poll(() => held.length).toBe(4);
    expect(tunnels.stats().map(({ inFlight }) => inFlight)).toEqual([2, 2]);
    for (const release of held) release();
    expect(await Promise.all(asked)).toEqual(['held', 'held', 'held', 'held']);
    await expect.poll(() => tunnels.stats().map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  });

  it('sends again through another tunnel what got no answer, if that is harmless', async () => {
    const seen: string[] = [];
    const breaking: RequestListener = (request: IncomingMessage) => {
      seen.push(`${request.method}`);
      request.socket.destroy();
    };
    const [a, b] = [await broker('a', breaking), await broker('b')];
    const tunnels = manager();
    tunnels.reconcile([a.endpoint]);
    await expect.poll(() => tunnels.live).toBe(1);
    await expect(ask(tunnels, 'PUT', { big: 'x'.repeat(5_000) })).rejects.toThrow(/other side closed|reset/i);
    tunnels.reconcile([a.endpoint, b.endpoint]);
    await expect.poll(() => tunnels.live).toBe(2);
    expect(await Promise.all([1, 2, 3, 4].map(() => ask(tunnels, 'PUT', { big: 'x' })))).toEqual([
      'b',
      'b',
      'b',
      'b',
    ]);
    const posts = await Promise.allSettled([1, 2, 3, 4].map(() => ask(tunnels, 'POST', {})));
    const failed = posts.filter(({ status }) => status === 'rejected').length;
    expect(seen.filter((method) => method === 'POST')).toHaveLength(failed);
    expect(failed).toBeGreaterThan(0);
  });

  it('comes back after a broker dies, and goes on through the others meanwhile', async () => {
    const [a, b] = [await broker('a'), await broker('b')];
    const tunnels = manager();
    tunnels.reconcile([a.endpoint, b.endpoint]);
    await expect.poll(() => tunnels.live).toBe(2);
    const { port } = a;
    a.kill();
    await expect.poll(() => tunnels.live).toBe(1);
    expect(await ask(tunnels)).toBe('b');
    const again = await broker('a', undefined, port);
    await expect.poll(() => tunnels.live, { timeout: 15_000 }).toBe(2);
    expect(again.live).toHaveLength(1);
  });

  it('brings up the replacement before the old session closes when the broker says go-away', async () => {
    const release = Promise.withResolvers<void>();
    const hold: RequestListener = (request, answer) =>
      void (request.method === 'PUT' ? release.promise.then(() => answer.end('late')) : answer.end('soon'));
    const a = await broker('a', hold);
    const tunnels = manager();
    tunnels.reconcile([a.endpoint]);
    await expect.poll(() => tunnels.live).toBe(1);
    const [old] = a.sessions;
    const slow = ask(tunnels, 'PUT', {}).catch(String);
    await expect.poll(() => old!.stats().streams).toBe(1);
    void old!.close('draining');
    await expect.poll(() => a.sessions.length, { timeout: 15_000 }).toBe(2);
    await expect.poll(() => tunnels.live).toBe(1);
    expect(await ask(tunnels)).toBe('soon');
    release.resolve();
    expect(await slow).toMatch(/late|draining/);
    await expect.poll(() => old!.closed).toBe(true);
  });

  it('serves through the old session until its successor is up, when the broker asks for one', async () => {
    const a = await broker('a');
    const tunnels = manager({ onEdge: (stream) => void stream.end('served') });
    tunnels.reconcile([a.endpoint]);
    await expect.poll(() => tunnels.live).toBe(1);
    const [old] = a.sessions;
    a.refuse = { status: 503, message: 'Not yet.' };
    old!.renew();
    await expect.poll(() => a.dials.length, { timeout: 5_000 }).toBeGreaterThan(1);
    const header = {
      kind: 'edge',
      client: { address: '192.0.2.1', port: 1 },
      host: 'h',
      tls: false,
    } as const;
    const late = await openTyped(old!, header);
    expect(String((await once(late, 'data'))[0])).toBe('served');
    late.destroy();
    expect(old!.closed).toBe(false);
    a.refuse = null;
    await expect.poll(() => a.sessions.length, { timeout: 15_000 }).toBe(2);
    await expect.poll(() => old!.closed).toBe(true);
    await expect.poll(() => tunnels.live).toBe(1);
  });

  it('dials again soon, whatever pause it is in, once another tunnel came up', async () => {
    const [a, b] = [await broker('a'), await broker('b')];
    for (const refusing of [a, b]) refusing.refuse = { status: 503, message: 'Not yet.' };
    const tunnels = manager();
    tunnels.reconcile([a.endpoint, b.endpoint]);
    // Enough failures for pauses of up to a minute.
    await expect
      .poll(() => Math.max(...tunnels.stats().map(({ failures }) => failures)), { timeout: 30_000 })
      .toBeGreaterThan(2);
    for (const willing of [a, b]) willing.refuse = null;
    await expect.poll(() => tunnels.live, { timeout: 60_000, interval: 10 }).toBeGreaterThan(0);
    const since = performance.now();
    await expect.poll(() => tunnels.live, { timeout: 10_000, interval: 10 }).toBe(2);
    expect(performance.now() - since).toBeLessThan(4_000);
  });

  it('replaces endpoints without a moment without tunnel', async () => {
    const [a, b] = [await broker('a'), await broker('b')];
    const tunnels = manager();
    tunnels.reconcile([a.endpoint]);
    await expect.poll(() => tunnels.live).toBe(1);
    tunnels.reconcile([b.endpoint]);
    expect(a.live).toHaveLength(1);
    await expect.poll(() => b.live.length).toBe(1);
    await expect.poll(() => a.live.length).toBe(0);
    expect(await ask(tunnels)).toBe('b');
  });

  it('finds a black hole by silence, without waiting for TCP', async () => {
    const a = await broker('a');
    const path = await openPath(a.port);
    const tunnels = manager({ session: { silenceTimeoutMs: 400, keepAliveMs: 100 } });
    tunnels.reconcile([{ ...a.endpoint, url: path.url }]);
    await expect.poll(() => tunnels.live).toBe(1);
    path.swallow();
    const since = performance.now();
    await expect.poll(() => tunnels.live, { interval: 10 }).toBe(0);
    expect(performance.now() - since).toBeLessThan(1_000);
  });

  it('asks through another tunnel while the answer of one is late', async () => {
    const [a, b] = [await broker('a'), await broker('b')];
    const path = await openPath(a.port);
    const tunnels = manager({ session: { silenceTimeoutMs: 60_000, keepAliveMs: 100 } });
    const late = { ...a.endpoint, url: path.url };
    tunnels.reconcile([late, b.endpoint]);
    await expect.poll(() => tunnels.live).toBe(2);
    path.swallow();
    await expect.poll(() => a.sessions[0]?.isUnresponsive).toBe(true);
    // Both ends began to wait at about the same time.
    await expect
      .poll(async () => new Set(await Promise.all([1, 2, 3, 4].map(() => ask(tunnels)))))
      .toEqual(new Set(['b']));
    expect(tunnels.live).toBe(2);
  });

  it('says why it is refused, once, and does not hammer', async () => {
    let stale = 0;
    const a = await broker('a');
    a.refuse = { status: 401, message: 'This agent token was revoked.' };
    const b = await broker('b');
    b.refuse = { status: 403, message: 'Not assigned.' };
    const tunnels = manager({ onStale: () => void (stale += 1) });
    tunnels.reconcile([a.endpoint, b.endpoint]);
    await expect.poll(() => tunnels.stats().map(({ state }) => state)).toEqual(['refused', 'refused']);
    expect(tunnels.stats()[0]?.lastError).toContain('This agent token was revoked.');
    expect(stale).toBe(1);
    // A broker that cannot be reached is tried again sooner than one that refuses.
    tunnels.reconcile([a.endpoint, b.endpoint, { ...a.endpoint, id: 'nowhere', url: 'ws://127.0.0.1:1' }]);
    await expect.poll(() => tunnels.stats()[2]?.failures, { timeout: 5_000 }).toBeGreaterThan(1);
    expect(a.dials).toHaveLength(1);
    expect(tunnels.lines).toHaveLength(3);
    expect(tunnels.lines.join()).not.toContain('pta_test');
  });

  it.each([
    [400, 'Offer portolan.v1.'],
    [401, 'This agent token was revoked.'],
    [403, 'Not assigned here.'],
    [409, 'The token of another cluster.'],
    [429, 'Too many tunnels of this cluster.'],
    [503, 'This broker is draining.'],
  ])('tells the operator the reason of a %i, and dials few times', async (status, message) => {
    const a = await broker('a');
    a.refuse = { status, message };
    const tunnels = manager();
    tunnels.reconcile([a.endpoint]);
    await expect.poll(() => tunnels.lines.join()).toContain(message);
    expect(tunnels.stats()[0]?.lastError).toContain(message);
    const isForOperators = status < 429;
    expect(tunnels.stats()[0]?.state).toBe(isForOperators ? 'refused' : 'waiting');
    const first = a.dials[0] ?? 0;
    await expect.poll(() => performance.now() - first, { interval: 50 }).toBeGreaterThan(900);
    // Pauses are at least a tenth of their base: a second, where somebody has to do something about it.
    expect(a.dials.length).toBeLessThanOrEqual(isForOperators ? 1 : 9);
  });

  it('keeps no more tunnels than it is told to', async () => {
    const brokers = await Promise.all(['a', 'b', 'c'].map((id) => broker(id)));
    const tunnels = manager({ wanted: 2 });
    tunnels.reconcile(brokers.map(({ endpoint }) => endpoint));
    await expect.poll(() => tunnels.live).toBe(2);
    expect(brokers[2]?.dials).toHaveLength(0);
  });
});
