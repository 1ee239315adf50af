import { redactText } from '@portolan/process/redaction';
import type { Operation } from '@portolan/resources/decide/operations';
import type { Route } from '@portolan/resources/model/model';
import type { ObjectRef } from '@portolan/resources/model/object-ref';
import type { Identity } from '@portolan/resources/model/request';
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
  const addressOf = withAddress ? (address: string) => address : keptByText(maskAddress);
  return (exchange) =>
    write(exchange, {
      address: addressOf(exchange.clientAddress),
      path: redactText(exchange.path),
      search: withQuery && exchange.query !== '' ? redactText(`?${exchange.query}`) : '',
    });
}

/**
 * Names of OpenTelemetry's semantic conventions where they have one (HTTP spans, `client`, `user`, `tls`), `portolan.*` for the rest. Durations
 * in seconds, as there. Members that depend on configuration alone are written once and kept: a line costs a gateway a fiftieth of its request.
 */
function jsonLine(exchange: FinishedExchange, { address, path, search }: Shown): string {
  const { trace, attempts, upstreamMs, durationMs } = exchange;
  // Ids are checked where they enter the gateway, and sources are words of its own.
  return (
    `{"timestamp":"${isoTime(exchange.startedAt)}"` +
    (trace === null ? '' : `,"trace_id":"${trace.traceId}","span_id":"${trace.spanId}"`) +
    `,"portolan.request.id":"${exchange.requestId}"` +
    text('http.request.method', exchange.method) +
    `,"url.scheme":"${exchange.scheme}"` +
    serverMembers(exchange.host) +
    text('url.path', path) +
    text('url.query', search.slice(1)) +
    operationMembers(exchange.operation) +
    `,"http.response.status_code":${exchange.status},"http.server.request.duration":${seconds(durationMs)}` +
    `,"http.request.body.size":${exchange.bytesIn},"http.response.body.size":${exchange.bytesOut}` +
    `,"network.protocol.name":"http","network.protocol.version":"${exchange.httpVersion}"` +
    text('tls.protocol.version', exchange.tlsVersion?.replace(/^TLSv/, '')) +
    text('client.address', address) +
    text('user.id', exchange.userId) +
    identityMembers(exchange.identity) +
    text('error.type', exchange.refusal) +
    (attempts > 1 ? `,"http.request.resend_count":${attempts - 1}` : '') +
    routeMembers(exchange.route) +
    apiMembers(exchange.api) +
    versionMembers(exchange.version) +
    `,"portolan.response.source":"${exchange.source}"` +
    text('portolan.key.id', exchange.keyId) +
    text('portolan.service', exchange.service) +
    text('portolan.upstream', exchange.upstream) +
    (upstreamMs === null ? '' : `,"portolan.upstream.duration":${seconds(upstreamMs)}`) +
    `,"portolan.auth.duration":${seconds(exchange.authMs)}}`
  );
}

const routeMembers = kept<Route>(({ id }) => text('portolan.route', id));
const apiMembers = kept<ObjectRef>((api) => text('portolan.api', keyOf(api)));
const versionMembers = kept<ObjectRef>((version) => text('portolan.api.version', keyOf(version)));
const operationMembers = kept<Operation>(
  ({ path, operationId }) => text('http.route', path) + text('portolan.operation.id', operationId),
);
const identityMembers = kept<Identity>(
  ({ email, groups, application }) =>
    text('user.email', email) +
    `,"user.roles":${JSON.stringify(groups)}` +
    text('portolan.application.id', application?.id),
);
const serverMembers = keptByText((host) => {
  const { name, port } = splitHost(host);
  return text('server.address', name) + (port === null ? '' : `,"server.port":${port}`);
});

/** Returns `write` with its results kept for as long as the objects they are of. */
function kept<T extends object>(write: (of: T) => string): (of: T | null) => string {
  const known = new WeakMap<T, string>();
  return (of) => {
    if (of === null) return '';
    let members = known.get(of);
    if (members === undefined) known.set(of, (members = write(of)));
    return members;
  };
}

const TEXTS_MAX = 1000;
/** Longer texts are not worth the memory: nobody has such a host name. */
const KEPT_TEXT_LENGTH_MAX = 255;

/** Returns `write` with some of its results kept; callers choose the texts, so that they are bounded. */
function keptByText(write: (of: string) => string): (of: string) => string {
  const known = new Map<string, string>();
  return (of) => {
    const found = known.get(of);
    if (found !== undefined) return found;
    const written = write(of);
    if (of.length > KEPT_TEXT_LENGTH_MAX) return written;
    if (known.size >= TEXTS_MAX) known.clear();
    known.set(of, written);
    return written;
  };
}

/** Text that JSON writes as it is: several times faster than to look at each of its characters. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** Returns a member of the object; nothing without a value. */
function text(name: string, value: string | null | undefined): string {
  if (value === null || value === undefined || value === '') return '';
  return PLAIN.test(value) ? `,"${name}":"${value}"` : `,"${name}":${JSON.stringify(value)}`;
}

let second = Number.NaN;
let secondText = '';

/** Returns a time in ISO 8601, to the millisecond. Most lines are of the second of the line before. */
function isoTime(time: number): string {
  const at = Math.floor(time / 1000);
  if (at !== second) {
    second = at;
    secondText = new Date(at * 1000).toISOString().slice(0, 20);
  }
  const ms = Math.floor(time - at * 1000);
  return secondText + (ms < 10 ? '00' : ms < 100 ? '0' : '') + ms + 'Z';
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

function keyOf({ namespace, name }: ObjectRef): string {
  return `${namespace}/${name}`;
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1_000_000;
}
