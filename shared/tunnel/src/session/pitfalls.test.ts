import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Flag, FrameType, GoAwayCode, INITIAL_WINDOW_BYTES } from '../yamux/frame.ts';
import { ReceiveWindow } from '../yamux/receive-window.ts';
import type { Session } from './session.ts';
import type { SessionOptions } from '../yamux/session-options.ts';
import { echo, readAll, sessionPair, until } from '../testing/session-pair.ts';
import type { TunnelStream } from '../streams/tunnel-stream.ts';
import { WirePeer } from '../testing/wire-peer.ts';

const { Data, WindowUpdate, Ping, GoAway } = FrameType;
const { Syn, Ack, Fin, Rst } = Flag;

const sessions: Session[] = [];
function pair(...args: Parameters<typeof sessionPair>) {
  const made = sessionPair(...args);
  sessions.push(made.client, made.server);
  return made;
}
function peerOf(role: 'client' | 'server', options: Partial<SessionOptions> = {}): WirePeer {
  const peer = new WirePeer(role, { keepAliveMs: 0, ...options });
  sessions.push(peer.session);
  return peer;
}
afterEach(() => {
  vi.useRealTimers();
  for (const session of sessions.splice(0)) session.destroy();
});

function fakeClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}

const updates = (peer: WirePeer) =>
  peer.of(1).filter((frame) => frame.type === WindowUpdate && frame.length > 0);

describe('windows', () => {
  it('3: a paused reader is not credited; reading on resumes the sender', async () => {
    const peer = peerOf('server', { windowMaxBytes: INITIAL_WINDOW_BYTES });
    const accepted = once(peer.session, 'stream');
    peer.say(Data, Syn, 1, Buffer.alloc(INITIAL_WINDOW_BYTES));
    const [stream] = await accepted;
    await peer.settled();
    expect(updates(peer)).toEqual([]);
    stream.read(1);
    await peer.settled();
    expect(updates(peer)).toEqual([]);
    stream.resume();
    await until(() => updates(peer).length > 0);
    await peer.settled();
    const granted = updates(peer).reduce((sum, frame) => sum + frame.length, 0);
    expect(granted).toBe(INITIAL_WINDOW_BYTES);
  });

  it('4: uses a window above 256 KiB that the peer announces with SYN or ACK', async () => {
    const sent = (peer: WirePeer) =>
      peer.of(1).reduce((sum, { type, length }) => sum + (type === Data ? length : 0), 0);
    const client = peerOf('client');
    client.session.open().then((stream) => stream.write(Buffer.alloc(2_000_000)), expect.unreachable);
    client.say(WindowUpdate, Ack, 1, 1_000_000);
    await until(() => sent(client) === INITIAL_WINDOW_BYTES + 1_000_000);
    const server = peerOf('server');
    server.session.on('stream', (stream) => stream.write(Buffer.alloc(2_000_000)));
    server.say(WindowUpdate, Syn, 1, 500_000);
    await until(() => sent(server) === INITIAL_WINDOW_BYTES + 500_000);
  });

  it('11: grows to the maximum in doublings while the window is the limit, at any round trip', () => {
    for (const rttMs of [0.2, 20, 200]) {
      let now = 0;
      const budget = { maxBytes: 16 << 20, growthLeftBytes: 64 << 20, rttMs, now: () => now };
      const window = new ReceiveWindow(INITIAL_WINDOW_BYTES, budget);
      for (let trips = 0; trips < 20; trips++) {
        // What the window allows arrives once per round trip and is read at once, in frames.
        now += rttMs;
        for (let left = window.availableBytes; left > 0; left -= 65_536) {
          window.receive(Math.min(left, 65_536));
          window.consume(Math.min(left, 65_536));
        }
      }
      expect(window.sizeBytes).toBe(16 << 20);
    }
  });

  it('11: does not grow for a reader that is slow, nor because a stream rested', () => {
    let now = 0;
    const budget = { maxBytes: 16 << 20, growthLeftBytes: 64 << 20, rttMs: 10, now: () => now };
    const window = new ReceiveWindow(INITIAL_WINDOW_BYTES, budget);
    for (let i = 0; i < 100; i++) {
      window.receive(65_536);
      now += 1_000;
      window.consume(65_536);
    }
    expect(window.sizeBytes).toBe(INITIAL_WINDOW_BYTES);
  });

  it('11: reaches 1 MiB where a busy machine, not the path, delays updates, and no more', () => {
    let now = 0;
    const budget = { maxBytes: 16 << 20, growthLeftBytes: 64 << 20, rttMs: 0.2, now: () => now };
    const window = new ReceiveWindow(INITIAL_WINDOW_BYTES, budget);
    for (let i = 0; i < 400; i++) {
      window.receive(65_536);
      now += 10;
      window.consume(65_536);
    }
    expect(window.sizeBytes).toBe(1 << 20);
  });

  it('11: credits a large window long before half of it is used', () => {
    const budget = { maxBytes: 16 << 20, growthLeftBytes: 0, rttMs: 50, now: () => 0 };
    const window = new ReceiveWindow(16 << 20, budget);
    window.announce();
    window.receive(1 << 20);
    expect(window.consume(1 << 20)).toBe(1 << 20);
  });

  it('12: growth ends with the session’s budget, and comes back when streams end', async () => {
    const windowGrowthBytes = 1 << 20;
    const { client, server } = pair({ windowGrowthBytes });
    echo(server);
    await client.ping();
    await server.ping();
    for (let round = 0; round < 3; round++) {
      const streams = await Promise.all(Array.from({ length: 20 }, () => client.open()));
      const bodies = streams.map((stream) => {
        stream.end(Buffer.alloc(3_000_000, round));
        return readAll(stream);
      });
      for (const body of await Promise.all(bodies)) expect(body.length).toBe(3_000_000);
    }
    await until(() => client.stats().streams === 0 && server.stats().streams === 0);
  });
});

describe('frames', () => {
  it('5: survives empty data, FIN alone and RST in the middle of a body', async () => {
    const peer = peerOf('server');
    const ends: string[] = [];
    peer.session.on('stream', (stream) => {
      stream.on('end', () => ends.push(`end ${stream.id}`));
      stream.on('error', () => ends.push(`error ${stream.id}`));
      stream.resume();
    });
    peer.say(Data, Syn, 1, '');
    peer.say(Data, 0, 1, '');
    peer.say(Data, Fin, 1, '');
    peer.say(WindowUpdate, Syn | Fin, 3);
    peer.say(Data, Syn, 5, Buffer.alloc(1000));
    peer.say(Data, Rst, 5, 'rest');
    await until(() => ends.length === 3);
    expect(ends.toSorted()).toEqual(['end 1', 'end 3', 'error 5']);
    expect(peer.session.closed).toBe(false);
  });

  it('17: everything written in one turn of the event loop leaves as one message', async () => {
    const { client, server, near } = pair({ keepAliveMs: 0 });
    server.on('stream', (stream) => stream.resume());
    const streams = await Promise.all(Array.from({ length: 50 }, () => client.open()));
    await until(() => server.stats().streams === 50);
    const before = near.sentBatches.length;
    for (const stream of streams) {
      stream.write('one');
      stream.write('two');
    }
    await until(() => near.sentBatches.length > before);
    expect(near.sentBatches.length).toBe(before + 1);
    expect(near.sentBatches.at(-1)?.length).toBe(50 * (12 + 6));
  });
});

describe('streams', () => {
  it('6: answers opens beyond its limit with RST and lives on', async () => {
    const { client, server } = pair({ streamsMax: 10 });
    server.on('stream', (stream) => stream.resume().on('end', () => stream.end()));
    const streams = await Promise.all(Array.from({ length: 30 }, () => client.open()));
    await until(() => streams.filter((stream) => stream.destroyed).length === 20);
    expect(server.stats()).toMatchObject({ streams: 10, streamsRefused: 20, closed: undefined });
    for (const stream of streams) stream.resume().end();
    await until(() => server.stats().streams === 0);
    expect(String(await client.ping())).not.toBe('');
  });

  it('6: never has more than 256 opens without ACK, and continues as ACKs come', async () => {
    const peer = peerOf('client');
    const opened: number[] = [];
    for (let i = 0; i < 300; i++) peer.session.open().then(({ id }) => opened.push(id), expect.unreachable);
    await peer.settled();
    expect(opened).toHaveLength(256);
    expect(peer.frames.filter((frame) => frame.flags & Syn)).toHaveLength(256);
    peer.say(WindowUpdate, Ack, 1);
    peer.say(WindowUpdate, Rst, 3);
    peer.say(Data, Ack, 5, 'x');
    await until(() => opened.length === 259);
    await peer.settled();
    expect(opened.at(-1)).toBe(2 * 259 - 1);
  });

  it('6: closes when a peer never acknowledges a stream', async () => {
    fakeClock();
    const peer = peerOf('client', { silenceTimeoutMs: 200_000 });
    await peer.session.open();
    vi.advanceTimersByTime(74_000);
    expect(peer.session.closed).toBe(false);
    vi.advanceTimersByTime(2_000);
    expect(peer.session.stats().closed).toMatchObject({ code: 'open-timeout' });
  });

  it('10: asks for a successor, once, when half of either side’s ids are used', async () => {
    const half = peerOf('client', { firstStreamId: 2 ** 31 - 3 });
    let rotations = 0;
    half.session.on('rotate', () => rotations++);
    half.session.on('stream', () => undefined);
    await half.session.open();
    half.say(WindowUpdate, Syn, 2 ** 31 - 2);
    await half.settled();
    expect(rotations).toBe(0);
    await half.session.open();
    await half.session.open();
    half.say(WindowUpdate, Syn, 2 ** 31);
    await half.settled();
    expect(rotations).toBe(1);
    const theirs = peerOf('client');
    const told = once(theirs.session, 'rotate');
    theirs.session.on('stream', () => undefined);
    theirs.say(WindowUpdate, Syn, 2 ** 31 + 4);
    await told;
  });

  it('10: refuses to open when no id is left', async () => {
    const last = peerOf('client', { firstStreamId: 2 ** 32 - 1 });
    expect((await last.session.open()).id).toBe(2 ** 32 - 1);
    await last.see({ flags: Syn, id: 2 ** 32 - 1 });
    await expect(last.session.open()).rejects.toMatchObject({ code: 'ids-exhausted' });
  });

  it('13: 5,000 streams, ended in every way, leave nothing behind', async () => {
    const { client, server } = pair();
    server.on('stream', (stream) => {
      stream.on('data', (chunk: Buffer) => {
        if (chunk[0] === 1) stream.destroy();
        else stream.end(chunk);
      });
    });
    for (let round = 0; round < 50; round++) {
      const streams = await Promise.all(Array.from({ length: 100 }, () => client.open()));
      const closed = streams.map((stream) => once(stream, 'close').catch(() => undefined));
      for (const [i, stream] of streams.entries()) {
        stream.resume().write(Buffer.from([i % 3]));
        if (i % 3 === 2) stream.destroy();
        else stream.end();
      }
      await Promise.all(closed);
    }
    await until(() => server.stats().streams === 0);
    expect(client.stats()).toMatchObject({ streams: 0, unreadBytes: 0, streamsOpened: 5000 });
    expect(server.stats().unreadBytes).toBe(0);
  });
});

describe('liveness', () => {
  it('8: a peer that takes no byte ends the session after the write timeout', async () => {
    fakeClock();
    const { client, near, far } = pair({ writeTimeoutMs: 10_000 });
    near.isBlackHole = true;
    const stream = await client.open();
    stream.write(Buffer.alloc(100_000));
    await new Promise((resolve) => setImmediate(resolve));
    for (let second = 0; second < 11; second++) {
      vi.advanceTimersByTime(1_000);
      near.handlers?.transportData(Buffer.from('000200010000000000000000', 'hex'));
    }
    expect(client.stats().closed).toMatchObject({ code: 'write-timeout' });
    expect(stream.destroyed).toBe(true);
    expect(far.sentBatches.length).toBeGreaterThan(0);
  });

  it('14: a silent peer ends the session at 15 s although pings go unanswered unnoticed', async () => {
    fakeClock();
    const { client, server, near, far } = pair();
    await client.ping();
    near.isBlackHole = true;
    far.isBlackHole = true;
    const started = performance.now();
    while (!client.closed || !server.closed) {
      vi.advanceTimersByTime(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(client.stats().closed).toMatchObject({ code: 'silent' });
    expect(performance.now() - started).toBeLessThanOrEqual(15_100);
  });

  it('14: keep-alive pings keep an idle session alive', async () => {
    fakeClock();
    const { client, server } = pair();
    for (let second = 0; second < 60; second++) {
      vi.advanceTimersByTime(1_000);
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(client.closed || server.closed).toBe(false);
    expect(client.stats().rttMs).toBeDefined();
  });

  it('14: a process that stood still looks at what has come before it judges', async () => {
    fakeClock();
    const { client } = pair();
    await client.ping();
    vi.setSystemTime(Date.now());
    const heard = performance.now();
    vi.spyOn(performance, 'now').mockReturnValue(heard + 60_000);
    vi.runOnlyPendingTimers();
    vi.restoreAllMocks();
    expect(client.closed).toBe(false);
  });

  it('16: a slow link is no dead link: progress within the write timeout is enough', async () => {
    fakeClock();
    const { client, near } = pair({
      writeTimeoutMs: 10_000,
      silenceTimeoutMs: 1e6,
      openTimeoutMs: 1e6,
      keepAliveMs: 0,
    });
    const sent: (() => void)[] = [];
    vi.spyOn(near, 'send').mockImplementation((_bytes, done) => void sent.push(done));
    const stream = await client.open();
    stream.write(Buffer.alloc(200_000));
    for (let step = 0; step < 10; step++) {
      await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(9_000);
      sent.shift()?.();
      stream.write('x');
    }
    expect(client.closed).toBe(false);
    vi.restoreAllMocks();
  });
});

describe('fairness', () => {
  it('9: both sides keep reading while both are blocked in writing', async () => {
    const { client, server } = pair({}, { congestedBytes: 64 * 1024 });
    const body = Buffer.alloc(4_000_000, 'b');
    const results: Promise<Buffer>[] = [];
    const talk = (stream: TunnelStream) => {
      stream.end(body);
      results.push(readAll(stream));
    };
    client.on('stream', talk);
    server.on('stream', talk);
    for (let i = 0; i < 5; i++) {
      talk(await client.open());
      talk(await server.open());
    }
    await until(() => results.length === 20);
    for (const result of await Promise.all(results)) expect(result.equals(body)).toBe(true);
  });

  it('15: a reader that stops does not hold up the other streams', async () => {
    const { client, server } = pair();
    server.on('stream', (stream) => {
      if (stream.id === 1) stream.pause();
      else stream.pipe(stream);
    });
    const stuck = await client.open();
    stuck.write(Buffer.alloc(1_000_000));
    const stream = await client.open();
    stream.end(Buffer.alloc(5_000_000, 'f'));
    expect((await readAll(stream)).length).toBe(5_000_000);
    expect(server.stats().unreadBytes).toBe(INITIAL_WINDOW_BYTES);
  });

  it('15: streams that compete take turns frame by frame', async () => {
    const { client, server } = pair({ turnBytesMax: 16 * 1024 }, { congestedBytes: 1 });
    const received = new Map<number, number>();
    server.on('stream', (stream) =>
      stream.on('data', (chunk: Buffer) =>
        received.set(stream.id, (received.get(stream.id) ?? 0) + chunk.length),
      ),
    );
    const streams = await Promise.all(Array.from({ length: 20 }, () => client.open()));
    for (const stream of streams) stream.write(Buffer.alloc(2_000_000));
    await until(() => [...received.values()].some((bytes) => bytes > 1_500_000));
    const shares = [...received.values()];
    expect(shares).toHaveLength(20);
    expect(Math.min(...shares) / Math.max(...shares)).toBeGreaterThan(0.6);
  });

  it('18: pings are answered while data saturates both directions', async () => {
    const { client, server } = pair({}, { congestedBytes: 256 * 1024 });
    echo(server);
    const stream = await client.open();
    stream.resume();
    const pump = () => {
      for (let i = 0; i < 100; i++) if (!stream.write(Buffer.alloc(65_536))) return;
    };
    stream.on('drain', pump);
    pump();
    for (let i = 0; i < 20; i++) expect(await client.ping()).toBeLessThan(5_000);
    stream.off('drain', pump);
  });
});

describe('hostile peers', () => {
  it('a flood of pings that nobody reads the answers of ends the session, in bounded memory', async () => {
    const peer = peerOf('server');
    vi.spyOn(peer.link.peer!, 'isCongested', 'get').mockReturnValue(true);
    const ping = Buffer.from('000200010000000000000001', 'hex');
    const flood = Buffer.concat(Array.from({ length: 90_000 }, () => ping));
    peer.raw(flood);
    await until(() => peer.session.closed);
    expect(peer.session.stats().closed).toMatchObject({ code: 'peer-not-reading' });
    vi.restoreAllMocks();
  });

  it('unread bytes of all streams stay below the session’s limit: the slowest reader is reset', async () => {
    const peer = peerOf('server', { unreadBytesMax: 1_000_000 });
    const errors: number[] = [];
    peer.session.on('stream', (stream) => stream.on('error', () => errors.push(stream.id)));
    peer.say(Data, Syn, 1, Buffer.alloc(INITIAL_WINDOW_BYTES));
    for (let id = 3; id < 23; id += 2) peer.say(Data, Syn, id, Buffer.alloc(100_000));
    await until(() => errors.length > 0);
    await peer.settled();
    expect(errors[0]).toBe(1);
    expect(peer.session.stats().unreadBytes).toBeLessThanOrEqual(1_000_000);
    expect(peer.session.closed).toBe(false);
  });

  it('one byte per frame costs a stream little more than its bytes', async () => {
    const peer = peerOf('server');
    peer.session.on('stream', () => undefined);
    peer.say(WindowUpdate, Syn, 1);
    const frames = Buffer.concat(
      Array.from({ length: 20_000 }, () => Buffer.from('00000000000000010000000141', 'hex')),
    );
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 10; i++) {
      peer.raw(frames);
      await peer.settled();
    }
    peer.link.sentBatches.length = 0;
    expect(peer.session.stats().unreadBytes).toBe(200_000);
    globalThis.gc?.();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000);
  });

  it('text and go-away codes that do not exist end the session without a crash', async () => {
    const peer = peerOf('server');
    peer.say(GoAway, 0, 0, 77);
    await until(() => peer.session.closed);
    expect(peer.session.stats().closed).toMatchObject({ code: 'go-away' });
    expect(
      peer.frames.filter((frame) => frame.type === Ping && frame.length === GoAwayCode.Protocol),
    ).toEqual([]);
  });
});
