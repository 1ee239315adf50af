import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { acceptTunnel } from '../websocket/accept.ts';
import { dialTunnel } from '../websocket/dial.ts';
import { Session } from '../session/session.ts';
import type { TunnelStream } from './tunnel-stream.ts';
import { readAll, sessionPair, until } from '../testing/session-pair.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function socketPair(): Promise<{ client: Session; server: Session }> {
  const http: Server = createServer();
  const accepted = Promise.withResolvers<Session>();
  http.on('upgrade', (request, socket, head) => {
    const transport = acceptTunnel(request, socket, head);
    if (transport) accepted.resolve(new Session(transport, { role: 'server' }));
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/tunnel/t`;
  const client = await dialTunnel({ url, token: 't', proxy: false });
  const server = await accepted.promise;
  cleanups.push(
    () => client.destroy(),
    () => server.destroy(),
    () => http.close(),
  );
  return { client, server };
}

async function streamsOf({ client, server }: { client: Session; server: Session }) {
  const accepted = once(server, 'stream') as Promise<[TunnelStream]>;
  const near = await client.open();
  const [far] = await accepted;
  return { near, far };
}

describe('lend', () => {
  it('frees read buffers nobody needs, in both roles, and leaves those that are kept', async () => {
    const sessions = await socketPair();
    for (const { near, far } of [
      await streamsOf(sessions),
      await streamsOf({ client: sessions.server, server: sessions.client }),
    ]) {
      const sent = randomBytes(20_000_000);
      const kept: { at: number; piece: Buffer }[] = [];
      const wanted = new Map<ArrayBufferLike, boolean>();
      let at = 0;
      let isSame = true;
      far.lend((piece) => {
        isSame &&= piece.equals(sent.subarray(at, at + piece.length));
        // Every third buffer of a read is kept with all its pieces; of the others nothing is.
        const isKept = wanted.get(piece.buffer) ?? wanted.size % 3 === 0;
        wanted.set(piece.buffer, isKept);
        if (isKept) kept.push({ at, piece });
        at += piece.length;
        return isKept;
      });
      near.end(sent);
      await once(far, 'end');
      expect(at).toBe(sent.length);
      expect(isSame).toBe(true);
      for (const { at: from, piece } of kept) {
        expect(piece.equals(sent.subarray(from, from + piece.length))).toBe(true);
      }
      const unwanted = [...wanted].filter(([, isKept]) => !isKept);
      const freed = unwanted.filter(([buffer]) => buffer.byteLength === 0);
      expect(kept.length).toBeGreaterThan(10);
      expect(freed.length).toBeGreaterThan(unwanted.length / 2);
      far.destroy();
    }
  });

  it('delivers what waited while paused, and to other listeners what they may keep', async () => {
    const pair = sessionPair();
    cleanups.push(
      () => pair.client.destroy(),
      () => pair.server.destroy(),
    );
    const { near, far } = await streamsOf(pair);
    const sent = randomBytes(300_000);
    const lent: Buffer[] = [];
    far.lend((piece) => {
      lent.push(Buffer.from(piece));
      return false;
    });
    far.pause();
    near.write(sent.subarray(0, 100_000));
    await until(() => pair.server.stats().unreadBytes === 100_000);
    far.resume();
    await until(() => pair.server.stats().unreadBytes === 0);
    const all = readAll(far);
    near.end(sent.subarray(100_000));
    expect((await all).equals(sent.subarray(100_000))).toBe(true);
    expect(Buffer.concat(lent).equals(sent)).toBe(true);
  });
});
