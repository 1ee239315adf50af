import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { dialTunnel } from '@portolan/tunnel/websocket/dial';
import { Session } from '@portolan/tunnel/session/session';
import type { SessionOptions } from '@portolan/tunnel/yamux/session-options';
import { echo, readAll, until } from '@portolan/tunnel/testing/session-pair';
import { WEBSOCKET_OPTIONS, websocketTransport } from '@portolan/tunnel/testing/ws-transport';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { buildGoPeer, GoPeer, missingGo } from './go-peer.ts';

const skipReason = missingGo();
const MB = 1 << 20;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function startGo(args: string): GoPeer {
  const peer = new GoPeer(args.split(' '));
  cleanups.push(() => peer.stop());
  return peer;
}

interface Meeting {
  readonly session: Session;
  readonly peer: GoPeer;
}

/** Brings a Node session in `role` together with a Go peer in the other one. */
async function meet(
  role: 'client' | 'server',
  args: string,
  options: Partial<SessionOptions> = {},
): Promise<Meeting> {
  const meeting = role === 'client' ? await dialGo(args, options) : await beDialledByGo(args, options);
  cleanups.push(() => meeting.session.destroy());
  return meeting;
}

async function dialGo(args: string, options: Partial<SessionOptions>): Promise<Meeting> {
  const peer = startGo(`-role server ${args}`);
  const { port } = await peer.answer<{ port: number }>();
  const url = `ws://127.0.0.1:${port}/tunnel/t1`;
  return { peer, session: await dialTunnel({ url, token: 'token', proxy: false, session: options }) };
}

async function beDialledByGo(args: string, options: Partial<SessionOptions>): Promise<Meeting> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, ...WEBSOCKET_OPTIONS });
  const joined = Promise.withResolvers<Session>();
  sockets.on('connection', (ws, request) => {
    expect(request.headers.authorization).toBe('Bearer token');
    expect(request.headers['sec-websocket-protocol']).toBeUndefined();
    joined.resolve(new Session(websocketTransport(ws), { role: 'server', ...options }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const ws of sockets.clients) ws.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const peer = startGo(`-role client -url ws://127.0.0.1:${port}/tunnel/t1 -token token ${args}`);
  await peer.answer();
  return { peer, session: await joined.promise };
}

async function echoOf(session: Session, bytes: number): Promise<boolean> {
  const stream = await session.open();
  const body = randomBytes(bytes);
  stream.end(body);
  const hashes = [body, await readAll(stream)].map((data) => createHash('sha256').update(data).digest('hex'));
  return hashes[0] === hashes[1];
}

describe.skipIf(skipReason)(
  `hashicorp/yamux over gorilla/websocket${skipReason ? ` (${skipReason})` : ''}`,
  () => {
    beforeAll(buildGoPeer, 180_000);

    describe.each(['client', 'server'] as const)('Node as yamux %s', (role) => {
      it.each([256 * 1024, 16 * MB])(
        'drives: 50 MB each way, half-close, 1,000 streams, ping; window %i',
        async (windowBytes) => {
          const { session } = await meet(role, `-do echo -window ${windowBytes}`, {
            windowStartBytes: windowBytes,
          });
          expect(await echoOf(session, 50 * MB)).toBe(true);
          const results = await Promise.all(Array.from({ length: 1000 }, () => echoOf(session, 64 * 1024)));
          expect(results.filter((isEqual) => !isEqual)).toEqual([]);
          expect(await session.ping()).toBeGreaterThan(0);
          await until(() => session.stats().streams === 0);
          expect(session.stats().resets).toBe(0);
        },
      );

      it.each([256 * 1024, 16 * MB])('is driven likewise; window %i', async (windowBytes) => {
        const { session, peer } = await meet(role, `-do drive -window ${windowBytes}`);
        echo(session);
        expect(await peer.answer()).toEqual({
          large: 'ok',
          halfClose: 'ok',
          streams: 'ok',
          ping: 'ok',
          streamsBad: 0,
        });
        expect(session.stats().streamsAccepted).toBe(1002);
      });

      it('keeps below a backlog of 256 that is served slowly: no stream is lost', async () => {
        const { session } = await meet(role, '-do echo -accept-delay 1ms');
        const results = await Promise.all(Array.from({ length: 1000 }, () => echoOf(session, 100)));
        expect(results.every(Boolean)).toBe(true);
        expect(session.stats().resets).toBe(0);
      });

      it('survives a backlog that overflows: surplus streams are reset, the session goes on', async () => {
        const { session } = await meet(role, '-do echo -accept-delay 20ms -backlog 8');
        const results = await Promise.allSettled(Array.from({ length: 100 }, () => echoOf(session, 100)));
        expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
        expect(results.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
        expect(await echoOf(session, 1000)).toBe(true);
      });

      it('refuses streams beyond its own limit without losing the session', async () => {
        const { session, peer } = await meet(role, '-do drive -bytes 1000', { streamsMax: 50 });
        echo(session);
        const result = await peer.answer<{ streamsBad: number; ping: string }>();
        expect(result.ping).toBe('ok');
        expect(result.streamsBad).toBeGreaterThan(0);
        expect(session.stats().streamsRefused).toBe(result.streamsBad);
      });

      it('answers keep-alive pings in time', async () => {
        const { session } = await meet(role, '-do echo -keepalive 50ms -write-timeout 300ms', {
          keepAliveMs: 0,
        });
        await until(() => session.stats().bytesIn >= 12 * 12);
        expect(session.closed).toBe(false);
        expect(await echoOf(session, 1000)).toBe(true);
      });

      it('obeys go-away, and the stream that was open goes on', async () => {
        const { session } = await meet(role, '-do goaway');
        const told = once(session, 'goAway');
        const stream = await session.open();
        stream.write('before ');
        expect(await told).toEqual([0]);
        await expect(session.open()).rejects.toMatchObject({ code: 'go-away' });
        stream.end('after');
        expect(String(await readAll(stream))).toBe('before after');
      });

      it('says go-away in a way that hashicorp obeys', async () => {
        const { session, peer } = await meet(role, '-do drive -bytes 30000000');
        session.once('stream', (stream) => {
          void session.goAway();
          stream.pipe(stream);
        });
        const result = await peer.answer<Record<string, string>>();
        expect(result).toMatchObject({ large: 'ok', halfClose: 'remote end is not accepting connections' });
      });

      it('a reader that stops does not disturb the session, and resumes cleanly', async () => {
        const { session } = await meet(role, '-do echo -keepalive 50ms -write-timeout 500ms');
        const stuck = await session.open();
        const body = randomBytes(4 * MB);
        stuck.end(body);
        await until(() => session.stats().unreadBytes >= 256 * 1024);
        expect(await echoOf(session, 5 * MB)).toBe(true);
        expect((await readAll(stuck)).equals(body)).toBe(true);
      });
    });

    it('dial-raw: without a subprotocol, accepted streams are raw connections piped to a TCP address', async () => {
      const app = createTcpServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
      app.listen(0, '127.0.0.1');
      await once(app, 'listening');
      cleanups.push(() => app.close());
      const { port } = app.address() as AddressInfo;
      const { session } = await meet('server', `-do dial-raw -to 127.0.0.1:${port}`);
      const results = await Promise.all(Array.from({ length: 20 }, () => echoOf(session, MB)));
      expect(results.every(Boolean)).toBe(true);
    });
  },
);
