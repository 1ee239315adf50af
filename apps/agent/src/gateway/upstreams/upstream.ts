import { isIP } from 'node:net';
import type { Endpoint, ServiceTarget, UpstreamTransport } from '@portolan/resources/model/service';
import { normaliseHost } from '@portolan/resources/rules/hosts';
import { Pool, type Dispatcher } from 'undici';
import { REMOTE_ONLY } from '../http/auxiliary-client.ts';
import type { GatewayLimits } from '../http/limits.ts';
import { sendWithNodeHttp } from './send-with-node-http.ts';
import { Http2Sessions } from './http2-sessions.ts';
import type { RawHandler, Timeouts, UpstreamRequest, ConnectOptions } from './raw-handler.ts';

const FAILURES_BEFORE_EJECTION = 3;
const EJECTION_MS = 5_000;
const EJECTION_MS_MAX = 60_000;

/** One endpoint of a Service as reached with one set of transport options: its keep-alive connections and its health. */
export class Upstream {
  readonly endpoint: Endpoint;
  readonly origin: string;
  /** `host:port`, without the port where it is the scheme's own. */
  readonly authority: string;
  /**
   * Server name to give with each request, which undici prefers to the one of the connection: that of the transport, or '' for
   * the request's host. Plain HTTP has any, so that undici does not look for one in every host.
   */
  readonly serverName: string;
  inFlight = 0;
  lastUsedAt = performance.now();
  /** Result of the last active check; true before the first. */
  isCheckPassing = true;
  readonly #target: ServiceTarget;
  readonly #limits: GatewayLimits;
  readonly #onOpen: (upstream: Upstream) => void;
  #pool: Pool | null = null;
  #http2: Http2Sessions | null = null;
  #failures = 0;
  #ejections = 0;
  #ejectedUntil = 0;

  constructor(
    endpoint: Endpoint,
    target: ServiceTarget,
    limits: GatewayLimits,
    onOpen: (upstream: Upstream) => void,
  ) {
    const scheme = target.scheme === 'https' ? 'https' : 'http';
    const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
    const isDefaultPort = endpoint.port === (scheme === 'https' ? 443 : 80);
    this.endpoint = endpoint;
    this.serverName = scheme === 'https' ? (target.transport?.serverName ?? '') : 'unused';
    this.authority = isDefaultPort ? host : `${host}:${endpoint.port}`;
    this.origin = `${scheme}://${this.authority}`;
    this.#target = target;
    this.#limits = limits;
    this.#onOpen = onOpen;
  }

  /** Sends a request that no client waits for on this connection, over HTTP/1.1. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const named = { ...options, servername: this.serverName };
    this.pool.dispatch(named, handler);
  }

  /** Its connections; made when first asked for, and anew after they were let go. */
  get pool(): Pool {
    if (this.#pool === null) {
      this.#pool = new Pool(urlOf(this.origin), poolOptions(this.endpoint, this.#target, this.#limits));
      this.#onOpen(this);
    }
    return this.#pool;
  }

  /** Sends a request by the simplest means that carries all of it. */
  send(request: UpstreamRequest & Dispatcher.DispatchOptions, handler: RawHandler): void {
    const { scheme, transport } = this.#target;
    const wantsHttp2 =
      scheme === 'h2c' || (scheme === 'https' && request.needsHttp2 && transport?.disableHttp2 !== true);
    const isHttp2 = wantsHttp2 && request.upgrade == null;
    if (!isHttp2 && !request.expectsContinue && request.trailers === null)
      this.pool.dispatch(request, handler);
    else if (isHttp2) this.#sessions.dispatch(request, handler, this.#tlsFor(request));
    else
      sendWithNodeHttp(
        {
          origin: new URL(this.origin),
          tls: this.#tlsFor(request),
          headBytesMax: this.#limits.responseHeadBytesMax,
          ...this.#timeouts,
        },
        request,
        handler,
      );
  }

  /** Lets the connections go once what was dispatched is done. */
  async release(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    this.#http2?.close();
    this.#http2 = null;
    await pool?.close();
  }

  async destroy(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    this.#http2?.destroy();
    this.#http2 = null;
    await pool?.destroy();
  }

  get #sessions(): Http2Sessions {
    if (this.#http2 === null) {
      this.#http2 = new Http2Sessions(this.origin, this.#timeouts);
      this.#onOpen(this);
    }
    return this.#http2;
  }

  get #timeouts(): Timeouts {
    return timeoutsOf(this.#target, this.#limits);
  }

  /** Returns TLS settings; of an endpoint known by its address only, the certificate must be for the requested host. */
  #tlsFor({ headers }: UpstreamRequest): ConnectOptions {
    const { scheme, transport } = this.#target;
    if (scheme !== 'https') return lookupOf(this.endpoint);
    const asked = normaliseHost(headers[1] ?? '');
    const name = isIP(this.endpoint.host) === 0 ? this.endpoint.host : asked;
    return {
      ...lookupOf(this.endpoint),
      ...(isIP(name) === 0 ? { servername: name } : {}),
      ...tlsOptions(transport),
    };
  }

  isAvailable(now: number): boolean {
    return this.isCheckPassing && now >= this.#ejectedUntil;
  }

  /** Passive health: consecutive connection failures take the endpoint out for a while, longer each time. */
  reportFailure(now: number): void {
    this.#failures += 1;
    if (this.#failures < FAILURES_BEFORE_EJECTION) return;
    this.#failures = 0;
    this.#ejectedUntil = now + Math.min(EJECTION_MS * 2 ** this.#ejections, EJECTION_MS_MAX);
    this.#ejections += 1;
  }

  reportSuccess(): void {
    if (this.#failures === 0 && this.#ejections === 0) return;
    this.#failures = 0;
    this.#ejections = 0;
    this.#ejectedUntil = 0;
  }
}

/** Returns the key of connections that can be shared: same endpoint, same transport. */
export function upstreamKey(endpoint: Endpoint, target: ServiceTarget): string {
  const transport = target.transport === null ? '' : JSON.stringify(target.transport);
  const reach = endpoint.isRemote === true ? ' remote' : '';
  return `${target.scheme}://${endpoint.host}:${endpoint.port}${reach} ${transport}`;
}

/** Names of objects made on the platform are resolved under guard; addresses were checked before. */
function lookupOf({ isRemote }: Endpoint): ConnectOptions {
  return isRemote === true ? { lookup: REMOTE_ONLY.lookup } : {};
}

/** Returns a URL with a stored origin: undici reads it at each request, and Node would compose it each time. */
function urlOf(origin: string): URL {
  return Object.defineProperty(new URL(origin), 'origin', { value: origin });
}

function timeoutsOf({ transport }: ServiceTarget, limits: GatewayLimits): Timeouts {
  return {
    connectTimeoutMs: positive(transport?.dialTimeoutMs) ?? limits.connectTimeoutMs,
    headersTimeoutMs: positive(transport?.responseHeaderTimeoutMs) ?? limits.upstreamTimeoutMs,
    idleTimeoutMs: positive(transport?.idleConnTimeoutMs) ?? 60_000,
  };
}

function poolOptions(endpoint: Endpoint, target: ServiceTarget, limits: GatewayLimits): Pool.Options {
  const { connectTimeoutMs, headersTimeoutMs, idleTimeoutMs } = timeoutsOf(target, limits);
  return {
    connections: limits.upstreamConnectionsMax,
    pipelining: 1,
    keepAliveTimeout: idleTimeoutMs,
    // A `Keep-Alive: timeout` of the upstream may shorten this, not prolong it.
    keepAliveMaxTimeout: idleTimeoutMs,
    headersTimeout: headersTimeoutMs,
    // Streams may stay silent as long as they like; the client's own connection ends them.
    bodyTimeout: 0,
    maxHeaderSize: limits.responseHeadBytesMax,
    connect: {
      timeout: connectTimeoutMs,
      // An upgraded connection ends half by half.
      allowHalfOpen: true,
      ...lookupOf(endpoint),
      ...(target.scheme === 'h2c' ? { useH2c: true } : {}),
      ...tlsOptions(target.transport),
    },
  };
}

function tlsOptions(transport: UpstreamTransport | null): ConnectOptions {
  if (transport === null) return {};
  return {
    rejectUnauthorized: !transport.insecureSkipVerify,
    ...(transport.serverName === undefined ? {} : { servername: transport.serverName }),
    ...(transport.rootCAs.length === 0 ? {} : { ca: [...transport.rootCAs] }),
    ...(transport.certificates.length === 0
      ? {}
      : {
          cert: transport.certificates.map(({ cert }) => cert),
          key: transport.certificates.map(({ key }) => key),
        }),
  };
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
