import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { Session } from './session.ts';
import { libp2pPeer, type Libp2pMuxer } from '../testing/libp2p-peer.ts';
import { memoryTransportPair } from '../testing/memory-transport.ts';
import { readAll, until } from '../testing/session-pair.ts';

const sessions: Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

function meet(role: 'client' | 'server'): { session: Session; peer: Libp2pMuxer } {
  const [near, far] = memoryTransportPair({ cut: (left) => Math.min(left, 10_000) });
  const peer = libp2pPeer(far, role === 'client' ? 'server' : 'client');
  const session = new Session(near, { role });
  sessions.push(session);
  return { session, peer };
}

type PeerStream = Awaited<ReturnType<Libp2pMuxer['createStream']>>;

function echoPeer(stream: PeerStream): void {
  stream.addEventListener('message', ({ data }) => {
    if (!stream.send(data)) stream.pause();
  });
  stream.addEventListener('drain', () => stream.resume());
  stream.addEventListener('remoteCloseWrite', () => void stream.close());
}

async function talk(stream: PeerStream, body: Uint8Array): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  stream.addEventListener('message', ({ data }) => chunks.push(data.subarray()));
  const ended = new Promise((resolve) => stream.addEventListener('remoteCloseWrite', resolve));
  for (let at = 0; at < body.length; at += 65_536) {
    if (!stream.send(body.subarray(at, at + 65_536))) await stream.onDrain();
  }
  await stream.close();
  await ended;
  return Buffer.concat(chunks);
}

describe.each(['client', 'server'] as const)('as %s against @chainsafe/libp2p-yamux', (role) => {
  it('opens, carries 5 MB both ways and half-closes', async () => {
    const { session, peer } = meet(role);
    peer.addEventListener('stream', ({ detail }) => echoPeer(detail));
    const stream = await session.open();
    const body = randomBytes(5_000_000);
    stream.end(body);
    expect((await readAll(stream)).equals(body)).toBe(true);
  });

  it('accepts, carries 5 MB both ways and sees the half-close', async () => {
    const { session, peer } = meet(role);
    session.on('stream', (stream) => stream.pipe(stream));
    const body = randomBytes(5_000_000);
    expect((await talk(await peer.createStream(), body)).equals(body)).toBe(true);
  });

  it('carries 200 streams at once and forgets them all', async () => {
    const { session, peer } = meet(role);
    peer.addEventListener('stream', ({ detail }) => echoPeer(detail));
    const bodies = Array.from({ length: 200 }, async (_, i) => {
      const stream = await session.open();
      stream.end(Buffer.alloc(10_000, i));
      return (await readAll(stream)).equals(Buffer.alloc(10_000, i));
    });
    expect(await Promise.all(bodies)).not.toContain(false);
    await until(() => session.stats().streams === 0);
  });

  it('pings both ways, and is reset by and resets streams', async () => {
    const { session, peer } = meet(role);
    expect(await session.ping()).toBeGreaterThan(0);
    const accepted = new Promise<PeerStream>((resolve) => {
      peer.addEventListener('stream', ({ detail }) => resolve(detail), { once: true });
    });
    const stream = await session.open();
    const closed = once(stream, 'close').catch(() => undefined);
    (await accepted).abort(new Error('enough'));
    await closed;
    expect(stream.errored).toMatchObject({ code: 'ECONNRESET' });
  });
});
