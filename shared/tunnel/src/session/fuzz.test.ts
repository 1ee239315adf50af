import { afterAll, expect, it } from 'vitest';
import { FrameType } from '../yamux/frame.ts';
import type { RawStream } from '../streams/raw-stream.ts';
import type { TunnelStream } from '../streams/tunnel-stream.ts';
import { wireHeader, WirePeer } from '../testing/wire-peer.ts';

/** How long each fuzzer runs; a nightly run sets minutes. */
const FUZZ_MS = Number(process.env['TUNNEL_FUZZ_MS'] ?? 2_500);
const HEAP_GROWTH_MAX = 200 * 1024 * 1024;

/** Reproducible: the seed is printed when a run fails. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const seed = Number(process.env['TUNNEL_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const random = randomOf(seed);
let sessions = 0;
const endings = new Map<string, number>();

/** Bytes that are a frame more often than not, or they would never get past the first header. */
function hostileBytes(): Buffer {
  const kind = random(10);
  if (kind === 0) return Buffer.from(Array.from({ length: random(40) }, () => random(256)));
  const type = random(20) === 0 ? random(256) : random(4);
  const flags = random(20) === 0 ? random(65_536) : random(16);
  const ids = [0, 1, 2, 3, 4, 5, 0xfffffffe, 0xffffffff, random(2 ** 31)];
  const lengths = [0, 1, 11, 12, 13, 100, 65_536, 262_144, 262_145, 0xffffffff, random(2 ** 31)];
  const length = lengths[random(lengths.length)] ?? 0;
  const header = wireHeader(type, flags, ids[random(ids.length)] ?? 0, length);
  if (random(15) === 0) header[0] = random(3);
  const isComplete = type === FrameType.Data && random(4) > 0;
  return Buffer.concat([header, Buffer.alloc(isComplete ? Math.min(length, 300_000) : random(30))]);
}

function react(stream: TunnelStream): void {
  const reaction = random(5);
  if (reaction === 0) stream.pipe(stream);
  else if (reaction === 1) stream.resume();
  else if (reaction === 2) stream.destroy();
  else if (reaction === 3) stream.end('done');
}

function reactLean(stream: RawStream): void {
  const reaction = random(5);
  stream.listen({
    data(piece) {
      if (reaction === 0) stream.write(Buffer.from(piece));
      if (reaction === 1) stream.destroy();
      if (reaction === 2) stream.pause();
      return false;
    },
    end: () => stream.end(),
    drain() {},
    broken() {},
  });
  if (reaction !== 3) stream.resume();
  else stream.end();
}

async function attack(): Promise<void> {
  const peer = new WirePeer(random(2) === 0 ? 'client' : 'server', {
    streamsMax: 50,
    unreadBytesMax: 4_000_000,
  });
  sessions++;
  // Every other session takes its streams as relays do.
  if (random(2) === 0) peer.session.on('rawStream', reactLean);
  else peer.session.on('stream', react);
  for (let i = 0; i < random(4); i++)
    void peer.session.open().then(
      (stream) => stream.write('hi'),
      () => undefined,
    );
  for (let i = 0; i < 60 && !peer.session.closed; i++) {
    let bytes = hostileBytes();
    for (; bytes.length > 0;) {
      const cut = 1 + random(random(2) === 0 ? 13 : 300_000);
      peer.link.peer?.handlers?.transportData(bytes.subarray(0, cut));
      bytes = bytes.subarray(cut);
    }
    if (random(6) === 0) await peer.settled();
    expect(peer.session.stats().unreadBytes).toBeLessThanOrEqual(4_000_000 + 262_144);
    expect(peer.session.stats().unreadBytes).toBeGreaterThanOrEqual(0);
  }
  await peer.settled();
  const code = peer.session.stats().closed?.code ?? 'alive';
  endings.set(code, (endings.get(code) ?? 0) + 1);
  if (code === 'protocol') {
    expect(peer.frames.some((frame) => frame.type === FrameType.GoAway && frame.length === 1)).toBe(true);
  }
  peer.session.destroy();
  expect(peer.session.stats()).toMatchObject({ streams: 0, unreadBytes: 0 });
}

it(
  `survives ${FUZZ_MS} ms of hostile bytes (TUNNEL_FUZZ_SEED=${seed})`,
  { timeout: FUZZ_MS + 60_000 },
  async () => {
    const before = process.memoryUsage().heapUsed;
    const until = Date.now() + FUZZ_MS;
    while (Date.now() < until) await attack();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(HEAP_GROWTH_MAX);
    expect(sessions).toBeGreaterThan(10);
    expect(endings.get('protocol')).toBeGreaterThan(0);
  },
);

afterAll(() => {
  expect(
    [...endings.keys()].every((code) => ['alive', 'protocol', 'go-away', 'transport'].includes(code)),
  ).toBe(true);
});
