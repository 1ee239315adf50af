import { randomInt } from 'node:crypto';
import { CLASS, OPCODE, TYPE } from './codes.ts';
import { encodeName } from './name.ts';
import { encodeRecord, textData } from './record.ts';

export interface TextUpdate {
  readonly zone: string;
  readonly name: string;
  readonly texts: readonly string[];
  readonly ttlSeconds: number;
}

/** Returns a request that replaces all TXT records of a name in one step (RFC 2136 §2.5.2, §2.5.1). */
export function encodeTextUpdate({ zone, name, texts, ttlSeconds }: TextUpdate): Buffer {
  const owner = encodeName(name);
  const removal = encodeRecord({
    name: owner,
    type: TYPE.TXT,
    class: CLASS.ANY,
    ttlSeconds: 0,
    data: Buffer.alloc(0),
  });
  const added = texts.map((text) =>
    encodeRecord({ name: owner, type: TYPE.TXT, ttlSeconds, data: textData(text) }),
  );
  const header = Buffer.alloc(12);
  const numbers = [randomInt(0x1_0000), OPCODE.UPDATE << 11, 1, 0, 1 + added.length, 0];
  numbers.forEach((value, at) => header.writeUInt16BE(value, at * 2));
  const zoneType = Buffer.alloc(4);
  zoneType.writeUInt16BE(TYPE.SOA, 0);
  zoneType.writeUInt16BE(CLASS.IN, 2);
  return Buffer.concat([header, encodeName(zone), zoneType, removal, ...added]);
}
