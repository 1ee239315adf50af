import { MESSAGE_BOUNDS } from '@portolan/contract/message-bounds';
import { hostNameOf } from './host-name.ts';
import type { BodyFraming } from './message-body.ts';

/** Method, version and separators of a request line. */
const LINE_BYTES_MAX = 1024;
/** Of a request, request line and fields together; the gateway behind bounds the fields by themselves. */
export const REQUEST_HEAD_BYTES_MAX =
  MESSAGE_BOUNDS.targetBytesMax + MESSAGE_BOUNDS.headerBytesMax + LINE_BYTES_MAX;
export const RESPONSE_HEAD_BYTES_MAX = MESSAGE_BOUNDS.responseHeadBytesMax;
const CRLF_CRLF = Buffer.from('\r\n\r\n');

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly body: BodyFraming;
  readonly isUpgrade: boolean;
  /** The client wants the connection kept for another request. */
  readonly isKeepAlive: boolean;
  readonly isHttp10: boolean;
}

export interface ResponseHead {
  readonly status: number;
  readonly body: BodyFraming;
  readonly isKeepAlive: boolean;
  /** An interim answer (RFC 9110 §15.2): another head follows. */
  readonly isInterim: boolean;
}

/** A request the edge refuses, with the status it answers. */
export class HeadError extends Error {
  override readonly name = 'HeadError';
  readonly status: 400 | 405 | 414 | 431 | 501 | 505;

  constructor(status: HeadError['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** Returns where the head that starts at `at` ends, -1 while it is incomplete. Throws where it exceeds `bytesMax`. */
export function findHeadEnd(bytes: Buffer, at: number, bytesMax: number): number {
  const end = bytes.indexOf(CRLF_CRLF, at);
  if (end === -1 ? bytes.length - at > bytesMax : end - at > bytesMax) {
    const lineEnd = bytes.indexOf('\r\n', at);
    throw lineEnd === -1 || lineEnd - at > bytesMax
      ? new HeadError(414, `the request line exceeds ${bytesMax} bytes`)
      : new HeadError(431, `its head exceeds ${bytesMax} bytes`);
  }
  return end === -1 ? -1 : end + 4;
}

interface Fields {
  readonly hosts: string[];
  readonly lengths: string[];
  readonly encodings: string[];
  readonly connection: string[];
  readonly upgrade: string[];
}

// token = 1*tchar (RFC 9110 §5.6.2); no space before the colon, no folding, no control character but tab.
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/;
const TRAILING_SPACE = /[ \t]+$/;

function parseFields(lines: readonly string[]): Fields {
  const fields: Fields = { hosts: [], lengths: [], encodings: [], connection: [], upgrade: [] };
  for (let index = 1; index < lines.length; index += 1) {
    const match = FIELD_LINE.exec(lines[index] ?? '');
    if (!match) throw new HeadError(400, 'a header line is malformed');
    const [, name = '', value = ''] = match;
    // Trimmed only where it is read: a pattern that looks for the end of every value costs more than all the rest.
    interesting(fields, name.toLowerCase())?.push(value.replace(TRAILING_SPACE, ''));
  }
  return fields;
}

function interesting(fields: Fields, name: string): string[] | undefined {
  switch (name) {
    case 'host':
      return fields.hosts;
    case 'content-length':
      return fields.lengths;
    case 'transfer-encoding':
      return fields.encodings;
    case 'connection':
      return fields.connection;
    case 'upgrade':
      return fields.upgrade;
    default:
      return undefined;
  }
}

/** Reads what routing and framing need of a request head (without its final empty line's CR LF). */
export function parseRequestHead(head: string): RequestHead {
  const lines = head.slice(0, -4).split('\r\n');
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([\x21-\x7e]+) HTTP\/1\.([01])$/.exec(lines[0] ?? '');
  if (!match) throw requestLineError(lines[0] ?? '');
  const [, method = '', target = '', minor] = match;
  if (target.length > MESSAGE_BOUNDS.targetBytesMax)
    throw new HeadError(414, `the request target exceeds ${MESSAGE_BOUNDS.targetBytesMax} bytes`);
  if (method === 'CONNECT') throw new HeadError(405, 'CONNECT is not served here');
  const fields = parseFields(lines);
  const isHttp10 = minor === '0';
  const connection = tokens(fields.connection);
  return {
    method,
    target,
    host: hostOf(fields, target),
    body: requestFraming(fields, isHttp10),
    isUpgrade: connection.includes('upgrade') && fields.upgrade.length > 0,
    isKeepAlive: isHttp10 ? connection.includes('keep-alive') : !connection.includes('close'),
    isHttp10,
  };
}

function requestLineError(line: string): HeadError {
  return /^\S+ \S+ HTTP\/[02-9]/.test(line)
    ? new HeadError(505, 'only HTTP/1.0 and HTTP/1.1 are served here')
    : new HeadError(400, 'the request line is malformed');
}

function hostOf(fields: Fields, target: string): string {
  const [value, ...others] = fields.hosts;
  if (value === undefined || others.length > 0) throw new HeadError(400, 'exactly one Host header is needed');
  const host = hostNameOf(value);
  if (host === null) throw new HeadError(400, 'the Host header is malformed');
  if (target.startsWith('/') || target === '*') return host;
  // Absolute form (RFC 9112 §3.2.2): its authority would win over Host, so both must agree.
  const authority = /^https?:\/\/([^/?#@]+)(?:[/?]|$)/i.exec(target)?.[1];
  if (authority === undefined || hostNameOf(authority) !== host) {
    throw new HeadError(400, 'request target and Host do not agree');
  }
  return host;
}

function requestFraming(fields: Fields, isHttp10: boolean): BodyFraming {
  if (fields.encodings.length === 0) return { kind: 'length', bytes: contentLength(fields.lengths) ?? 0 };
  // Two framings at once are how requests are smuggled (RFC 9112 §6.3): refused, never guessed.
  if (fields.lengths.length > 0 || isHttp10) throw new HeadError(400, 'the length of the body is ambiguous');
  if (tokens(fields.encodings).join(',') !== 'chunked') {
    throw new HeadError(501, 'only the transfer coding chunked is served here');
  }
  return { kind: 'chunked' };
}

function contentLength(values: readonly string[]): number | null {
  const [value, ...others] = values;
  if (value === undefined) return null;
  if (!/^\d{1,15}$/.test(value) || others.some((other) => other !== value)) {
    throw new HeadError(400, 'Content-Length is malformed');
  }
  return Number(value);
}

function tokens(values: readonly string[]): string[] {
  const [only] = values;
  if (only === undefined) return [];
  if (values.length === 1 && only !== '' && !only.includes(',')) return [only.toLowerCase()];
  return values
    .flatMap((value) =>
      value
        .toLowerCase()
        .split(',')
        .map((token) => token.trim()),
    )
    .filter(Boolean);
}

/** Reads the framing of a response to `method`. */
export function parseResponseHead(head: string, method: string): ResponseHead {
  const lines = head.slice(0, -4).split('\r\n');
  const match = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(lines[0] ?? '');
  if (!match) throw new HeadError(400, 'the status line is malformed');
  const status = Number(match[2]);
  const fields = parseFields(lines);
  const connection = tokens(fields.connection);
  const isInterim = status < 200 && status !== 101;
  const body = responseFraming(fields, status, method);
  const isKeepAlive = match[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  return { status, body, isInterim, isKeepAlive: isKeepAlive && body.kind !== 'until-close' };
}

/** RFC 9112 §6.3, in its order. */
function responseFraming(fields: Fields, status: number, method: string): BodyFraming {
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304)
    return { kind: 'length', bytes: 0 };
  if (fields.encodings.length > 0) {
    // A proxy in front of this edge may use the other one, and take the rest for the response to another request.
    if (fields.lengths.length > 0) throw new HeadError(400, 'the length of the body is ambiguous');
    return tokens(fields.encodings).at(-1) === 'chunked' ? { kind: 'chunked' } : { kind: 'until-close' };
  }
  const length = contentLength(fields.lengths);
  return length === null ? { kind: 'until-close' } : { kind: 'length', bytes: length };
}
