import type { HeaderList } from '../http/header-list.ts';

const HOP_BY_HOP = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'http2-settings',
]);

/** The fields of an upstream's response without what concerned only its connection (RFC 9110 §7.6.1). */
export function clientResponseHeaders(raw: readonly Buffer[]): HeaderList {
  const headers: HeaderList = [];
  let listed: readonly string[] | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]?.toString('latin1') ?? '';
    const value = raw[i + 1]?.toString('latin1') ?? '';
    const lower = name.length <= 17 ? name.toLowerCase() : name;
    if (!HOP_BY_HOP.has(lower)) headers.push(name, value);
    else if (lower === 'transfer-encoding' && value.toLowerCase() !== 'chunked')
      throw new Error(`the upstream's Transfer-Encoding ${value} is not understood`);
    else if (lower === 'connection' && value.toLowerCase() !== 'keep-alive')
      listed = value.toLowerCase().split(/\s*,\s*/);
  }
  return listed === null ? headers : withoutListed(headers, listed);
}

function withoutListed(headers: HeaderList, listed: readonly string[]): HeaderList {
  const kept: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (!listed.includes(name.toLowerCase())) kept.push(name, headers[i + 1] ?? '');
  }
  return kept;
}

/** Content-Length in bytes; -1 when absent or unusable. */
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
