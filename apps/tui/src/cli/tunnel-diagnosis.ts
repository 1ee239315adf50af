import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { findProxy, isLoopback, secureContextFor } from '@portolan/tunnel/websocket/find-proxy';
import { TunnelDialError, type TunnelDialErrorCode } from '@portolan/tunnel/websocket/dial-error';
import { dialTunnel, type DialOptions } from '@portolan/tunnel/websocket/dial';
import type { Session } from '@portolan/tunnel/session/session';

type TunnelHop = 'address' | 'dns' | 'tcp' | 'proxy' | 'tls' | 'websocket' | 'token' | 'ping';

/** What one hop of the way to a broker said. */
export interface HopReport {
  readonly hop: TunnelHop;
  readonly ok: boolean;
  readonly ms: number;
  /** What was found, or what went wrong and what to do. */
  readonly detail: string;
}

/** The hops in order, up to the first that is broken. */
export interface TunnelDiagnosis {
  readonly hops: readonly HopReport[];
  readonly broken: TunnelHop | null;
}

const HOP_MS = 10_000;

/** Codes of a dial that say the connection stood and the token did not pass. */
const TOKEN_CODES: ReadonlySet<TunnelDialErrorCode> = new Set(['unauthorized', 'forbidden', 'conflict']);

/** A hop that is broken, with its reason. */
class BrokenHop extends Error {
  readonly hop: TunnelHop;

  constructor(hop: TunnelHop, detail: string) {
    super(detail);
    this.hop = hop;
  }
}

/** Walks the way an agent takes to a broker, hop by hop, and names the one that is broken. */
export async function diagnoseTunnel(options: DialOptions): Promise<TunnelDiagnosis> {
  const walk = new Walk(options);
  try {
    await walk.run();
    return { hops: walk.hops, broken: null };
  } catch (error) {
    if (!(error instanceof BrokenHop)) throw error;
    return { hops: walk.hops, broken: error.hop };
  }
}

class Walk {
  readonly hops: HopReport[] = [];
  readonly #options: DialOptions;

  constructor(options: DialOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const url = await this.#step('address', () => parseAddress(this.#options.url));
    const proxy = findProxy(url.value, this.#options.proxy);
    const next = proxy ? new URL(`http://${proxy.url}`) : url.value;
    await this.#step('dns', () => resolve(next));
    const tcp = await this.#step('tcp', () => open(next, proxy ? 'the proxy' : 'the broker'));
    tcp.value.destroy();
    const isTls = url.value.protocol === 'wss:';
    if (!proxy && isTls) await this.#step('tls', () => handshake(url.value, this.#options));
    const throughProxy: TunnelHop[] = isTls ? ['proxy', 'tls'] : ['proxy'];
    const session = await this.#dial([...(proxy ? throughProxy : []), 'websocket', 'token']);
    try {
      await this.#step('ping', () => ping(session));
    } finally {
      session.destroy();
    }
  }

  async #step<T>(hop: TunnelHop, work: () => Promise<{ value: T; detail: string }>): Promise<{ value: T }> {
    const startedAt = performance.now();
    try {
      const { value, detail } = await work();
      this.#note(hop, { ok: true, startedAt, detail });
      return { value };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#note(hop, { ok: false, startedAt, detail });
      throw new BrokenHop(hop, detail);
    }
  }

  /** Dials for real; the dial's own verdict says which of the hops failed. */
  async #dial(hops: readonly TunnelHop[]): Promise<Session> {
    const startedAt = performance.now();
    try {
      const session = await dialTunnel(this.#options);
      for (const hop of hops) this.#note(hop, { ok: true, startedAt, detail: FINE[hop] ?? '' });
      return session;
    } catch (error) {
      if (!(error instanceof TunnelDialError)) throw error;
      const broken = hopOf(error.code);
      for (const hop of hops)
        if (isBefore(hop, broken)) this.#note(hop, { ok: true, startedAt, detail: FINE[hop] ?? '' });
      this.#note(broken, { ok: false, startedAt, detail: error.message });
      throw new BrokenHop(broken, error.message);
    }
  }

  #note(hop: TunnelHop, { ok, startedAt, detail }: { ok: boolean; startedAt: number; detail: string }): void {
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    this.hops.push({ hop, ok, ms, detail });
  }
}

const ORDER: readonly TunnelHop[] = ['address', 'dns', 'tcp', 'proxy', 'tls', 'websocket', 'token', 'ping'];
const FINE: Partial<Record<TunnelHop, string>> = {
  proxy: 'the proxy leads to the broker',
  tls: 'the broker’s certificate holds',
  websocket: 'the broker answers WebSocket upgrades',
  token: 'the broker accepts the agent token for this tunnel',
};

function isBefore(hop: TunnelHop, other: TunnelHop): boolean {
  return ORDER.indexOf(hop) < ORDER.indexOf(other);
}

function hopOf(code: TunnelDialErrorCode): TunnelHop {
  if (TOKEN_CODES.has(code)) return 'token';
  if (code === 'dns' || code === 'tcp' || code === 'proxy' || code === 'tls') return code;
  return 'websocket';
}

async function parseAddress(text: string): Promise<{ value: URL; detail: string }> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) {
    throw new Error(
      `${text} is no address of a broker. Give one such as wss://broker.example.com/tunnel/<id>.`,
    );
  }
  const warning =
    url.protocol === 'ws:' && !isLoopback(url.hostname)
      ? ' (not encrypted: use wss:// outside this machine)'
      : '';
  return { value: url, detail: `${url.host}${warning}` };
}

async function resolve(url: URL): Promise<{ value: null; detail: string }> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  try {
    const addresses = await lookup(hostname, { all: true });
    return { value: null, detail: addresses.map(({ address }) => address).join(', ') };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${hostname} has no address: ${why}. Check the name and the DNS of this machine.`, {
      cause: error,
    });
  }
}

async function open(url: URL, whom: string): Promise<{ value: Socket; detail: string }> {
  const isEncrypted = url.protocol === 'wss:' || url.protocol === 'https:';
  const port = Number(url.port) || (isEncrypted ? 443 : 80);
  const socket = connectTcp({ host: url.hostname.replace(/^\[|\]$/g, ''), port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(HOP_MS) });
    return { value: socket, detail: `${whom} answers at ${socket.remoteAddress}:${port}` };
  } catch (error) {
    socket.destroy();
    const why = error instanceof Error && error.name === 'AbortError' ? 'no answer' : String(error);
    throw new Error(
      `${whom} cannot be reached at ${url.host}: ${why}. Check that it runs and what firewalls let pass.`,
      {
        cause: error,
      },
    );
  }
}

async function handshake(url: URL, options: DialOptions): Promise<{ value: null; detail: string }> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connectTls({
    host,
    port: Number(url.port) || 443,
    secureContext: secureContextFor(options),
    ...(/^[\d.:]+$/.test(host) ? {} : { servername: host }),
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(HOP_MS) });
    const { subject, valid_to: until } = socket.getPeerCertificate();
    return { value: null, detail: `${socket.getProtocol()}, certificate of ${subject.CN} until ${until}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `TLS with ${url.host} fails: ${why}. Give the CA that signed its certificate, check the clock and the host name.`,
      {
        cause: error,
      },
    );
  } finally {
    socket.destroy();
  }
}

async function ping(session: Session): Promise<{ value: null; detail: string }> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(
        new Error(
          `The broker did not answer a ping within ${HOP_MS} ms: something in between swallows data.`,
        ),
      ),
    HOP_MS,
  );
  try {
    const rttMs = await Promise.race([session.ping(), promise]);
    return { value: null, detail: `round trip ${rttMs.toFixed(1)} ms` };
  } finally {
    clearTimeout(timer);
  }
}
