import { describe, expect, it } from 'vitest';
import { FrameDecoder } from './frame-decoder.ts';
import { Flag, FrameType } from './frame.ts';
import { wireHeader } from '../testing/wire-peer.ts';

const wire = Buffer.concat([
  wireHeader(FrameType.WindowUpdate, Flag.Syn, 1, 70_000),
  wireHeader(FrameType.Data, Flag.Syn | Flag.Ack, 0xfffffffe, 5),
  Buffer.from('hello'),
  wireHeader(FrameType.Data, Flag.Fin, 1, 0),
  wireHeader(FrameType.Ping, Flag.Ack, 0, 0xffffffff),
  wireHeader(FrameType.GoAway, 0, 0, 2),
]);
const expected = [
  [1, Flag.Syn, 1, 70_000],
  [0, Flag.Syn | Flag.Ack, 0xfffffffe, 5],
  'hello',
  [0, Flag.Fin, 1, 0],
  [2, Flag.Ack, 0, 0xffffffff],
  [3, 0, 0, 2],
];

function decode(pieces: Buffer[]): unknown[] {
  const seen: unknown[] = [];
  let text = '';
  const decoder = new FrameDecoder({
    frame: (...header) => seen.push(header),
    payload: (piece, left) => {
      text += piece.toString();
      if (left === 0) seen.push(text);
      if (left === 0) text = '';
      return false;
    },
  });
  for (const piece of pieces) decoder.push(piece);
  return seen;
}

describe('FrameDecoder', () => {
  it('reads the same frames wherever the bytes are cut in two', () => {
    for (let at = 0; at <= wire.length; at++) {
      expect(decode([wire.subarray(0, at), wire.subarray(at)])).toEqual(expected);
    }
  });

  it('reads the same frames from any pair of cuts and from single bytes', () => {
    for (let size = 1; size < 30; size++) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < wire.length; at += size) pieces.push(wire.subarray(at, at + size));
      expect(decode(pieces)).toEqual(expected);
    }
  });

  it('hands payload on as it comes instead of collecting it', () => {
    const pieces: [number, number][] = [];
    const decoder = new FrameDecoder({
      frame: () => undefined,
      payload: (piece, left) => pieces.push([piece.length, left]) === 0,
    });
    decoder.push(wireHeader(FrameType.Data, 0, 1, 0xffffffff));
    decoder.push(Buffer.alloc(1000));
    expect(pieces).toEqual([[1000, 0xffffffff - 1000]]);
  });
});
