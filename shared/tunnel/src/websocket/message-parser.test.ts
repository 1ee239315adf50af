import { array, assert, constantFrom, oneof, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloseCode, Opcode, writeMessageHeader, type Masking } from './message-frame.ts';
import { MessageError, MessageParser } from './message-parser.ts';

function frame(
  opcode: number,
  text: string | Buffer,
  masking: Masking,
  patch?: (header: Buffer) => void,
): Buffer {
  const slab = Buffer.concat([Buffer.alloc(14), Buffer.from(text)]);
  const bytes = writeMessageHeader(opcode, { slab, start: 14, end: slab.length }, masking);
  patch?.(bytes);
  return bytes;
}

function parse(pieces: Buffer[], isMasked = true): { binary: string; events: string[] } {
  const seen = { binary: '', events: [] as string[] };
  const parser = new MessageParser(
    {
      messageData: (piece) => {
        seen.binary += piece.toString('latin1');
        return false;
      },
      messagePing: (payload) => seen.events.push(`ping ${payload.toString()}`),
      messageClose: (code, reason) => seen.events.push(`close ${code} ${reason}`),
    },
    isMasked,
  );
  for (const piece of pieces) parser.push(Buffer.from(piece));
  return seen;
}

const long = 'x'.repeat(300);
const close = Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.from('bye')]);

describe('MessageParser', () => {
  it.each(['random', 'zero', 'none'] as const)(
    'reads the same from %s-masked frames wherever they are cut',
    (masking) => {
      const wire = Buffer.concat([
        frame(Opcode.Binary, 'hello', masking),
        frame(Opcode.Ping, 'are you there', masking),
        frame(Opcode.Binary, long, masking),
        frame(Opcode.Binary, '', masking),
        frame(Opcode.Pong, 'unasked', masking),
        frame(Opcode.Binary, 'first', masking, (header) => (header[0] = Opcode.Binary)),
        frame(Opcode.Ping, '', masking),
        frame(Opcode.Continuation, 'last', masking),
        frame(Opcode.Close, close, masking),
      ]);
      const expected = {
        binary: `hello${long}firstlast`,
        events: ['ping are you there', 'ping ', 'close 1000 bye'],
      };
      for (let at = 0; at <= wire.length; at++) {
        expect(parse([wire.subarray(0, at), wire.subarray(at)], masking !== 'none')).toEqual(expected);
      }
      for (const size of [1, 2, 3, 5, 7]) {
        const pieces: Buffer[] = [];
        for (let at = 0; at < wire.length; at += size) pieces.push(wire.subarray(at, at + size));
        expect(parse(pieces, masking !== 'none')).toEqual(expected);
      }
    },
  );

  it('reads lengths of 16 and 64 bits', () => {
    for (const bytes of [125, 126, 65_535, 65_536, 300_000]) {
      expect(parse([frame(Opcode.Binary, Buffer.alloc(bytes, 65), 'random')]).binary).toBe('A'.repeat(bytes));
    }
  });

  it.each([
    ['a frame that is not masked', frame(Opcode.Binary, 'x', 'none'), CloseCode.Protocol],
    ['a reserved bit', frame(Opcode.Binary, 'x', 'zero', (header) => (header[0] = 0xc2)), CloseCode.Protocol],
    ['an unknown opcode', frame(3, 'x', 'zero'), CloseCode.Protocol],
    ['an unknown control opcode', frame(11, 'x', 'zero'), CloseCode.Protocol],
    ['text', frame(Opcode.Text, 'x', 'zero'), CloseCode.Unsupported],
    ['a long control frame', frame(Opcode.Ping, 'x'.repeat(126), 'zero'), CloseCode.Protocol],
    [
      'a fragmented control frame',
      frame(Opcode.Ping, 'x', 'zero', (header) => (header[0] = 9)),
      CloseCode.Protocol,
    ],
    ['a continuation of nothing', frame(Opcode.Continuation, 'x', 'zero'), CloseCode.Protocol],
    ['half a close code', frame(Opcode.Close, 'x', 'zero'), CloseCode.Protocol],
    [
      'a close code that only exists locally',
      frame(Opcode.Close, Buffer.from([0x03, 0xee]), 'zero'),
      CloseCode.Protocol,
    ],
    ['a close code of nobody', frame(Opcode.Close, Buffer.from([0, 5]), 'zero'), CloseCode.Protocol],
    ['a length beyond 2^53', Buffer.from(`82ff${'ff'.repeat(8)}00000000`, 'hex'), CloseCode.Protocol],
  ])('refuses %s', (_what, wire, closeCode) => {
    let refused: unknown;
    try {
      parse([wire]);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(MessageError);
    expect(refused).toMatchObject({ closeCode });
  });

  it('takes any bytes, cut anywhere, for frames or for an error of the peer', () => {
    const whole = constantFrom(
      frame(Opcode.Binary, 'hello', 'random'),
      frame(Opcode.Ping, 'there', 'random'),
      frame(Opcode.Binary, '', 'zero', (header) => (header[0] = Opcode.Binary)),
      frame(Opcode.Close, close, 'zero'),
    );
    const pieces = array(oneof(whole, uint8Array({ maxLength: 20 }).map(Buffer.from)), { maxLength: 12 });
    const outcome = (wire: Buffer[]) => {
      try {
        return parse(wire);
      } catch (error) {
        if (!(error instanceof MessageError)) throw error;
        return error.closeCode;
      }
    };
    assert(
      property(pieces, constantFrom(1, 2, 5, 14), (parts, size) => {
        const wire = Buffer.concat(parts);
        const cut = Array.from({ length: Math.ceil(wire.length / size) }, (_, index) =>
          wire.subarray(index * size, (index + 1) * size),
        );
        expect(outcome(cut)).toEqual(outcome([wire]));
      }),
    );
  });

  it('refuses a masked frame from a server, and a new message inside a fragmented one', () => {
    expect(() => parse([frame(Opcode.Binary, 'x', 'random')], false)).toThrow('must not mask');
    const open = frame(Opcode.Binary, 'x', 'zero', (header) => (header[0] = Opcode.Binary));
    expect(() => parse([open, frame(Opcode.Binary, 'y', 'zero')])).toThrow('out of order');
  });
});
