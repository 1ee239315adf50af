import { hostname } from 'node:os';
import type { Exchange, FieldEdits } from '../exchange/exchange.ts';
import {
  ALIAS,
  FORGEABLE,
  FRAMING,
  HOP_BY_HOP,
  HOST,
  METHOD,
  TRACE,
  UNUSUAL,
  changesMethod,
  connectionOptions,
  isTrailer,
  plainName,
  traitsOf,
} from '../http/fields.ts';
import type { HeaderList } from '../http/header-list.ts';
import { formatTraceParent } from '../trace/traceparent.ts';
import type { ServiceTarget } from '@portolan/resources/model/service';
import type { Upstream } from '../upstreams/upstream.ts';

const NEVER_PASSED = HOP_BY_HOP | HOST | ALIAS | TRACE;
const SERVER_NAME = hostname();

/**
 * Returns the fields of a request as another server gets them: its upstream, a mirror, an authentication server, an error page's
 * service. Fields that this gateway writes come from one place each: a middleware, else a trusted proxy, else the gateway.
 */
export function upstreamRequestHeaders(exchange: Exchange, host: string): HeaderList {
  const { rawHeaders } = exchange.req;
  const { headerEdits } = exchange;
  const { isTrusted } = exchange.client;
  const headers: HeaderList = ['host', host];
  const listed = connectionOptions(exchange.req.headers.connection);
  let hasCookie = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const value = rawHeaders[i + 1] ?? '';
    if (name.charCodeAt(0) === 0x3a) continue;
    const lower = name.toLowerCase();
    const traits = traitsOf(lower);
    if (listed !== null && listed.includes(lower)) continue;
    if (headerEdits !== null && isEdited(headerEdits, lower, traits)) continue;
    if ((traits & METHOD) !== 0 && changesMethod(value, exchange.method)) continue;
    if (traits === 0) headers.push(name, value);
    else if ((traits & NEVER_PASSED) !== 0) {
      if (lower === 'te' && value.toLowerCase().includes('trailers')) headers.push('TE', 'trailers');
    } else if ((traits & FORGEABLE) !== 0) {
      if (isTrusted && !isRewritten(exchange, lower)) headers.push(name, value);
    } else if (lower !== 'cookie') headers.push(name, value);
    else {
      // HTTP/2 clients may send each pair in a separate field (RFC 9113 §8.2.3); Node has joined them.
      if (!hasCookie) headers.push(name, exchange.req.headers.cookie ?? value);
      hasCookie = true;
    }
  }
  addForwarded(exchange, headers);
  if (headerEdits !== null) addEdits(headers, headerEdits);
  return headers;
}

/** Returns the Host an upstream gets: a middleware's, else the client's where the Service wants it, else the endpoint's. */
export function hostFor(exchange: Exchange, target: ServiceTarget, upstream: Upstream): string {
  const edited = exchange.headerEdits?.get('host')?.values[0];
  return edited ?? (target.passHostHeader && exchange.host !== '' ? exchange.host : upstream.authority);
}

/** Returns whether a middleware has set or deleted a field, by whatever spelling the client sent it. */
function isEdited(edits: FieldEdits, lower: string, traits: number): boolean {
  return edits.has(lower) || ((traits & UNUSUAL) !== 0 && edits.has(plainName(lower)));
}

/** Fields that are written anew even for a trusted proxy. */
function isRewritten(exchange: Exchange, lower: string): boolean {
  return (
    lower === 'x-forwarded-for' ||
    lower === 'x-forwarded-server' ||
    (lower === 'x-forwarded-prefix' && exchange.forwardedPrefix !== '')
  );
}

/** Middlewares cannot change how the message is framed: that would make one request look like two. */
function addEdits(headers: HeaderList, edits: FieldEdits): void {
  for (const [lower, edit] of edits) {
    if (edit === null || (traitsOf(lower) & (FRAMING | HOST)) !== 0) continue;
    for (const value of edit.values) headers.push(edit.name, value);
  }
}

function addForwarded(exchange: Exchange, headers: HeaderList): void {
  const { client, headerEdits, forwardedPrefix, trace } = exchange;
  const trusted = client.isTrusted ? exchange.req.headers : null;
  const add = (name: string, lower: string, value: string): void => {
    if (headerEdits === null || !headerEdits.has(lower)) headers.push(name, value);
  };
  const before = trusted?.['x-forwarded-for'];
  const forwardedFor = before === undefined ? client.address : `${String(before)}, ${client.address}`;
  add('X-Forwarded-For', 'x-forwarded-for', forwardedFor);
  add('X-Forwarded-Server', 'x-forwarded-server', SERVER_NAME);
  if (forwardedPrefix !== '') add('X-Forwarded-Prefix', 'x-forwarded-prefix', forwardedPrefix);
  if (trusted?.['x-forwarded-host'] === undefined) add('X-Forwarded-Host', 'x-forwarded-host', exchange.host);
  if (trusted?.['x-forwarded-proto'] === undefined)
    add('X-Forwarded-Proto', 'x-forwarded-proto', client.scheme);
  if (trusted?.['x-forwarded-port'] === undefined)
    add('X-Forwarded-Port', 'x-forwarded-port', portOf(exchange));
  if (trusted?.['x-real-ip'] === undefined) add('X-Real-Ip', 'x-real-ip', client.address);
  add('X-Request-Id', 'x-request-id', exchange.requestId);
  if (trace === null) return;
  add('traceparent', 'traceparent', formatTraceParent({ ...trace, spanId: trace.upstreamSpanId }));
  if (trace.state !== null) add('tracestate', 'tracestate', trace.state);
}

function portOf(exchange: Exchange): string {
  const port = /:(\d+)$/.exec(exchange.host)?.[1];
  return port ?? (exchange.scheme === 'https' ? '443' : '80');
}

/**
 * Returns a reader for the trailers of a request that has announced some, to be called when its body has ended, and announces
 * them to the upstream in `headers`. Trailers that come unannounced are dropped, as RFC 9110 §6.5.1 allows.
 */
export function announcedTrailers(
  { req, headerEdits }: Exchange,
  headers: HeaderList,
): (() => HeaderList) | null {
  const announced = req.headers.trailer;
  if (announced === undefined) return null;
  const listed = connectionOptions(req.headers.connection);
  const isPassed = (name: string): boolean => {
    const lower = name.toLowerCase();
    if (!isTrailer(lower) || listed?.includes(lower) === true) return false;
    return headerEdits === null || !isEdited(headerEdits, lower, traitsOf(lower));
  };
  const names = announced.split(',').map((name) => name.trim());
  const passed = names.filter((name) => name !== '' && isPassed(name));
  if (passed.length === 0) return null;
  headers.push('Trailer', passed.join(', '));
  return () => {
    const trailers: HeaderList = [];
    for (let i = 0; i < req.rawTrailers.length; i += 2) {
      const name = req.rawTrailers[i] ?? '';
      if (isPassed(name)) trailers.push(name, req.rawTrailers[i + 1] ?? '');
    }
    return trailers;
  };
}
