import { HOP_BY_HOP, TRACE, connectionOptions, isTrailer, traitsOf } from '../http/fields.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { HeaderList } from '../http/header-list.ts';

/** Longer names are no hop-by-hop field. */
const HOP_NAME_LENGTH_MAX = 19;
const NOT_PASSED = HOP_BY_HOP | TRACE;

/**
 * Returns the fields of an upstream's response without those that concern its connection only (RFC 9110 §7.6.1), and without its request
 * id: the caller gets that of the gateway.
 */
export function clientResponseHeaders(raw: readonly Buffer[], status = 200): HeaderList {
  const headers: HeaderList = [];
  let connection: string | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toString('latin1') ?? '';
    const value = raw[i + 1]?.toString('latin1') ?? '';
    const lower = name.length <= HOP_NAME_LENGTH_MAX ? name.toLowerCase() : name;
    if (name.length > HOP_NAME_LENGTH_MAX || (traitsOf(lower) & NOT_PASSED) === 0) headers.push(name, value);
    else if (lower === 'transfer-encoding' && value.toLowerCase() !== 'chunked')
      throw new Error(`the upstream's Transfer-Encoding ${value} is not understood`);
    else if (lower === 'connection') connection = connection === undefined ? value : `${connection},${value}`;
    // RFC 9110 §15.5.22: 426 has to name the protocol.
    else if (lower === 'trailer' || (lower === 'upgrade' && status === 426)) headers.push(name, value);
  }
  const listed = connectionOptions(connection);
  return listed === null ? headers : withoutListed(headers, listed);
}

function withoutListed(headers: HeaderList, listed: readonly string[]): HeaderList {
  const kept: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (name.toLowerCase() === 'upgrade' || !listed.includes(name.toLowerCase()))
      kept.push(name, headers[i + 1] ?? '');
  }
  return kept;
}

/**
 * Returns the trailers of an upstream's response that may reach the client, by lower-case name. Repeated ones are combined
 * (RFC 9110 §5.3): Node's HTTP/2 refuses lists of some.
 */
export function clientTrailers(raw: readonly (Buffer | string)[]): Record<string, string> {
  const trailers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (let i = 0; i < raw.length; i += 2) {
    const name = textOf(raw[i]).toLowerCase();
    if (!isTrailer(name)) continue;
    const value = textOf(raw[i + 1]);
    const former = trailers[name];
    trailers[name] = former === undefined ? value : `${former}, ${value}`;
  }
  return trailers;
}

/** Field values are bytes (RFC 9110 §5.5): one character of Latin-1 each. */
function textOf(value: Buffer | string | undefined): string {
  return typeof value === 'string' ? value : (value?.toString('latin1') ?? '');
}

/** Returns the Content-Length in bytes; -1 when absent or unusable. */
export function contentLengthOf(headers: HeaderList): number {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i];
    if (name?.length === 14 && name.toLowerCase() === 'content-length') {
      const value = headers[i + 1] ?? '';
      return /^\d+$/.test(value) ? Number(value) : -1;
    }
  }
  return -1;
}

/** Passes interim responses on to the client (RFC 9110 §15.2): 100 (Continue), and the links of 103 (Early Hints). */
export function sendInterim(exchange: Exchange, status: number, raw: readonly Buffer[]): void {
  const { req, res } = exchange;
  if (res.headersSent || (req.httpVersionMajor === 1 && req.httpVersionMinor === 0)) return;
  if (status === 100) exchange.continueBody();
  else if (status === 103) sendHints(exchange, raw);
}

function sendHints({ res }: Exchange, raw: readonly Buffer[]): void {
  const links: string[] = [];
  const headers = clientResponseHeaders(raw);
  for (let i = 0; i < headers.length; i += 2)
    if (headers[i]?.toLowerCase() === 'link') links.push(headers[i + 1] ?? '');
  try {
    if (links.length > 0) res.writeEarlyHints({ link: links });
  } catch {
    // Node takes only links of the usual form; a hint is nothing to fail for.
  }
}
