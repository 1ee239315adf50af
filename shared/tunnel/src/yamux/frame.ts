/** Frames of yamux version 0 (hashicorp/yamux spec.md, "Framing"). */
export const HEADER_BYTES = 12;

/** Receive window every stream starts with, whatever both ends would prefer (spec.md, "Flow Control"). */
export const INITIAL_WINDOW_BYTES = 256 * 1024;

export const FrameType = { Data: 0, WindowUpdate: 1, Ping: 2, GoAway: 3 } as const;

export const Flag = { Syn: 1, Ack: 2, Fin: 4, Rst: 8 } as const;

export const GoAwayCode = { Normal: 0, Protocol: 1, Internal: 2 } as const;

/** The part of a header that varies; `length` is a window delta, a ping's value or a go-away code where the type says so. */
export interface FrameHeader {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly length: number;
}

/** Writes one header at `offset` and returns the offset behind it. */
export function writeHeader(target: Buffer, offset: number, header: FrameHeader): number {
  target[offset] = 0;
  target[offset + 1] = header.type;
  target[offset + 2] = header.flags >>> 8;
  target[offset + 3] = header.flags;
  writeUint32(target, offset + 4, header.id);
  writeUint32(target, offset + 8, header.length);
  return offset + HEADER_BYTES;
}

/** Big-endian store without the bounds checks of `writeUInt32BE`: headers are the hot path of small messages. */
export function writeUint32(target: Buffer, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
}
