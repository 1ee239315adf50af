import { CLASS, TYPE } from './codes.ts';
import { encodeName } from './name.ts';

/** Octets of one string of a TXT record (RFC 1035 §3.3). */
const STRING_BYTES_MAX = 255;

export interface ResourceRecord {
  /** In wire format, or a pointer to one. */
  readonly name: Buffer;
  readonly type: number;
  readonly class?: number;
  readonly ttlSeconds: number;
  readonly data: Buffer;
}

/** Returns a record in wire format (RFC 1035 §4.1.3). */
export function encodeRecord({ name, type, class: of = CLASS.IN, ttlSeconds, data }: ResourceRecord): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(of, 2);
  fixed.writeUInt32BE(ttlSeconds, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([name, fixed, data]);
}

/** Returns the data of a TXT record, in strings of 255 octets at most. */
export function textData(text: string): Buffer {
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += STRING_BYTES_MAX) {
    const part = bytes.subarray(at, at + STRING_BYTES_MAX);
    parts.push(Buffer.of(part.length), part);
  }
  return Buffer.concat(parts);
}

export interface StartOfAuthority {
  readonly nameserver: string;
  readonly mailbox: string;
  readonly serial: number;
  /** For how long resolvers keep that a name or a type does not exist (RFC 2308 §4). */
  readonly negativeSeconds: number;
}

/** Returns the data of an SOA record (RFC 1035 §3.3.13). Nothing is transferred, so that its intervals matter to nobody. */
export function startOfAuthorityData(soa: StartOfAuthority): Buffer {
  const numbers = Buffer.alloc(20);
  [soa.serial, 3_600, 600, 86_400, soa.negativeSeconds].forEach((value, at) =>
    numbers.writeUInt32BE(value >>> 0, at * 4),
  );
  return Buffer.concat([encodeName(soa.nameserver), encodeName(soa.mailbox), numbers]);
}

/** Returns the OPT record of a response (RFC 6891 §6.1.2). */
export function optRecord(udpBytes: number, extendedRcode: number): ResourceRecord {
  return {
    name: encodeName(''),
    type: TYPE.OPT,
    class: udpBytes,
    ttlSeconds: ((extendedRcode & 0xff) << 24) >>> 0,
    data: Buffer.alloc(0),
  };
}
