import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { ByteListener } from './byte-stream.ts';
import { Flag, FrameType } from '../yamux/frame.ts';
import type { RawStream } from './raw-stream.ts';
import type { Session } from '../session/session.ts';
import { echo, readAll, sessionPair, until } from '../testing/session-pair.ts';
import { WirePeer } from '../testing/wire-peer.ts';

const sessions: Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

function pair(...args: Parameters<typeof sessionPair>) {
  const made = sessionPair(...args);
  sessions.push(made.client, made.server);
  return made;
}

/** Hears everything and keeps a copy of it. */
class Recorder implements ByteListener {
  readonly pieces: Buffer[] = [];
  readonly events: string[] = [];
  onData: (piece: Buffer) => void = () => undefined;

  get text(): string {
    return Buffer.concat(this.pieces).toString();
  }
  data(piece: Buffer): boolean {
    this.pieces.push(Buffer.from(piece));
    this.onData(piece);
    return false;
  }
  end(): void {
    this.events.push('end');
  }
  drain(): void {
    this.events.push('drain');
  }
  broken(error: Error): void {
    this.events.push(error.message);
  }
}

function listenTo(stream: RawStream): Recorder {
  const recorder = new Recorder();
  stream.listen(recorder);
  stream.resume();
  return recorder;
}

describe('RawStream', () => {
  it('carries bytes both ways, cut anywhere, and half-closes', async () => {
    const { client, server } = pair({}, { cut: () => 1_000 });
    echo(server);
    const stream = await client.openRaw();
    const recorder = listenTo(stream);
    const sent = randomBytes(2_000_000);
    stream.write(sent);
    stream.end();
    await until(() => recorder.events.includes('end'));
    expect(Buffer.concat(recorder.pieces).equals(sent)).toBe(true);
    await until(() => client.stats().streams === 0 && server.stats().streams === 0);
  });

  it('delivers nothing before it is resumed, then all of it and the end, once', async () => {
    const { client, server } = pair();
    const accepted = once(server, 'rawStream') as Promise<[RawStream]>;
    const near = await client.open();
    near.end('early');
    const [far] = await accepted;
    const recorder = new Recorder();
    far.listen(recorder);
    await until(() => server.stats().unreadBytes === 5);
    expect(recorder.text).toBe('');
    far.resume();
    expect([recorder.text, recorder.events]).toEqual(['early', ['end']]);
    far.pause();
    far.resume();
    expect(recorder.events).toEqual(['end']);
  });

  it('pauses within a piece, gives the rest of it back, and goes on with another listener', async () => {
    const { client, server } = pair();
    const accepted = once(server, 'rawStream') as Promise<[RawStream]>;
    const near = await client.open();
    near.write('headbody');
    const [far] = await accepted;
    const first = new Recorder();
    first.onData = (piece) => {
      far.pause();
      far.unshift(piece.subarray(4));
    };
    far.listen(first);
    far.resume();
    await until(() => first.pieces.length === 1);
    near.end(', more');
    await until(() => server.stats().unreadBytes === 10);
    expect(listenTo(far).text).toBe('body, more');
  });

  it('is credited for what its listener took and not for what waits', async () => {
    const peer = new WirePeer('server');
    sessions.push(peer.session);
    const accepted = once(peer.session, 'rawStream') as Promise<[RawStream]>;
    peer.say(FrameType.Data, Flag.Syn, 1, Buffer.alloc(200_000));
    const [stream] = await accepted;
    await peer.settled();
    const updates = () => peer.of(1).filter(({ flags, length }) => flags === 0 && length > 0);
    expect(updates()).toEqual([]);
    listenTo(stream);
    await peer.settled();
    expect(updates().map(({ length }) => length)).toEqual([expect.any(Number)]);
  });

  it('says when a writer should wait, and when it may go on', async () => {
    const { client, server } = pair();
    const accepted = once(server, 'rawStream') as Promise<[RawStream]>;
    const stream = await client.openRaw();
    const recorder = listenTo(stream);
    expect(stream.write(Buffer.alloc(300_000))).toBe(true);
    expect(stream.heldBytes).toBe(300_000 - 262_144);
    expect(stream.write(Buffer.alloc(300_000))).toBe(false);
    expect([stream.needsDrain, recorder.events]).toEqual([true, []]);
    listenTo((await accepted)[0]);
    await until(() => recorder.events.includes('drain'));
    expect([stream.heldBytes, stream.needsDrain]).toEqual([0, false]);
  });

  it('hears of a reset at once, or when it listens later; after its own end of things nothing', async () => {
    const { client, server } = pair();
    const streams: RawStream[] = [];
    server.on('rawStream', (stream) => streams.push(stream));
    const near = [await client.open(), await client.open(), await client.open()];
    await until(() => streams.length === 3);
    const [listening, late, own] = streams as [RawStream, RawStream, RawStream];
    const heard = listenTo(listening);
    const silent = listenTo(own);
    own.destroy();
    for (const stream of near) stream.destroy();
    await until(() => heard.events.length > 0 && late.isBroken);
    expect(heard.events).toEqual(['The peer reset the stream.']);
    expect(listenTo(late).events).toEqual(heard.events);
    expect(silent.events).toEqual([]);
  });

  it('becomes a Duplex with all it has received, written and heard', async () => {
    const { client, server } = pair();
    const accepted = once(server, 'rawStream') as Promise<[RawStream]>;
    const near = await client.open();
    near.end('question');
    const [far] = await accepted;
    far.write(Buffer.from('prompt '));
    await until(() => server.stats().unreadBytes === 8);
    const duplex = far.toDuplex();
    expect(String(await readAll(duplex))).toBe('question');
    duplex.end('answer');
    expect(String(await readAll(near))).toBe('prompt answer');
    await until(() => client.stats().streams === 0 && server.stats().streams === 0);
  });

  it('becomes a broken Duplex if it was reset', async () => {
    const { client, server } = pair();
    const accepted = once(server, 'rawStream') as Promise<[RawStream]>;
    const near = await client.open();
    const [far] = await accepted;
    near.destroy();
    await until(() => far.isBroken);
    await expect(once(far.toDuplex(), 'close')).rejects.toThrow('reset');
  });
});
