import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { GatewayLimits } from './limits.ts';
import { model, route, service } from '../testing/models.ts';
import { ask, askRaw, startGateway, upstream } from '../testing/servers.ts';

const GET = 'GET /first HTTP/1.1\r\nHost: a\r\n\r\n';
const UPGRADE =
  'GET /socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** Responds to `/first` only when told to, to everything else at once. */
async function gateway(size = 5, limits: Partial<GatewayLimits> = {}) {
  const waiting: (() => void)[] = [];
  const up = await upstream((req, res) => {
    if (req.url === '/first') waiting.push(() => res.end('f'.repeat(size)));
    else res.end(req.url);
  });
  return { ...(await startGateway(model([route()], [service('up', up)]), { limits })), waiting };
}

const release = (waiting: (() => void)[]): Promise<void> =>
  vi.waitFor(() => {
    expect(waiting).not.toHaveLength(0);
    waiting.shift()?.();
  });

describe('requests behind one that has no response yet', () => {
  it('an upgrade is an ordinary request there, served in its turn', async () => {
    const { port, waiting } = await gateway();
    const answer = askRaw(port, GET + UPGRADE);
    await release(waiting);
    expect((await answer).match(/\/1\.1 \d+|fffff|\/socket|Connection: close/g)).toEqual([
      '/1.1 200',
      'fffff',
      '/1.1 200',
      'Connection: close',
      '/socket',
    ]);
    expect((await ask(port)).status).toBe(200);
  });

  it.each([
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a refused target', 'GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a request without Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['an unknown expectation', 'OPTIONS * HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n'],
  ])('an upgrade behind %s leaves the gateway alive', async (_name, first) => {
    const { port, logs } = await gateway();
    const socket = connect(port, '127.0.0.1');
    socket.write(first + UPGRADE);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 (?:200|400)/);
    socket.destroy();
    expect((await ask(port)).status).toBe(200);
    expect(logs.join()).not.toContain('gateway.fault');
  });

  it.each([
    ['CONNECT', 'CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n', 405],
    ['what is no request', 'what is this\r\n\r\n', 400],
  ])('%s is refused after the response, not in its place', async (_name, second, status) => {
    const { port, waiting } = await gateway(3_000_000);
    const answer = askRaw(port, GET + second);
    await release(waiting);
    const text = await answer;
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', `HTTP/1.1 ${status}`]);
    expect(text.match(/f{3000000}/)).not.toBeNull();
    if (status === 405) expect(text).toMatch(/\r\nAllow: GET, /);
  });

  it('end when their client has left', async () => {
    const { port, waiting, records } = await gateway(5, { stallTimeoutMs: 200 });
    const socket = connect(port, '127.0.0.1');
    socket.write(GET + GET);
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    socket.destroy();
    await vi.waitFor(() => expect(records).toHaveLength(2));
  });
});
