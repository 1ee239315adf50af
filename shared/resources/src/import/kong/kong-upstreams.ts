import { isIP } from 'node:net';
import type { ImportedTarget, ImportedUpstream } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

/** A service of Kong: where its routes lead. */
export interface KongService {
  readonly name: string;
  readonly map: SourceMap;
  /** Path that goes before that of each request; empty for none. */
  readonly path: string;
  readonly upstream: ImportedUpstream;
  readonly hostHeader: string | null;
  readonly retries: number;
}

/** Protocols of HTTP; `grpc` is HTTP/2 without TLS. */
const SCHEMES: ReadonlyMap<string, ImportedUpstream['scheme']> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['grpc', 'h2c'],
  ['grpcs', 'https'],
]);

const TIMEOUTS = { connect_timeout: 'dialTimeout', read_timeout: 'responseHeaderTimeout' } as const;

/** Returns a service; null for one that does not speak HTTP. https://developer.konghq.com/gateway/entities/service/ */
export function readService(
  map: SourceMap,
  { upstreams, losses }: { readonly upstreams: ReadonlyMap<string, SourceMap>; readonly losses: Losses },
): KongService | null {
  map.skip('id', 'created_at', 'updated_at', 'tags', 'routes', 'plugins');
  const address = addressOf(map);
  const name = map.text('name') ?? address.host;
  const scheme = SCHEMES.get(address.protocol);
  if (map.flag('enabled') === false) return null;
  if (scheme === undefined) {
    losses.add('withheld', map.path, `the protocol ${address.protocol} is not HTTP`);
    return null;
  }
  if (map.has('write_timeout'))
    losses.add('ignored', map.at('write_timeout'), 'sending a request has no timeout of its own here');
  if (map.has('client_certificate') || map.has('ca_certificates') || map.has('tls_verify_depth'))
    losses.add(
      'changed',
      map.path,
      'certificates for upstreams are not imported: name TLS Secrets in the ServersTransport',
    );
  map.skip('write_timeout', 'client_certificate', 'ca_certificates', 'tls_verify_depth');
  const group = upstreams.get(address.host);
  const transport = transportOf(map, { isTls: scheme === 'https', losses });
  const hostHeader = group?.text('host_header') ?? null;
  return {
    name,
    map,
    path: address.path === '/' ? '' : address.path.replace(/\/$/, ''),
    hostHeader,
    retries: map.number('retries') ?? 0,
    upstream: {
      name,
      path: map.path,
      scheme,
      passHostHeader: hostHeader !== null,
      ...(transport === null ? {} : { transport }),
      ...(group === undefined
        ? { targets: [{ host: address.host, port: address.port, weight: 100 }] }
        : balancingOf(group, losses)),
    },
  };
}

interface Address {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** `url` is a shorthand for protocol, host, port and path. */
function addressOf(map: SourceMap): Address {
  const url = map.text('url');
  if (url !== undefined && URL.canParse(url)) {
    const { protocol, hostname, port, pathname } = new URL(url);
    const scheme = protocol.slice(0, -1);
    const host = hostname.replace(/^\[|\]$/g, '');
    return { protocol: scheme, host, port: Number(port) || portOf(scheme), path: pathname };
  }
  const protocol = map.text('protocol') ?? 'http';
  return {
    protocol,
    host: map.text('host') ?? '',
    port: map.number('port') ?? 80,
    path: map.text('path') ?? '/',
  };
}

function portOf(scheme: string): number {
  return scheme === 'https' || scheme === 'grpcs' ? 443 : 80;
}

function transportOf(
  map: SourceMap,
  { isTls, losses }: { readonly isTls: boolean; readonly losses: Losses },
): Readonly<Record<string, unknown>> | null {
  const timeouts = Object.fromEntries(
    Object.entries(TIMEOUTS).flatMap(([key, name]) => {
      const ms = map.number(key);
      return ms === undefined ? [] : [[name, `${ms}ms`]];
    }),
  );
  const verifies = map.flag('tls_verify');
  if (isTls && verifies === undefined)
    losses.add(
      'changed',
      map.path,
      'the certificate of the upstream is verified, which Kong does only with tls_verify: true; set tls_verify: false to keep it so',
    );
  const isInsecure = isTls && verifies === false;
  if (Object.keys(timeouts).length === 0 && !isInsecure) return null;
  return {
    ...(isInsecure ? { insecureSkipVerify: true } : {}),
    ...(Object.keys(timeouts).length === 0 ? {} : { forwardingTimeouts: timeouts }),
  };
}

type Balancing = Pick<ImportedUpstream, 'targets' | 'healthCheck' | 'stickyCookie'>;

/** https://developer.konghq.com/gateway/entities/upstream/ */
function balancingOf(map: SourceMap, losses: Losses): Balancing {
  map.skip('id', 'created_at', 'updated_at', 'tags', 'slots', 'name');
  const algorithm = map.text('algorithm') ?? 'round-robin';
  const hashOn = map.text('hash_on') ?? 'none';
  const cookie = map.text('hash_on_cookie');
  if (algorithm !== 'round-robin' && !(algorithm === 'consistent-hashing' && hashOn === 'cookie'))
    losses.add('changed', map.at('algorithm'), `targets are used in turn by weight instead of ${algorithm}`);
  const healthCheck = activeCheck(map, losses);
  return {
    targets: map.maps('targets').flatMap((target) => targetOf(target, losses)),
    ...(hashOn === 'cookie' && cookie !== undefined ? { stickyCookie: cookie } : {}),
    ...(healthCheck === null ? {} : { healthCheck }),
  };
}

function targetOf(map: SourceMap, losses: Losses): readonly ImportedTarget[] {
  map.skip('id', 'created_at', 'updated_at', 'tags');
  const text = map.text('target') ?? '';
  const weight = map.number('weight') ?? 100;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? (isIP(text) === 6 ? text : '');
  if (host !== '') return [{ host, port: port === undefined ? 8000 : Number(port), weight }];
  losses.add('ignored', map.path, `"${text}" is not a host with a port`);
  return [];
}

/** Active checks of HTTP are kept; passive ones have no equivalent. */
function activeCheck(map: SourceMap, losses: Losses): Readonly<Record<string, unknown>> | null {
  const checks = map.map('healthchecks');
  const active = checks?.map('active');
  checks?.skip('threshold');
  if (checks?.has('passive') === true)
    losses.add('ignored', checks.at('passive'), 'targets are not taken out by what their responses are');
  checks?.skip('passive');
  const healthy = active?.map('healthy');
  const interval = healthy?.number('interval') ?? 0;
  healthy?.skip('successes', 'http_statuses');
  active?.skip('unhealthy', 'concurrency', 'type', 'https_sni', 'https_verify_certificate', 'headers');
  const path = active?.text('http_path') ?? '/';
  const timeout = active?.number('timeout') ?? 1;
  return interval === 0 ? null : { path, interval: `${interval}s`, timeout: `${timeout}s` };
}
