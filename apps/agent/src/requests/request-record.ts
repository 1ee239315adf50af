import { isIPv6 } from 'node:net';
import type { RequestRecord } from '@portolan/contract/requests';
import { redactText } from '@portolan/process/redaction';
import type { ObjectRef } from '@portolan/resources/model/object-ref';
import type { FinishedExchange } from '../gateway/exchange/finished-exchange.ts';

const PATH_LENGTH_MAX = 2048;
const NAME_LENGTH_MAX = 512;
const GROUPS_MAX = 100;

const records = new WeakMap<FinishedExchange, RequestRecord>();

/** Returns an exchange as it may leave the gateway: no query, no credential, a masked address. The same object each time. */
export function requestRecord(exchange: FinishedExchange): RequestRecord {
  let record = records.get(exchange);
  if (record === undefined) {
    record = describe(exchange);
    records.set(exchange, record);
  }
  return record;
}

function describe(exchange: FinishedExchange): RequestRecord {
  const { identity, operation } = exchange;
  return {
    id: exchange.requestId,
    traceId: exchange.trace?.traceId ?? null,
    time: new Date(exchange.startedAt).toISOString(),
    api: nameOf(exchange.api),
    version: nameOf(exchange.version),
    operation: operation === null ? null : `${operation.method} ${operation.path}`,
    method: exchange.method.slice(0, 64),
    scheme: exchange.scheme,
    host: exchange.host.slice(0, 255),
    path: redactText(exchange.path).slice(0, PATH_LENGTH_MAX),
    status: exchange.status,
    source: exchange.source,
    reason: exchange.refusal,
    durationMs: rounded(exchange.durationMs),
    upstreamMs: exchange.upstreamMs === null ? null : rounded(exchange.upstreamMs),
    authMs: rounded(exchange.authMs),
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
    user: short(exchange.userId),
    email: short(identity?.email || null),
    groups: (identity?.groups ?? []).slice(0, GROUPS_MAX).map((group) => group.slice(0, NAME_LENGTH_MAX)),
    application: short(identity?.application?.id ?? null),
    key: exchange.keyId?.slice(0, 128) ?? null,
    client: maskAddress(exchange.clientAddress),
    service: exchange.service,
    upstream: exchange.upstream,
    attempts: exchange.attempts,
    protocol: exchange.httpVersion,
    tls: exchange.tlsVersion,
  };
}

/** Returns an address whose last part is zero: 24 bits of IPv4 and 48 of IPv6 are left, which names a network, not a person. */
export function maskAddress(address: string): string {
  if (!address.includes(':') || !isIPv6(address)) return address.replace(/\.\d+$/, '.0');
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const kept = tail === undefined ? groups.slice(0, 3) : [...groups, '0', '0', '0'].slice(0, 3);
  return `${kept.join(':')}::`;
}

/** Splits a Host field into the two attributes that OpenTelemetry has for it; null without a port. */
export function splitHost(host: string): { readonly name: string; readonly port: number | null } {
  const [, name = host, port] = /^(.*?)(?::(\d{1,5}))?$/.exec(host) ?? [];
  return { name: name.replace(/^\[|\]$/g, ''), port: port === undefined ? null : Number(port) };
}

function nameOf(ref: ObjectRef | null): string | null {
  return ref === null ? null : `${ref.namespace}/${ref.name}`;
}

function short(text: string | null): string | null {
  return text === null ? null : text.slice(0, NAME_LENGTH_MAX);
}

/** To microseconds. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
