import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { Flag, FrameType, GoAwayCode, INITIAL_WINDOW_BYTES } from '../yamux/frame.ts';
import type { SessionOptions } from '../yamux/session-options.ts';
import { readAll, until } from '../testing/session-pair.ts';
import { WirePeer } from '../testing/wire-peer.ts';

const { Data, WindowUpdate, Ping, GoAway } = FrameType;
const { Syn, Ack, Fin, Rst } = Flag;

const peers: WirePeer[] = [];
function peerOf(role: 'client' | 'server', options: Partial<SessionOptions> = {}): WirePeer {
  const peer = new WirePeer(role, { keepAliveMs: 0, ...options });
  peers.push(peer);
  return peer;
}
afterEach(() => {
  for (const peer of peers.splice(0)) peer.session.destroy();
});

async function expectProtocolError(peer: WirePeer, message: RegExp): Promise<void> {
  await peer.see({ type: GoAway, id: 0, length: GoAwayCode.Protocol });
  expect(peer.session.stats().closed).toMatchObject({ code: 'protocol' });
  expect(peer.session.stats().closed?.message).toMatch(message);
  await until(() => peer.closed !== undefined);
  expect(peer.closed?.code).toBe(1002);
}

describe('header (spec.md "Framing")', () => {
  it('refuses any version but 0', async () => {
    const peer = peerOf('server');
    peer.raw(Buffer.from('01000001000000010000000000', 'hex').subarray(0, 12));
    await expectProtocolError(peer, /version 1/);
  });

  it('refuses an unknown type', async () => {
    const peer = peerOf('server');
    peer.say(4, 0, 0);
    await expectProtocolError(peer, /type 4/);
  });

  it('writes version 0, big-endian fields and a length without the header', async () => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    stream.write('hello');
    const data = await peer.see({ type: Data });
    expect(data).toMatchObject({ id: 1, flags: 0, length: 5 });
    expect(data.payload.toString()).toBe('hello');
  });
});

describe('stream ids (spec.md "StreamID Field")', () => {
  it.each([
    ['client', [1, 3, 5]],
    ['server', [2, 4, 6]],
  ] as const)('counts a %s’s streams %j', async (role, ids) => {
    const peer = peerOf(role);
    const streams = [await peer.session.open(), await peer.session.open(), await peer.session.open()];
    expect(streams.map((stream) => stream.id)).toEqual(ids);
    await peer.see({ type: WindowUpdate, flags: Syn, id: ids[2] });
  });

  it.each([
    ['server', 2],
    ['client', 1],
    ['server', 0],
  ] as const)('a %s refuses SYN for id %i, which is not the peer’s to open', async (role, id) => {
    const peer = peerOf(role);
    peer.say(WindowUpdate, Syn, id);
    await expectProtocolError(peer, /wrong side/);
  });

  it('refuses a second SYN for an open stream', async () => {
    const peer = peerOf('server');
    peer.session.on('stream', (stream) => stream.resume());
    peer.say(WindowUpdate, Syn, 1);
    peer.say(WindowUpdate, Syn, 1);
    await expectProtocolError(peer, /opened twice/);
  });

  it('takes SYNs out of order, as concurrent opens of hashicorp/yamux send them', async () => {
    const peer = peerOf('server');
    const ids: number[] = [];
    peer.session.on('stream', (stream) => ids.push(stream.id));
    for (const id of [5, 1, 3]) peer.say(WindowUpdate, Syn, id);
    await peer.see({ flags: Ack, id: 3 });
    expect(ids).toEqual([5, 1, 3]);
  });
});

describe('opening (spec.md "Opening a stream")', () => {
  it('accepts SYN on a window update and on data, and ACKs each exactly once', async () => {
    const peer = peerOf('server');
    const texts: Promise<Buffer>[] = [];
    peer.session.on('stream', (stream) => texts.push(readAll(stream)));
    peer.say(WindowUpdate, Syn, 1);
    peer.say(Data, Syn, 3, 'early');
    peer.say(Data, 0, 1, 'normal');
    peer.say(WindowUpdate, Fin, 1);
    peer.say(WindowUpdate, Fin, 3);
    await peer.settled();
    expect((await Promise.all(texts)).map(String)).toEqual(['normal', 'early']);
    for (const id of [1, 3]) expect(peer.of(id).filter((frame) => frame.flags & Ack)).toHaveLength(1);
  });

  it('sends data before the ACK has come', async () => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    stream.write('eager');
    expect((await peer.see({ type: Data, id: 1 })).payload.toString()).toBe('eager');
  });

  it('announces a larger start window with SYN and with ACK', async () => {
    const windowStartBytes = 1024 * 1024;
    const client = peerOf('client', { windowStartBytes });
    await client.session.open();
    const server = peerOf('server', { windowStartBytes });
    server.session.on('stream', () => undefined);
    server.say(WindowUpdate, Syn, 1);
    const length = windowStartBytes - INITIAL_WINDOW_BYTES;
    expect(await client.see({ flags: Syn })).toMatchObject({ length });
    expect(await server.see({ flags: Ack })).toMatchObject({ length });
  });

  it('keeps streams for a listener that comes late, and resets those beyond its backlog', async () => {
    const peer = peerOf('server', { acceptBacklog: 2 });
    for (const id of [1, 3, 5]) peer.say(Data, Syn | Fin, id, `stream ${id}`);
    await peer.see({ flags: Rst, id: 5 });
    const texts: Promise<Buffer>[] = [];
    peer.session.on('stream', (stream) => texts.push(readAll(stream)));
    await until(() => texts.length === 2);
    expect((await Promise.all(texts)).map(String)).toEqual(['stream 1', 'stream 3']);
  });
});

describe('closing (spec.md "Closing a stream")', () => {
  it('half-closes with one FIN behind the data, on a frame without payload', async () => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    stream.end('last words');
    await peer.see({ flags: Fin, id: 1 });
    stream.end();
    await peer.settled();
    expect(peer.of(1).map(({ type, flags, length }) => [type, flags, length])).toEqual([
      [WindowUpdate, Syn, 0],
      [Data, 0, 10],
      [WindowUpdate, Fin, 0],
    ]);
  });

  it.each(['a window update', 'an empty data frame', 'a data frame with payload'])(
    'takes FIN on %s',
    async (carrier) => {
      const peer = peerOf('client');
      const stream = await peer.session.open();
      if (carrier === 'a window update') peer.say(WindowUpdate, Ack | Fin, 1);
      else peer.say(Data, Ack | Fin, 1, carrier === 'an empty data frame' ? '' : 'bye');
      expect(String(await readAll(stream))).toBe(carrier.endsWith('payload') ? 'bye' : '');
      expect(stream.writable).toBe(true);
    },
  );

  it('ignores a second FIN and everything for a stream that is over', async () => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    stream.resume().end();
    peer.say(WindowUpdate, Ack | Fin, 1);
    await once(stream, 'close');
    for (const flags of [Fin, Rst, Ack, 0]) peer.say(WindowUpdate, flags, 1, 10);
    peer.say(Data, 0, 1, 'lost');
    await peer.settled();
    expect(peer.session.closed).toBe(false);
    expect(peer.session.stats()).toMatchObject({ streams: 0, strayFrames: 5 });
    expect(peer.of(1).filter((frame) => frame.flags & (Fin | Rst))).toHaveLength(1);
  });

  it('ends both directions on RST, with the error sockets have', async () => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    const failed = once(stream, 'error').catch((error: unknown) => [error]);
    peer.say(WindowUpdate, Rst, 1);
    const [error] = await failed;
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(peer.session.stats().streams).toBe(0);
  });

  it('sends RST when a stream is destroyed early, and nothing when both FINs have passed', async () => {
    const peer = peerOf('client');
    const early = await peer.session.open();
    early.destroy();
    await peer.see({ flags: Rst, id: 1 });
    const done = await peer.session.open();
    done.resume().end();
    peer.say(WindowUpdate, Ack | Fin, 3);
    await once(done, 'close');
    await peer.settled();
    expect(peer.of(3).some((frame) => frame.flags & Rst)).toBe(false);
  });

  it('resets a stream whose peer sends data behind its FIN', async () => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    peer.say(WindowUpdate, Ack | Fin, 1);
    peer.say(Data, 0, 1, 'more');
    await peer.see({ flags: Rst, id: 1 });
    expect(stream.destroyed).toBe(true);
    expect(peer.session.closed).toBe(false);
  });
});

describe('flow control (spec.md "Flow Control")', () => {
  it('sends no more than 256 KiB unasked, then exactly what is granted', async () => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    stream.write(Buffer.alloc(INITIAL_WINDOW_BYTES + 1000));
    const sent = () => peer.of(1).reduce((sum, frame) => sum + (frame.type === Data ? frame.length : 0), 0);
    await until(() => sent() === INITIAL_WINDOW_BYTES);
    await peer.settled();
    expect(sent()).toBe(INITIAL_WINDOW_BYTES);
    peer.say(WindowUpdate, Ack, 1, 400);
    await until(() => sent() === INITIAL_WINDOW_BYTES + 400);
    peer.say(WindowUpdate, 0, 1, 10_000);
    await until(() => sent() === INITIAL_WINDOW_BYTES + 1000);
    expect(peer.session.stats().windowStalls).toBe(2);
  });

  it('ends the session with go-away 1 when a peer exceeds its window by one byte', async () => {
    const peer = peerOf('server');
    peer.session.on('stream', () => undefined);
    peer.say(Data, Syn, 1, Buffer.alloc(INITIAL_WINDOW_BYTES));
    await peer.settled();
    expect(peer.session.closed).toBe(false);
    peer.say(Data, 0, 1, 'x');
    await expectProtocolError(peer, /1 bytes sent into a window of 0/);
  });

  it('stops at 2^32 - 1 when a peer grants more than a window can hold', async () => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    for (let i = 0; i < 3; i++) peer.say(WindowUpdate, Ack, 1, 0xffffffff);
    await peer.settled();
    stream.end('fine');
    await peer.see({ flags: Fin, id: 1 });
    expect(peer.session.closed).toBe(false);
  });

  it('sends no window update once the peer has sent FIN', async () => {
    const peer = peerOf('server');
    const accepted = once(peer.session, 'stream');
    peer.say(Data, Syn | Fin, 1, Buffer.alloc(200_000));
    const [stream] = await accepted;
    expect((await readAll(stream)).length).toBe(200_000);
    await peer.settled();
    expect(peer.of(1).filter((frame) => frame.length > 0)).toEqual([]);
  });
});

describe('ping and go-away (spec.md "Ping", "Go Away")', () => {
  it('answers a ping with its own value and ACK', async () => {
    const peer = peerOf('server');
    peer.say(Ping, Syn, 0, 0xdeadbeef);
    expect(await peer.see({ type: Ping })).toMatchObject({ flags: Ack, id: 0, length: 0xdeadbeef });
  });

  it('ignores an answer nobody waits for', async () => {
    const peer = peerOf('server');
    peer.say(Ping, Ack, 0, 99);
    await peer.settled();
    expect(peer.session.closed).toBe(false);
  });

  it('opens nothing after a normal go-away, while streams go on', async () => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    const told = once(peer.session, 'goAway');
    peer.say(GoAway, 0, 0, GoAwayCode.Normal);
    expect(await told).toEqual([0]);
    await expect(peer.session.open()).rejects.toMatchObject({ code: 'go-away' });
    peer.say(Data, Ack | Fin, 1, 'still here');
    expect(String(await readAll(stream))).toBe('still here');
    expect(peer.session.closed).toBe(false);
  });

  it.each([GoAwayCode.Protocol, GoAwayCode.Internal])('ends on go-away %i', async (code) => {
    const peer = peerOf('client');
    const stream = await peer.session.open();
    peer.say(GoAway, 0, 0, code);
    await until(() => peer.session.closed);
    expect(peer.session.stats().closed).toMatchObject({ code: 'go-away' });
    expect(stream.destroyed).toBe(true);
  });

  it('takes what the peer opened before it knew of the go-away, and answers RST to what it opens later', async () => {
    const peer = peerOf('server', { keepAliveMs: 0 });
    const taken: number[] = [];
    peer.session.on('stream', ({ id }) => taken.push(id));
    const known = peer.session.goAway();
    peer.say(WindowUpdate, Syn, 1);
    await peer.see({ type: GoAway, length: 0 });
    const { length } = await peer.see({ type: Ping, flags: Syn });
    peer.say(WindowUpdate, Syn, 3);
    peer.say(Ping, Ack, 0, length);
    await known;
    peer.say(WindowUpdate, Syn, 5);
    await peer.see({ flags: Rst, id: 5 });
    expect(taken).toEqual([1, 3]);
    expect(peer.session.stats().streamsRefused).toBe(1);
  });

  it('closes only when nothing the peer opened can be under way', async () => {
    const peer = peerOf('server', { keepAliveMs: 0 });
    peer.session.on('stream', (stream) => stream.end('served').resume());
    const closed = peer.session.close();
    const { length } = await peer.see({ type: Ping, flags: Syn });
    peer.say(WindowUpdate, Syn | Fin, 1);
    peer.say(Ping, Ack, 0, length);
    await closed;
    expect(peer.of(1).map(({ flags, payload }) => [flags, String(payload)])).toEqual([
      [Ack, ''],
      [0, 'served'],
      [Fin, ''],
    ]);
  });

  it('says go-away 2 when its owner destroys it with an error', async () => {
    const peer = peerOf('server');
    peer.session.destroy(new Error('out of luck'));
    await peer.see({ type: GoAway, length: GoAwayCode.Internal });
    expect(peer.session.stats().closed?.message).toBe('out of luck');
  });
});
