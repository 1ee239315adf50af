import type { LaneStream } from './lanes.ts';

const WRITE = Buffer.alloc(64 * 1024, 7);
const MESSAGE_BYTES = 128;
const OPENS_PARALLEL = 16;

/** What is measured; the names are also those test/interop/bench.go knows. */
export type Exercise = 'up' | 'down' | 'echo' | 'opens';

export type OpenLane = () => Promise<LaneStream>;

/** Serves one stream as its first byte asks: u(p), d(own), s(tuck: never read) or e(cho). */
export function serveLane(lane: LaneStream, stick: () => void): void {
  let received = 0;
  let kind = '';
  lane.data = (chunk) => {
    kind ||= String.fromCharCode(chunk[0] ?? 0);
    received += chunk.length;
    if (kind === 's') stick();
    else if (kind === 'e') {
      if (received > 1 || chunk.length > 1)
        lane.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    } else if (kind === 'd' && received === 9) {
      const ms = Number(Buffer.from(chunk).readBigUInt64BE(chunk.length - 8));
      void send(lane, performance.now() + ms).then(() => lane.end());
    }
    // An echo may wait for window in the chunk itself.
    return kind === 'e';
  };
  lane.ended = () => {
    if (kind === 'u') {
      const count = Buffer.alloc(8);
      count.writeBigUInt64BE(BigInt(received - 1));
      lane.write(count);
    }
    if (kind !== 'd') lane.end();
  };
}

/** Writes 64 KiB pieces until the deadline, as fast as the stream takes them. */
async function send(lane: LaneStream, deadline: number): Promise<void> {
  const done = Promise.withResolvers<void>();
  let turns = 0;
  const pump = (): void => {
    while (performance.now() < deadline) {
      if (!lane.write(WRITE)) return;
      // A stream that never says stop must not keep everything else from running.
      if (++turns % 16 === 0) return void setImmediate(pump);
    }
    done.resolve();
  };
  lane.drain = pump;
  pump();
  await done.promise;
  lane.drain = () => undefined;
}

/** MB/s for up and down, operations per second for echo and opens. */
export async function measure(open: OpenLane, what: Exercise, streams: number, ms: number): Promise<number> {
  const exercise = { up, down, echo, opens }[what];
  const start = performance.now();
  const parallel = what === 'opens' ? OPENS_PARALLEL : streams;
  const amounts = await Promise.all(Array.from({ length: parallel }, () => exercise(open, start + ms)));
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  return (total * 1000) / (performance.now() - start);
}

async function up(open: OpenLane, deadline: number): Promise<number> {
  const lane = await open();
  const count = Promise.withResolvers<number>();
  lane.data = (chunk) => {
    count.resolve(Number(Buffer.from(chunk).readBigUInt64BE(0)));
    return false;
  };
  lane.write(Buffer.from('u'));
  await send(lane, deadline);
  lane.end();
  const bytes = await count.promise;
  lane.close();
  return bytes / 1e6;
}

async function down(open: OpenLane, deadline: number): Promise<number> {
  const lane = await open();
  const ended = Promise.withResolvers<void>();
  let bytes = 0;
  lane.data = (chunk) => {
    bytes += chunk.length;
    return false;
  };
  lane.ended = ended.resolve;
  const request = Buffer.from('d\0\0\0\0\0\0\0\0');
  request.writeBigUInt64BE(BigInt(Math.max(1, Math.round(deadline - performance.now()))), 1);
  lane.write(request);
  await ended.promise;
  lane.close();
  return bytes / 1e6;
}

async function echo(open: OpenLane, deadline: number): Promise<number> {
  const lane = await open();
  const done = Promise.withResolvers<void>();
  const message = Buffer.alloc(MESSAGE_BYTES, 7);
  let operations = 0;
  let missing = MESSAGE_BYTES;
  lane.data = (chunk) => {
    missing -= chunk.length;
    if (missing > 0) return false;
    missing = MESSAGE_BYTES;
    operations++;
    if (performance.now() < deadline) lane.write(message);
    else done.resolve();
    return false;
  };
  lane.write(Buffer.from('e'));
  lane.write(message);
  await done.promise;
  lane.close();
  return operations;
}

async function opens(open: OpenLane, deadline: number): Promise<number> {
  const message = Buffer.from('e and a byte more');
  let operations = 0;
  for (; performance.now() < deadline; operations++) {
    const lane = await open();
    const ended = Promise.withResolvers<void>();
    lane.ended = ended.resolve;
    lane.write(message);
    lane.end();
    await ended.promise;
  }
  return operations;
}

/** Opens a stream that its peer never reads and fills its window. */
export async function openStuck(open: OpenLane): Promise<LaneStream> {
  const lane = await open();
  lane.write(Buffer.from('s'));
  for (let i = 0; i < 32 && lane.write(WRITE); i++);
  return lane;
}
