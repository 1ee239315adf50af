import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { TUNNELS_MAX, type TunnelEndpoint } from '@portolan/contract/agent';
import type { TunnelDialError } from '@portolan/tunnel/websocket/dial-error';
import { readStreamHeader, type StreamHeader } from '@portolan/tunnel/session/typed-streams';
import type { RawStream } from '@portolan/tunnel/streams/raw-stream';
import type { Session } from '@portolan/tunnel/session/session';
import type { TunnelStream } from '@portolan/tunnel/streams/tunnel-stream';
import type { Uplink, UplinkRequest, UplinkResponse } from '../uplink/uplink.ts';
import type { AgentLogger } from '../../logger.ts';
import { Tunnel, type TunnelDialOptions, type TunnelState } from './tunnel.ts';
import { NeverSentError, UplinkPool, type Secure } from './uplink-pool.ts';

export type EdgeHeader = Extract<StreamHeader, { kind: 'edge' }>;

export interface TunnelManagerOptions extends TunnelDialOptions {
  readonly logger: AgentLogger;
  /** Authenticates agent and platform to each other over a stream. */
  readonly secure: Secure;
  /** Tunnels to keep at most, of those the platform assigns; up to 8. */
  readonly wanted?: number;
  /** A public connection came down a tunnel. */
  onEdge(stream: TunnelStream, header: EdgeHeader): void;
  /** A tunnel came up: what waited for one can go on. */
  onUp?(): void;
  /** The assignments seem out of date, or none works: ask the platform for them afresh. */
  onStale?(): void;
}

/** One tunnel, for people and metrics. */
export interface TunnelStats {
  readonly endpoint: TunnelEndpoint;
  readonly state: TunnelState;
  readonly lastError: string | null;
  readonly failures: number;
  readonly inFlight: number;
  readonly session: ReturnType<Session['stats']> | null;
}

const STAGGER_MS = 100;
const WATCHDOG_MS = 15_000;
const STALE_MS = 15_000;
/** A tunnel that is no longer wanted waits this long at most for its replacement to be up. */
const REPLACE_MS = 15_000;
/** What an endless answer on a draining tunnel gets before it must start again on another. */
const DRAIN_MS = 1_000;
const ATTEMPTS_MAX = 3;
const COMPRESS_BYTES_MIN = 1024;
const IDEMPOTENT = new Set(['GET', 'PUT']);
const compress = promisify(zstdCompress);

/** Keeps the tunnels the platform assigns and sends requests through whichever is best. */
export class TunnelManager implements Uplink {
  readonly #options: TunnelManagerOptions;
  readonly #dial: TunnelDialOptions;
  readonly #tunnels = new Map<string, Tunnel>();
  readonly #pools = new Map<Session, UplinkPool>();
  /** No longer assigned, still open until the others are up. */
  readonly #outgoing = new Map<Tunnel, NodeJS.Timeout>();
  readonly #said = new Map<string, string>();
  readonly #staleness: NodeJS.Timeout;
  #liveAt = performance.now();

  constructor(options: TunnelManagerOptions) {
    this.#options = options;
    const { ticket, ca, cert, key, proxy, session } = options;
    this.#dial = {
      ticket,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(proxy === undefined ? {} : { proxy }),
      session: { silenceTimeoutMs: WATCHDOG_MS, ...session },
    };
    this.#staleness = setInterval(() => this.#watchStaleness(), STALE_MS / 3).unref();
  }

  /** Tunnels that carry traffic now. */
  get live(): number {
    return [...this.#tunnels.values()].filter(({ session }) => session !== null).length;
  }

  get isReady(): boolean {
    return this.live > 0;
  }

  /** Makes the tunnels be those: new ones are dialled, others end once their replacements are up. */
  reconcile(endpoints: readonly TunnelEndpoint[]): void {
    const limit = Math.min(this.#options.wanted ?? TUNNELS_MAX, TUNNELS_MAX);
    const desired = new Map(endpoints.slice(0, limit).map((endpoint) => [keyOf(endpoint), endpoint]));
    for (const [key, tunnel] of this.#tunnels) {
      if (desired.has(key)) continue;
      this.#tunnels.delete(key);
      this.#outgoing.set(
        tunnel,
        setTimeout(() => this.#release(tunnel), REPLACE_MS),
      );
    }
    let started = 0;
    for (const [key, endpoint] of desired) {
      if (this.#tunnels.has(key)) continue;
      const tunnel = new Tunnel(endpoint, this.#dial, this.#eventsOf(endpoint));
      this.#tunnels.set(key, tunnel);
      tunnel.start(started * STAGGER_MS);
      started += 1;
    }
    this.#releaseReplaced();
  }

  /** Sends a request through the least busy, then nearest tunnel; on another one if that could do nothing twice. */
  async request({ method, path, body, signal }: UplinkRequest): Promise<UplinkResponse> {
    const payload = await encode(body);
    const tried = new Set<UplinkPool>();
    for (;;) {
      signal.throwIfAborted();
      const pool = this.#best(tried);
      if (!pool) throw new Error('no tunnel to the platform is live');
      tried.add(pool);
      try {
        const { statusCode, body: answer } = await pool.request({ method, path, ...payload, signal });
        return { status: statusCode, body: answer };
      } catch (error) {
        const isRepeatable = isNeverSent(error) || IDEMPOTENT.has(method);
        if (signal.aborted || !isRepeatable || tried.size >= ATTEMPTS_MAX || !this.#best(tried)) throw error;
      }
    }
  }

  stats(): TunnelStats[] {
    return [...this.#tunnels.values()].map((tunnel) => ({
      endpoint: tunnel.endpoint,
      state: tunnel.state,
      lastError: tunnel.lastError,
      failures: tunnel.failures,
      inFlight: tunnel.session ? (this.#pools.get(tunnel.session)?.inFlight ?? 0) : 0,
      session: tunnel.session?.stats() ?? null,
    }));
  }

  /** Ends all tunnels, gently for `graceMs`, then at once. */
  async close(graceMs = 5_000): Promise<void> {
    clearInterval(this.#staleness);
    for (const timer of this.#outgoing.values()) clearTimeout(timer);
    const tunnels = [...this.#tunnels.values(), ...this.#outgoing.keys()];
    this.#tunnels.clear();
    this.#outgoing.clear();
    for (const pool of this.#pools.values()) pool.retire(0);
    const hurry = setTimeout(() => {
      for (const tunnel of tunnels) tunnel.destroy();
    }, graceMs);
    await Promise.all(tunnels.map((tunnel) => tunnel.close()));
    clearTimeout(hurry);
  }

  #best(tried: ReadonlySet<UplinkPool>): UplinkPool | null {
    let best: UplinkPool | null = null;
    for (const pool of this.#pools.values()) {
      if (tried.has(pool) || pool.session.closed || pool.session.draining) continue;
      if (!best || compare(pool, best) < 0) best = pool;
    }
    return best;
  }

  #eventsOf(endpoint: TunnelEndpoint) {
    const { logger } = this.#options;
    const where = { tunnel: endpoint.id, broker: endpoint.brokerId };
    return {
      up: (session: Session) => {
        this.#said.delete(endpoint.id);
        this.#pools.set(session, new UplinkPool(session, this.#options.secure));
        session.on('rawStream', (stream) => void this.#accept(stream));
        logger.info({ event: 'tunnel.up', ...where }, `tunnel to ${endpoint.brokerId} is up`);
        this.#releaseReplaced();
        for (const tunnel of this.#tunnels.values()) tunnel.hurry();
        this.#options.onUp?.();
      },
      leaving: (session: Session) => {
        this.#pools.get(session)?.retire(DRAIN_MS);
        logger.info(
          { event: 'tunnel.leaving', ...where },
          `tunnel to ${endpoint.brokerId} is being replaced`,
        );
      },
      down: (session: Session, why: string) => {
        this.#pools.get(session)?.destroy();
        this.#pools.delete(session);
        logger.info({ event: 'tunnel.down', ...where, why }, `tunnel to ${endpoint.brokerId} ended: ${why}`);
      },
      failed: (error: TunnelDialError) => this.#explain(endpoint, error),
    };
  }

  /** The same trouble is said once, however often it is met. */
  #explain(endpoint: TunnelEndpoint, error: TunnelDialError): void {
    if (error.code === 'forbidden') this.#options.onStale?.();
    if (this.#said.get(endpoint.id) === error.code) return;
    this.#said.set(endpoint.id, error.code);
    this.#options.logger.warn(
      { event: 'tunnel.failed', tunnel: endpoint.id, code: error.code },
      error.message,
    );
  }

  async #accept(stream: RawStream): Promise<void> {
    try {
      const header = await readStreamHeader(stream);
      if (header.kind === 'edge') this.#options.onEdge(stream.toDuplex(), header);
      else stream.destroy();
    } catch {
      stream.destroy(); // the session counts it
    }
  }

  #releaseReplaced(): void {
    const areAllUp = [...this.#tunnels.values()].every(({ session }) => session !== null);
    if (!areAllUp || this.#tunnels.size === 0) return;
    for (const tunnel of this.#outgoing.keys()) this.#release(tunnel);
  }

  #release(tunnel: Tunnel): void {
    clearTimeout(this.#outgoing.get(tunnel));
    this.#outgoing.delete(tunnel);
    if (tunnel.session) this.#pools.get(tunnel.session)?.retire(DRAIN_MS);
    void tunnel.close();
  }

  #watchStaleness(): void {
    if (this.isReady) this.#liveAt = performance.now();
    else if (performance.now() - this.#liveAt > STALE_MS) {
      this.#liveAt = performance.now();
      this.#options.onStale?.();
    }
  }
}

/** A broker whose address changed is another tunnel. */
function keyOf({ id, url }: TunnelEndpoint): string {
  return `${id} ${url}`;
}

function compare(a: UplinkPool, b: UplinkPool): number {
  const lateness = Number(a.session.isUnresponsive) - Number(b.session.isUnresponsive);
  if (lateness !== 0) return lateness;
  const [aRtt, bRtt] = [a, b].map(({ session }) => session.stats().rttMs ?? Number.MAX_SAFE_INTEGER);
  return a.inFlight - b.inFlight || (aRtt ?? 0) - (bRtt ?? 0);
}

function isNeverSent(error: unknown): boolean {
  return error instanceof NeverSentError || (error instanceof Error && error.cause instanceof NeverSentError);
}

async function encode(
  body: string | undefined,
): Promise<{ body?: Buffer; headers?: Record<string, string> }> {
  if (body === undefined) return {};
  const plain = Buffer.from(body);
  const headers = { 'content-type': 'application/json' };
  if (plain.length < COMPRESS_BYTES_MIN) return { body: plain, headers };
  return { body: await compress(plain), headers: { ...headers, 'content-encoding': 'zstd' } };
}
