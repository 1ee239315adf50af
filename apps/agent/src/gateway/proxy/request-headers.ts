import { hostname } from 'node:os';
import type { Exchange } from '../exchange.ts';
import type { HeaderList } from '../http/header-list.ts';

/** What becomes of a request field: sent on, never sent on, or rebuilt here. */
type Fate = 'drop' | 'te' | 'cookie' | 'connection' | 'forwarded' | 'forwardedFor' | 'forwardedPrefix';

// RFC 9110 §7.6.1, and fields this gateway writes itself.
const FATES: ReadonlyMap<string, Fate> = new Map([
  ['connection', 'connection'],
  ['proxy-connection', 'drop'],
  ['keep-alive', 'drop'],
  ['transfer-encoding', 'drop'],
  ['upgrade', 'drop'],
  ['http2-settings', 'drop'],
  ['expect', 'drop'],
  ['trailer', 'drop'],
  ['host', 'drop'],
  ['te', 'te'],
  ['cookie', 'cookie'],
  ['x-forwarded-for', 'forwardedFor'],
  ['x-forwarded-host', 'forwarded'],
  ['x-forwarded-port', 'forwarded'],
  ['x-forwarded-proto', 'forwarded'],
  ['x-forwarded-server', 'drop'],
  ['x-forwarded-prefix', 'forwardedPrefix'],
  ['x-real-ip', 'forwarded'],
  ['forwarded', 'forwarded'],
  // Frameworks that serve the path named here instead of the one that was decided on.
  ['x-forwarded-uri', 'forwarded'],
  ['x-forwarded-method', 'forwarded'],
  ['x-forwarded-tls-client-cert', 'forwarded'],
  ['x-forwarded-tls-client-cert-info', 'forwarded'],
  ['x-original-url', 'forwarded'],
  ['x-rewrite-url', 'forwarded'],
]);

const SERVER_NAME = hostname();

/** The fields of a request as its upstream gets them. */
export function upstreamRequestHeaders(exchange: Exchange, host: string): HeaderList {
  const { rawHeaders } = exchange.req;
  const { client, headerEdits } = exchange;
  const headers: HeaderList = ['host', host];
  const listed = connectionListed(exchange.req.headers.connection);
  let forwardedFor = '';
  let hasCookie = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const value = rawHeaders[i + 1] ?? '';
    if (name.charCodeAt(0) === 0x3a) continue;
    const lower = name.toLowerCase();
    if (listed !== null && listed.includes(lower)) continue;
    if (headerEdits !== null && headerEdits.has(lower)) continue;
    if (lower.includes('_') && isWrittenHere(exchange, lower.replaceAll('_', '-'))) continue;
    switch (FATES.get(lower)) {
      case undefined:
        headers.push(name, value);
        break;
      case 'cookie':
        // HTTP/2 clients send each pair in a field of its own (RFC 9113 §8.2.3); Node has joined them.
        if (!hasCookie) headers.push(name, exchange.req.headers.cookie ?? value);
        hasCookie = true;
        break;
      case 'te':
        if (value.toLowerCase().includes('trailers')) headers.push('TE', 'trailers');
        break;
      case 'forwarded':
        if (client.isTrusted) headers.push(name, value);
        break;
      case 'forwardedPrefix':
        if (client.isTrusted && exchange.forwardedPrefix === '') headers.push(name, value);
        break;
      case 'forwardedFor':
        if (client.isTrusted) forwardedFor += `${value}, `;
        break;
      case 'drop':
      case 'connection':
        break;
    }
  }
  addForwarded(exchange, headers, forwardedFor + client.address);
  if (headerEdits !== null) {
    for (const [lower, edit] of headerEdits)
      if (edit !== null && lower !== 'host') headers.push(edit[0], edit[1]);
  }
  return headers;
}

/** CGI-style servers read `X_Real_Ip` as `X-Real-Ip` (RFC 3875 §4.1.18): what is written here must not come in by that name. */
function isWrittenHere({ headerEdits }: Exchange, name: string): boolean {
  return FATES.has(name) || headerEdits?.has(name) === true;
}

function addForwarded(exchange: Exchange, headers: HeaderList, forwardedFor: string): void {
  const { client } = exchange;
  headers.push('X-Forwarded-For', forwardedFor, 'X-Forwarded-Server', SERVER_NAME);
  const prefix = exchange.forwardedPrefix;
  if (prefix !== '' && exchange.headerEdits?.has('x-forwarded-prefix') !== true)
    headers.push('X-Forwarded-Prefix', prefix);
  const trusted = client.isTrusted ? exchange.req.headers : null;
  if (trusted?.['x-forwarded-host'] === undefined) headers.push('X-Forwarded-Host', exchange.host);
  if (trusted?.['x-forwarded-proto'] === undefined) headers.push('X-Forwarded-Proto', client.scheme);
  if (trusted?.['x-forwarded-port'] === undefined) headers.push('X-Forwarded-Port', portOf(exchange));
  if (trusted?.['x-real-ip'] === undefined) headers.push('X-Real-Ip', client.address);
}

function portOf(exchange: Exchange): string {
  const port = /:(\d+)$/.exec(exchange.host)?.[1];
  return port ?? (exchange.scheme === 'https' ? '443' : '80');
}

/** Fields the client declared hop-by-hop; end-to-end fields that carry identity cannot be shed this way. */
function connectionListed(connection: string | undefined): readonly string[] | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null;
  return connection
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
}
