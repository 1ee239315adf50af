import { CLASS, OPCODE, RCODE, TYPE, type Rcode } from '../../dns/codes.ts';
import { readPlainName, skipName } from '../../dns/name.ts';
import { encodeRecord, optRecord, type ResourceRecord } from '../../dns/record.ts';

const HEADER_BYTES = 12;
/** A query needs no other additional records than OPT, and perhaps a signature. */
const ADDITIONAL_MAX = 4;
/** Without EDNS a client takes this much over UDP (RFC 1035 §4.2.1). */
const PLAIN_UDP_BYTES = 512;
/** What passes networks without fragments (DNS flag day 2020); no response over UDP is larger. */
const UDP_BYTES_MAX = 1_232;

/** A question to a name server. */
export interface Query {
  readonly id: number;
  readonly flags: number;
  /** In lower case, without a trailing dot. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** The question as it came: its name is repeated in exactly that case. */
  readonly question: Buffer;
  /** Octets that the client takes over UDP. */
  readonly udpBytes: number;
  readonly hasEdns: boolean;
}

/** A query that cannot be answered, with the response code. */
export interface Malformed {
  readonly id: number;
  readonly flags: number;
  readonly rcode: Rcode;
  readonly hasEdns: boolean;
}

/**
 * Reads a query. Returns null for what gets no response at all: responses, since two servers could answer each other for ever, and
 * what is shorter than a header.
 */
export function readQuery(bytes: Buffer): Query | Malformed | null {
  if (bytes.length < HEADER_BYTES) return null;
  const [id, flags] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
  if ((flags & 0x8000) !== 0) return null;
  const malformed = (rcode: Rcode, hasEdns = false): Malformed => ({ id, flags, rcode, hasEdns });
  if (((flags >> 11) & 0xf) !== OPCODE.QUERY) return malformed(RCODE.NOTIMP);
  const [questions = 0, answers = 0, authorities = 0, additional = 0] = [4, 6, 8, 10].map((at) =>
    bytes.readUInt16BE(at),
  );
  if (questions !== 1 || answers !== 0 || authorities !== 0 || additional > ADDITIONAL_MAX)
    return malformed(RCODE.FORMERR);
  const read = readPlainName(bytes, HEADER_BYTES);
  if (read === null || read.end + 4 > bytes.length) return malformed(RCODE.FORMERR);
  const end = read.end + 4;
  const edns = readEdns(bytes, end, additional);
  if (edns === 'invalid') return malformed(RCODE.FORMERR);
  if (edns !== null && edns.version !== 0) return malformed(RCODE.BADVERS, true);
  return {
    id,
    flags,
    name: read.name,
    type: bytes.readUInt16BE(read.end),
    class: bytes.readUInt16BE(read.end + 2),
    question: Buffer.from(bytes.subarray(HEADER_BYTES, end)),
    udpBytes: Math.min(UDP_BYTES_MAX, Math.max(PLAIN_UDP_BYTES, edns?.udpBytes ?? 0)),
    hasEdns: edns !== null,
  };
}

/** Reads the OPT record (RFC 6891 §6.1); null when there is none. */
function readEdns(
  bytes: Buffer,
  offset: number,
  records: number,
): { readonly udpBytes: number; readonly version: number } | 'invalid' | null {
  let found: { readonly udpBytes: number; readonly version: number } | null = null;
  let at = offset;
  for (let record = 0; record < records; record += 1) {
    const behind = skipName(bytes, at);
    if (behind === null || behind + 10 > bytes.length) return 'invalid';
    const end = behind + 10 + bytes.readUInt16BE(behind + 8);
    if (end > bytes.length) return 'invalid';
    if (bytes.readUInt16BE(behind) === TYPE.OPT) {
      // RFC 6891 §6.1.1: there is one at most, and it belongs to the root.
      if (found !== null || behind !== at + 1) return 'invalid';
      found = { udpBytes: bytes.readUInt16BE(behind + 2), version: bytes[behind + 5] ?? 0 };
    }
    at = end;
  }
  return found;
}

export interface Response {
  readonly rcode: Rcode;
  readonly isAuthoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
}

/** Returns a response in wire format. What exceeds `bytesMax` is left out, and the client told to ask over TCP (RFC 2181 §9). */
export function encodeResponse(query: Query, response: Response, bytesMax: number): Buffer {
  const opt = query.hasEdns ? [encodeRecord(optRecord(UDP_BYTES_MAX, response.rcode >> 4))] : [];
  const encode = (records: readonly ResourceRecord[]) => records.map(encodeRecord);
  const [answers, authorities] = [encode(response.answers), encode(response.authorities)];
  const size = (parts: readonly Buffer[]) => parts.reduce((sum, part) => sum + part.length, 0);
  const whole = HEADER_BYTES + query.question.length + size([...answers, ...authorities, ...opt]);
  const isTruncated = whole > bytesMax;
  const [sent, also] = isTruncated ? [[], []] : [answers, authorities];
  const header = headerOf(query, response.rcode, {
    isAuthoritative: response.isAuthoritative,
    isTruncated,
    counts: [1, sent.length, also.length, opt.length],
  });
  return Buffer.concat([header, query.question, ...sent, ...also, ...opt]);
}

/** Returns a response that only says that the client has to ask over TCP. */
export function encodeTruncated(query: Query): Buffer {
  const counts = [1, 0, 0, 0];
  const header = headerOf(query, RCODE.NOERROR, { isAuthoritative: false, isTruncated: true, counts });
  return Buffer.concat([header, query.question]);
}

/** Returns the response to a query that cannot be read. */
export function encodeMalformed(query: Malformed): Buffer {
  const opt = query.hasEdns ? [encodeRecord(optRecord(UDP_BYTES_MAX, query.rcode >> 4))] : [];
  const counts = [0, 0, 0, opt.length];
  return Buffer.concat([
    headerOf(query, query.rcode, { isAuthoritative: false, isTruncated: false, counts }),
    ...opt,
  ]);
}

interface Header {
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  readonly counts: readonly number[];
}

function headerOf(
  { id, flags }: Pick<Query, 'id' | 'flags'>,
  rcode: Rcode,
  { isAuthoritative, isTruncated, counts }: Header,
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  // QR, the opcode and RD of the query, AA, TC; recursion is not available.
  const set = 0x8000 | (flags & 0x7900) | (isAuthoritative ? 0x0400 : 0) | (isTruncated ? 0x0200 : 0);
  header.writeUInt16BE(set | (rcode & 0xf), 2);
  counts.forEach((count, at) => header.writeUInt16BE(count, 4 + at * 2));
  return header;
}

/** Returns whether a query is of the class of the Internet. */
export function isInternet(query: Query): boolean {
  return query.class === CLASS.IN;
}
