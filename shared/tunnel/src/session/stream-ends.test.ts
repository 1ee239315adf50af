import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { ByteListener } from '../streams/byte-stream.ts';
import type { RawStream } from '../streams/raw-stream.ts';
import { readAll, sessionPair, until } from '../testing/session-pair.ts';
import { WirePeer } from '../testing/wire-peer.ts';
import { Flag, FrameType } from '../yamux/frame.ts';
import type { Session } from './session.ts';

const sessions: Session[] = [];
function pair(...args: Parameters<typeof sessionPair>) {
  const made = sessionPair(...args);
  sessions.push(made.client, made.server);
  return made;
}
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

/** Records what a raw stream delivers; paused until `stream.resume()`. */
class Recorder implements ByteListener {
  readonly pieces: Buffer[] = [];
  readonly events: string[] = [];
  data(piece: Buffer): boolean {
    this.pieces.push(Buffer.from(piece));
    return false;
  }
  end(): void {
    this.events.push('end');
  }
  drain(): void {
    this.events.push('drain');
  }
  broken(): void {
    this.events.push('broken');
  }
}

const rawStream = async (session: Session) => (await once(session, 'rawStream'))[0] as RawStream;

describe('a stream that was ended and then destroyed', () => {
  it('delivers its last byte to a reader that comes later', async () => {
    const { client, server } = pair();
    const accepted = rawStream(server);
    const stream = await client.open();
    const sent = randomBytes(1_000_000);
    stream.on('finish', () => stream.destroy());
    stream.end(sent);
    const far = await accepted;
    const recorder = new Recorder();
    far.listen(recorder);
    await new Promise((resolve) => setImmediate(resolve));
    far.resume();
    await until(() => recorder.events.length > 0);
    expect(recorder.events).toEqual(['end']);
    expect(Buffer.concat(recorder.pieces).equals(sent)).toBe(true);
    far.end();
    await until(() => client.stats().streams + server.stats().streams === 0);
  });

  it('sends what waits for window before its RST, when its owner reads no more', async () => {
    const { client, server } = pair();
    const accepted = rawStream(server);
    const stream = await client.openRaw();
    const sent = randomBytes(1_000_000);
    stream.write(sent);
    stream.end();
    stream.destroy();
    const far = await accepted;
    const recorder = new Recorder();
    far.listen(recorder);
    far.resume();
    await until(() => recorder.events.includes('broken'));
    expect(recorder.events).toEqual(['end', 'broken']);
    expect(Buffer.concat(recorder.pieces).equals(sent)).toBe(true);
    expect(client.stats().streams + server.stats().streams).toBe(0);
  });

  it('delivers the same to a Duplex, whose end is a proper one', async () => {
    const { client, server } = pair();
    const accepted = once(server, 'stream');
    const stream = await client.openRaw();
    const sent = randomBytes(700_000);
    stream.write(sent);
    stream.end();
    stream.destroy();
    const [far] = await accepted;
    expect((await readAll(far)).equals(sent)).toBe(true);
    if (!far.closed) await once(far, 'close');
  });

  it('gets RST when it goes on sending to an owner that is gone', async () => {
    const { client, server } = pair();
    const accepted = rawStream(server);
    const stream = await client.open();
    stream.end('done');
    await once(stream, 'finish');
    stream.destroy();
    const far = await accepted;
    const recorder = new Recorder();
    far.listen(recorder);
    far.resume();
    far.write(Buffer.from('more'));
    await until(() => recorder.events.includes('broken'));
    expect(recorder.events).toEqual(['end', 'broken']);
  });

  it('is reset when the peer never ends its half, within its bound', async () => {
    const { client, server } = pair({ streamLingerMs: 40 });
    const accepted = rawStream(server);
    const stream = await client.open();
    stream.end('done');
    await once(stream, 'finish');
    stream.destroy();
    (await accepted).listen(new Recorder());
    await until(() => client.stats().streams === 0);
    expect(client.stats().resets).toBe(1);
  });
});

describe('a cut', () => {
  it('is seen as a cut, also after resume', async () => {
    const { client, server } = pair();
    const accepted = rawStream(server);
    const stream = await client.openRaw();
    stream.write(randomBytes(100_000));
    const far = await accepted;
    const recorder = new Recorder();
    far.listen(recorder);
    await until(() => server.stats().unreadBytes === 100_000);
    stream.destroy();
    await until(() => recorder.events.length > 0);
    far.resume();
    expect(recorder.events).toEqual(['broken']);
  });

  it('follows whole input when the peer takes no more', async () => {
    const peer = new WirePeer('server');
    sessions.push(peer.session);
    const accepted = rawStream(peer.session);
    peer.say(FrameType.Data, Flag.Syn, 1, 'all of it');
    peer.say(FrameType.WindowUpdate, Flag.Fin, 1);
    peer.say(FrameType.WindowUpdate, Flag.Rst, 1);
    await peer.settled();
    const far = await accepted;
    const recorder = new Recorder();
    far.listen(recorder);
    expect(far.isBroken).toBe(true);
    far.resume();
    expect(recorder.events).toEqual(['end', 'broken']);
    expect(String(Buffer.concat(recorder.pieces))).toBe('all of it');
    far.resume();
    expect(recorder.events).toHaveLength(2);
  });
});

describe('a stream whose peer reads nothing', () => {
  it('is reset after its bound, and one that is read slowly is not', async () => {
    const { client, server } = pair({ streamStallTimeoutMs: 80 });
    const far: RawStream[] = [];
    server.on('rawStream', (stream) => far.push(stream));
    const stuck = await client.openRaw();
    const slow = await client.openRaw();
    const [stuckRecorder, slowRecorder] = [new Recorder(), new Recorder()];
    stuck.listen(stuckRecorder);
    slow.listen(slowRecorder);
    for (const stream of [stuck, slow]) stream.write(Buffer.alloc(2_000_000));
    await until(() => far.length === 2);
    const reader = new Recorder();
    far[1]?.listen(reader);
    const step = setInterval(() => {
      far[1]?.resume();
      far[1]?.pause();
    }, 10);
    await until(() => stuckRecorder.events.includes('broken'));
    clearInterval(step);
    expect(slowRecorder.events).not.toContain('broken');
  });
});

describe('a listener that throws', () => {
  it('costs its own stream, and the session goes on', async () => {
    const { client, server } = pair();
    const errors: unknown[] = [];
    server.on('listenerError', (error) => errors.push(error));
    server.on('rawStream', (stream) => {
      const echo = new Recorder();
      echo.data = (piece) => {
        if (piece.toString() === 'bad') throw new Error('a fault of the listener');
        stream.write(Buffer.from(piece));
        return false;
      };
      stream.listen(echo);
      stream.resume();
    });
    const [bad, good] = [await client.openRaw(), await client.openRaw()];
    const [badRecorder, goodRecorder] = [new Recorder(), new Recorder()];
    bad.listen(badRecorder);
    good.listen(goodRecorder);
    good.resume();
    bad.write(Buffer.from('bad'));
    good.write(Buffer.from('good'));
    await until(() => badRecorder.events.length > 0 && goodRecorder.pieces.length > 0);
    expect(badRecorder.events).toEqual(['broken']);
    expect(String(goodRecorder.pieces[0])).toBe('good');
    expect(errors).toEqual([expect.objectContaining({ message: 'a fault of the listener' })]);
  });
});
