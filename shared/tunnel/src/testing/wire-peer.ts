import { FrameDecoder, type FrameSink } from '../yamux/frame-decoder.ts';
import { FrameType, HEADER_BYTES, writeHeader } from '../yamux/frame.ts';
import type { SessionOptions } from '../yamux/session-options.ts';
import { Session } from '../session/session.ts';
import { memoryTransportPair, type MemoryTransport } from './memory-transport.ts';
import { until } from './session-pair.ts';

export interface WireFrame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly length: number;
  payload: Buffer;
}

/** A session under test and, at the other end, a peer that says and sees single frames. */
export class WirePeer implements FrameSink {
  readonly session: Session;
  readonly frames: WireFrame[] = [];
  readonly link: MemoryTransport;
  closed: { code: number; message: string } | undefined;

  constructor(role: 'client' | 'server', options: Partial<SessionOptions> = {}) {
    const [near, far] = memoryTransportPair();
    const decoder = new FrameDecoder(this);
    this.link = far;
    far.start({
      transportData: (chunk) => decoder.push(chunk),
      transportDrain: () => undefined,
      transportClose: (reason) => (this.closed = reason),
    });
    this.session = new Session(near, { role, ...options });
  }

  frame(type: number, flags: number, id: number, length: number): void {
    this.frames.push({ type, flags, id, length, payload: Buffer.alloc(0) });
  }

  payload(piece: Buffer): boolean {
    const frame = this.frames.at(-1);
    if (frame) frame.payload = Buffer.concat([frame.payload, piece]);
    return false;
  }

  /** Frames of one stream, in order. */
  of(id: number): WireFrame[] {
    return this.frames.filter((frame) => frame.id === id && frame.type <= FrameType.WindowUpdate);
  }

  raw(bytes: Buffer): void {
    this.link.send({ slab: bytes, start: 0, end: bytes.length }, () => undefined);
  }

  say(type: number, flags: number, id: number, content: number | Buffer | string = 0): void {
    const payload = typeof content === 'number' ? Buffer.alloc(0) : Buffer.from(content);
    const length = typeof content === 'number' ? content : payload.length;
    this.raw(Buffer.concat([wireHeader(type, flags, id, length), payload]));
  }

  /** Waits until every frame said so far was handled and its answers have arrived. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async see(match: Partial<WireFrame>): Promise<WireFrame> {
    const find = () =>
      this.frames.find((frame) =>
        Object.entries(match).every(([key, value]) => frame[key as keyof WireFrame] === value),
      );
    let found = find();
    await until(() => (found = find()) !== undefined);
    if (!found) throw new Error('unreachable');
    return found;
  }
}

export function wireHeader(type: number, flags: number, id: number, length: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  writeHeader(bytes, 0, { type, flags, id, length });
  return bytes;
}
