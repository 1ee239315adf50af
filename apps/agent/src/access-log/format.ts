import { redactText } from '@portolan/process/redaction';
import type { FinishedExchange } from '../gateway/exchange/finished-exchange.ts';
import { maskAddress, splitHost } from '../requests/request-record.ts';

export const ACCESS_LOG_FORMATS = ['json', 'common', 'traefik'] as const;
export type AccessLogFormat = (typeof ACCESS_LOG_FORMATS)[number];

export interface FormatOptions {
  readonly format: AccessLogFormat;
  /** Queries are written too, without values that look like credentials. */
  readonly withQuery: boolean;
  /** Addresses of callers are written in full. */
  readonly withAddress: boolean;
}

type Format = (exchange: FinishedExchange, shown: Shown) => string;

interface Shown {
  readonly address: string;
  readonly path: string;
  /** With its `?`; empty unless queries are written. */
  readonly search: string;
}

/** Returns the function that writes one line, without its line feed. */
export function accessLogFormat({
  format,
  withQuery,
  withAddress,
}: FormatOptions): (exchange: FinishedExchange) => string {
  const write: Format = { json: jsonLine, common: commonLine, traefik: traefikLine }[format];
  return (exchange) =>
    write(exchange, {
      address: withAddress ? exchange.clientAddress : maskAddress(exchange.clientAddress),
      path: redactText(exchange.path),
      search: withQuery && exchange.query !== '' ? redactText(`?${exchange.query}`) : '',
    });
}

/**
 * Names of OpenTelemetry's semantic conventions where they have one (HTTP spans, `client`, `user`, `tls`), `portolan.*` for the rest. Durations
 * in seconds, as there.
 */
function jsonLine(exchange: FinishedExchange, { address, path, search }: Shown): string {
  const { trace, operation, identity, attempts, upstreamMs } = exchange;
  const server = splitHost(exchange.host);
  return (
    `{"timestamp":"${new Date(exchange.startedAt).toISOString()}"` +
    text('trace_id', trace?.traceId) +
    text('span_id', trace?.spanId) +
    text('portolan.request.id', exchange.requestId) +
    text('http.request.method', exchange.method) +
    text('url.scheme', exchange.scheme) +
    text('server.address', server.name) +
    figure('server.port', server.port) +
    text('url.path', path) +
    text('url.query', search.slice(1)) +
    text('http.route', operation?.path) +
    figure('http.response.status_code', exchange.status) +
    figure('http.server.request.duration', seconds(exchange.durationMs)) +
    figure('http.request.body.size', exchange.bytesIn) +
    figure('http.response.body.size', exchange.bytesOut) +
    ',"network.protocol.name":"http"' +
    text('network.protocol.version', exchange.httpVersion) +
    text('tls.protocol.version', exchange.tlsVersion?.replace(/^TLSv/, '')) +
    text('client.address', address) +
    text('user.id', exchange.userId) +
    text('user.email', identity?.email) +
    (identity === null ? '' : `,"user.roles":${JSON.stringify(identity.groups)}`) +
    text('error.type', exchange.refusal) +
    figure('http.request.resend_count', attempts > 1 ? attempts - 1 : null) +
    text('portolan.route', exchange.route?.id) +
    text('portolan.api', keyOf(exchange.api)) +
    text('portolan.api.version', keyOf(exchange.version)) +
    text('portolan.operation.id', operation?.operationId) +
    text('portolan.response.source', exchange.source) +
    text('portolan.key.id', exchange.keyId) +
    text('portolan.application.id', identity?.application?.id) +
    text('portolan.service', exchange.service) +
    text('portolan.upstream', exchange.upstream) +
    figure('portolan.upstream.duration', upstreamMs === null ? null : seconds(upstreamMs)) +
    `${figure('portolan.auth.duration', seconds(exchange.authMs))}}`
  );
}

/** Text that JSON writes as it is: several times faster than to look at each of its characters. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A member of the object; nothing without a value. */
function text(name: string, value: string | null | undefined): string {
  if (value === null || value === undefined || value === '') return '';
  return PLAIN.test(value) ? `,"${name}":"${value}"` : `,"${name}":${JSON.stringify(value)}`;
}

function figure(name: string, value: number | null): string {
  return value === null ? '' : `,"${name}":${value}`;
}

/** NCSA Common Log Format. */
function commonLine(exchange: FinishedExchange, { address, path, search }: Shown): string {
  const { method, httpVersion, status, bytesOut, userId } = exchange;
  const request = `${method} ${path}${search} HTTP/${httpVersion}`;
  const user = word(userId);
  return `${address || '-'} - ${user} [${commonTime(exchange.startedAt)}] "${escaped(request)}" ${status} ${bytesOut}`;
}

let number = 0;

/**
 * Traefik's own extension of it: `"referrer" "user agent" count "router" "server URL" duration`. Header fields are not logged, so that the
 * first two are empty (https://doc.traefik.io/traefik/observe/logs-and-access-logs/).
 */
function traefikLine(exchange: FinishedExchange, shown: Shown): string {
  number += 1;
  const router = escaped(exchange.route?.id ?? '-');
  const upstream = escaped(exchange.upstream ?? '-');
  return `${commonLine(exchange, shown)} "-" "-" ${number} "${router}" "${upstream}" ${Math.round(exchange.durationMs)}ms`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function commonTime(time: number): string {
  const iso = new Date(time).toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** One word of a line that is split at spaces. */
function word(text: string | null): string {
  return text === null || text === '' ? '-' : escaped(text.replaceAll(/\s/g, '_'));
}

/** Callers cannot end a quoted text or a line: as nginx escapes. */
function escaped(text: string): string {
  return text.replaceAll(/["\\]|[^\x20-\x7e]/g, (char) =>
    [...Buffer.from(char, 'utf8')]
      .map((byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

function keyOf(ref: FinishedExchange['api']): string | undefined {
  return ref === null ? undefined : `${ref.namespace}/${ref.name}`;
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1_000_000;
}
