import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { acceptTunnel } from './accept.ts';
import { dialTunnel } from './dial.ts';
import { PORTOLAN_V1 } from '../session/typed-streams.ts';
import { Session } from '../session/session.ts';
import { echo, readAll, until } from '../testing/session-pair.ts';
import { websocketTransport } from '../testing/ws-transport.ts';

const server = createServer();
const sessions: Session[] = [];
let port = 0;

beforeAll(async () => {
  server.on('upgrade', (request, socket, head) => {
    const subprotocol = request.headers['sec-websocket-protocol'] === PORTOLAN_V1 ? PORTOLAN_V1 : undefined;
    const transport = acceptTunnel(request, socket, head, { subprotocol });
    if (!transport) return;
    const session = new Session(transport, { role: 'server' });
    sessions.push(session);
    echo(session);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  for (const session of sessions) session.destroy();
  server.close();
});

async function raw(head: string): Promise<{ socket: Socket; answer: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(head);
  const [chunk] = await once(socket, 'data');
  return { socket, answer: String(chunk) };
}

const handshake = (change: Record<string, string> = {}) => {
  const headers = {
    host: 'broker',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    ...change,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `GET /tunnel/t1 HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
};

async function expectEcho(session: Session): Promise<void> {
  const stream = await session.open();
  const body = Buffer.alloc(3_000_000, 'abc');
  stream.end(body);
  expect((await readAll(stream)).equals(body)).toBe(true);
  await session.close();
}

describe('acceptTunnel', () => {
  it('answers RFC 6455’s own example and takes the subprotocol', async () => {
    const { socket, answer } = await raw(handshake({ 'sec-websocket-protocol': PORTOLAN_V1 }));
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(answer).toContain(`Sec-WebSocket-Protocol: ${PORTOLAN_V1}`);
    socket.destroy();
  });

  it.each([
    ['version 8', { 'sec-websocket-version': '8' }, 426],
    ['a malformed key', { 'sec-websocket-key': 'short' }, 400],
    ['another protocol', { upgrade: 'h2c' }, 400],
  ])('refuses %s with its reason', async (_what, change, status) => {
    const { answer } = await raw(handshake(change));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]+\\r\\n\\r\\n\\w`));
  });

  it('meets its own client and the ws package as client', async () => {
    await expectEcho(
      await dialTunnel({
        url: `ws://127.0.0.1:${port}/t`,
        token: 't',
        subprotocol: PORTOLAN_V1,
        proxy: false,
      }),
    );
    // `ws` masks with random keys.
    const ws = new WebSocket(`ws://127.0.0.1:${port}/t`, { perMessageDeflate: false });
    await once(ws, 'open');
    await expectEcho(new Session(websocketTransport(ws), { role: 'client' }));
  });

  it('refuses a subprotocol the server did not agree to', async () => {
    const dialled = dialTunnel({
      url: `ws://127.0.0.1:${port}/t`,
      token: 't',
      subprotocol: 'other.v9',
      proxy: false,
    });
    await expect(dialled).rejects.toMatchObject({
      code: 'protocol',
      reason: 'The server does not know subprotocol other.v9.',
    });
  });

  it('closes with the code RFC 6455 has for what it was sent, and answers pings', async () => {
    const outcomes: number[] = [];
    for (const send of [
      (ws: WebSocket) => ws.send('text'),
      (ws: WebSocket) => ws.send(Buffer.from('no yamux at all')),
      (ws: WebSocket) => ws.close(4000, 'enough'),
    ]) {
      const ws = new WebSocket(`ws://127.0.0.1:${port}/t`);
      await once(ws, 'open');
      ws.ping('x');
      expect(String((await once(ws, 'pong'))[0])).toBe('x');
      send(ws);
      outcomes.push(Number((await once(ws, 'close'))[0]));
    }
    expect(outcomes).toEqual([1003, 1002, 4000]);
    await until(() => sessions.every((session) => session.closed));
  });
});
