import { array, assert, constantFrom, nat, property, record, type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Channel, ChannelHandler } from './channel.ts';
import { Multiplexer } from './multiplexer.ts';
import { resolveSessionOptions } from './session-options.ts';
import { slabPool } from './slab-pool.ts';

/** How long scripts are tried; a nightly run sets minutes. */
const PROPERTY_MS = Number(process.env['TUNNEL_PROPERTY_MS'] ?? 4_000);

/** Every stream's bytes follow from their position, so that loss, order and mixing show at once. */
function pattern(id: number, fromClient: boolean, from: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let i = 0; i < bytes; i++) buffer[i] = (from + i) * 31 + id + (fromClient ? 7 : 0);
  return buffer;
}

class End implements ChannelHandler {
  readonly channel: Channel;
  readonly isClient: boolean;
  sent = 0;
  received = 0;
  unread = 0;
  isReset = false;
  /** By this side, not by the other. */
  isOwnReset = false;
  hasEnded = false;
  isPeerEnded = false;

  constructor(channel: Channel, isClient: boolean) {
    this.channel = channel;
    this.isClient = isClient;
    channel.handler = this;
  }

  channelData(piece: Buffer): boolean {
    expect(this.isPeerEnded).toBe(false);
    expect(piece.equals(pattern(this.channel.id, !this.isClient, this.received, piece.length))).toBe(true);
    this.received += piece.length;
    this.unread += piece.length;
    return false;
  }
  channelEnd(): void {
    expect(this.isPeerEnded).toBe(false);
    this.isPeerEnded = true;
  }
  channelDrain(): void {
    expect(this.channel.pendingBytes).toBe(0);
  }
  channelStopped(): void {
    expect(this.isPeerEnded).toBe(true);
    this.isReset = true;
  }
  channelReset(): void {
    this.isReset = true;
  }

  write(bytes: number): void {
    if (this.hasEnded || this.isReset) return;
    this.channel.write(pattern(this.channel.id, this.isClient, this.sent, bytes));
    this.sent += bytes;
  }
  consume(bytes: number): void {
    const taken = Math.min(bytes, this.unread);
    this.unread -= taken;
    this.channel.consume(taken);
  }
  finish(): void {
    if (this.isReset) return;
    this.hasEnded = true;
    this.channel.end();
  }
  reset(how: 'abandon' | 'close'): void {
    if (!this.isReset) this.isOwnReset = true;
    this.isReset = true;
    this.channel[how]();
  }
}

class Side {
  readonly ends = new Map<number, End>();
  readonly mux: Multiplexer;
  readonly isClient: boolean;
  /** Bytes that have left and not arrived. */
  wire = Buffer.alloc(0);

  constructor(isClient: boolean, clock: () => number) {
    this.isClient = isClient;
    const options = resolveSessionOptions({
      turnBytesMax: 5_000,
      windowMaxBytes: 1 << 20,
      windowGrowthBytes: 2 << 20,
    });
    const events = {
      muxChannel: (channel: Channel) => void this.ends.set(channel.id, new End(channel, isClient)),
      muxOutput: () => undefined,
      muxPong: () => undefined,
      muxGoAway: () => expect.unreachable(),
      muxStreamsChanged: () => undefined,
      muxRotate: () => expect.unreachable(),
      muxListenerError: (error: unknown) => {
        throw error;
      },
      muxFailure: (error: Error) => expect.unreachable(error.message),
    };
    this.mux = new Multiplexer(isClient ? 'client' : 'server', options, events, clock);
    this.mux.rttMs = 5;
  }

  open(): void {
    if (!this.mux.hasOpenSlot) return;
    const channel = this.mux.open();
    this.ends.set(channel.id, new End(channel, this.isClient));
  }

  /** Lets one batch leave, and `bytes` bytes of what has left arrive in pieces of `cut`. */
  deliver(to: Side, bytes: number, cut: number): void {
    this.mux.pump();
    const batch = this.mux.take();
    if (batch) {
      this.wire = Buffer.concat([this.wire, batch.slab.subarray(batch.start, batch.end)]);
      slabPool.release(batch.slab);
    }
    const arriving = this.wire.subarray(0, bytes);
    this.wire = this.wire.subarray(arriving.length);
    for (let at = 0; at < arriving.length; at += cut) to.mux.receive(arriving.subarray(at, at + cut));
  }
}

const operation = constantFrom(
  'open',
  'write',
  'write',
  'end',
  'abandon',
  'close',
  'consume',
  'deliver',
  'deliver',
  'deliver',
);
const steps: Arbitrary<{ what: string; fromClient: boolean; pick: number; size: number }[]> = array(
  record({
    what: operation,
    fromClient: constantFrom(true, false),
    pick: nat(1_000),
    size: constantFrom(1, 11, 12, 13, 700, 5_000, 60_000, 300_000),
  }),
  { minLength: 20, maxLength: 150 },
);

function run(script: { what: string; fromClient: boolean; pick: number; size: number }[], cut: number): void {
  let now = 0;
  const client = new Side(true, () => now);
  const server = new Side(false, () => now);
  for (const { what, fromClient, pick, size } of script) {
    now += 1;
    const [side, other] = fromClient ? [client, server] : [server, client];
    const ends = [...side.ends.values()];
    const end = ends[pick % Math.max(1, ends.length)];
    if (what === 'open') side.open();
    else if (what === 'deliver') side.deliver(other, size, cut);
    else if (what === 'write') end?.write(size);
    else if (what === 'end') end?.finish();
    else if (what === 'abandon' || what === 'close') end?.reset(what);
    else end?.consume(size);
    for (const { channel } of [...client.ends.values(), ...server.ends.values()]) {
      if (channel.sendWindowBytes < 0 || channel.window.availableBytes < 0)
        expect.unreachable('negative window');
    }
  }
  settle(client, server, cut);
}

/** With readers that read, everything written arrives, everything is forgotten, and both ends agree on every window. */
function settle(client: Side, server: Side, cut: number): void {
  const sides = [client, server] as const;
  const isBusy = () => sides.some((side) => side.wire.length > 0 || side.mux.hasOutput);
  for (let round = 0; round < 2_000; round++) {
    client.deliver(server, 1 << 20, cut);
    server.deliver(client, 1 << 20, cut);
    for (const side of sides) for (const end of side.ends.values()) end.consume(1 << 20);
    if (!isBusy()) break;
  }
  expect(isBusy()).toBe(false);
  for (const [id, near] of client.ends) {
    const far = server.ends.get(id);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      // What was ended arrives whole, however either side went away afterwards.
      if (from?.hasEnded && to && !to.isOwnReset) {
        expect([to.received, to.isPeerEnded]).toEqual([from.sent, true]);
      }
    }
    if (near.isReset || !far || far.isReset) continue;
    expect([far.received, near.received]).toEqual([near.sent, far.sent]);
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      if (!a.hasEnded) expect(a.channel.sendWindowBytes).toBe(b.channel.window.availableBytes);
    }
  }
  for (const side of sides) {
    for (const end of side.ends.values()) if (!end.hasEnded) end.finish();
  }
  for (let round = 0; round < 10; round++) {
    client.deliver(server, 1 << 20, cut);
    server.deliver(client, 1 << 20, cut);
  }
  for (const { mux } of sides) {
    expect([mux.streams, mux.unreadBytes, mux.growthLeftBytes]).toEqual([0, 0, 2 << 20]);
  }
}

describe('Multiplexer, any interleaving', () => {
  it(
    'loses, mixes and leaks nothing, and never overdraws a window',
    { timeout: PROPERTY_MS + 60_000 },
    () => {
      assert(
        property(steps, constantFrom(7, 12, 13, 100, 1_000, 65_536), (script, cut) => run(script, cut)),
        { numRuns: 1_000, interruptAfterTimeLimit: PROPERTY_MS },
      );
    },
  );
});
