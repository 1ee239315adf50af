import { dictionary } from '@portolan/contract/dictionary';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { oneLine } from '@portolan/console/failure';
import { proxyFor } from './proxy.ts';
import type { Environment } from '../terminal/environment.ts';

/** What one link of a chain said. */
export interface Finding {
  readonly state: 'ok' | 'warn' | 'bad';
  readonly what: string;
  readonly detail: string;
}

const PATIENCE_MS = 5_000;
const CLOCK_MAX_MS = 60_000;

class Broken extends Error {}

/** Proxy, name, connection, TLS, platform: link by link, up to the first that is broken. */
export async function* checkConnection(platform: string, env: Environment): AsyncGenerator<Finding> {
  const target = new URL(platform);
  const proxy = proxyFor(target);
  const first = proxy ?? target;
  const isTls = target.protocol === 'https:';
  try {
    if (proxy !== null)
      yield ok('proxy', `${proxy.host} is used for ${target.host}; exclude it with NO_PROXY`);
    yield await check('name', () => resolve(first.hostname, env));
    yield await check('connection', () => connect(first, proxy !== null));
    if (isTls && proxy === null) yield await check('tls', () => checkTls(target));
    yield* askPlatform(platform, proxy);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    const [what = '', detail = ''] = error.message.split('\n');
    yield { state: 'bad', what, detail };
  }
}

function ok(what: string, detail: string): Finding {
  return { state: 'ok', what, detail };
}

async function check(what: string, look: () => Promise<string>): Promise<Finding> {
  const startedAt = Date.now();
  try {
    return ok(what, `${await look()} (${Date.now() - startedAt} ms)`);
  } catch (error) {
    throw new Broken(`${what}\n${error instanceof Error ? error.message : String(error)}`);
  }
}

async function resolve(host: string, env: Environment): Promise<string> {
  const name = host.replace(/^\[|\]$/g, '');
  try {
    const { address } = await lookup(name);
    return name === address ? name : `${name} is ${address}`;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const hasProxy = (env['HTTPS_PROXY'] ?? env['https_proxy']) !== undefined;
    const why = code === 'ENOTFOUND' ? 'does not exist' : `cannot be resolved (${code})`;
    throw new Error(
      `${name} ${why}. Check the address (--platform) and the DNS configuration of this machine${hasProxy ? '' : '; behind a proxy, set HTTPS_PROXY'}.`,
      { cause: error },
    );
  }
}

const CAUSES = dictionary<string>({
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'timed out; a firewall may block it',
  EHOSTUNREACH: 'host unreachable; a VPN may be needed',
  ENETUNREACH: 'network unreachable; a VPN may be needed',
});

async function connect(url: URL, isProxy: boolean): Promise<string> {
  const port = portOf(url);
  const socket = connectTcp({ host: url.hostname.replace(/^\[|\]$/g, ''), port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return `${url.hostname}:${port} accepts connections`;
  } catch (error) {
    const code = error instanceof Error && error.name === 'AbortError' ? 'ETIMEDOUT' : codeOf(error);
    const next = isProxy
      ? 'This is the proxy of the environment: check HTTPS_PROXY and NO_PROXY.'
      : 'Check the port, and that the platform is running (portolan up).';
    throw new Error(`${url.hostname}:${port}: ${CAUSES[code] ?? code}. ${next}`, { cause: error });
  } finally {
    socket.destroy();
  }
}

const TLS_CAUSES = dictionary<string>({
  CERT_HAS_EXPIRED: 'its certificate has expired. Renew it',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet. Check the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name. Check the address',
});

async function checkTls(url: URL): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isName = /[a-z]/i.test(host) && !host.includes(':');
  const socket = connectTls({ host, port: portOf(url), ...(isName ? { servername: host } : {}) });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return describeCertificate(socket);
  } catch (error) {
    throw new Error(explainTls(error, url), { cause: error });
  } finally {
    socket.destroy();
  }
}

function describeCertificate(socket: TLSSocket): string {
  const { subject, valid_to: until } = socket.getPeerCertificate();
  const days = Math.floor((Date.parse(until) - Date.now()) / 86_400_000);
  return `${socket.getProtocol() ?? 'TLS'}, certificate of ${[subject.CN].flat().join(', ')}, ${days} days left`;
}

function explainTls(error: unknown, url: URL): string {
  const code = codeOf(error);
  const known = TLS_CAUSES[code];
  if (known !== undefined) return `${url.host}: ${known}.`;
  if (/SELF_SIGNED|UNABLE_TO|DEPTH_ZERO|ISSUER/.test(code))
    return `${url.host}: its certificate is signed by an authority this machine does not trust (${code}). Set NODE_EXTRA_CA_CERTS to a file with the authority, in PEM.`;
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH|ECONNRESET/.test(code))
    return `${url.host} does not speak TLS. Is it http://${url.host}?`;
  return `${url.host}: ${code}.`;
}

async function* askPlatform(platform: string, proxy: URL | null): AsyncGenerator<Finding> {
  const startedAt = Date.now();
  const response = await fetch(`${platform}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    (error: unknown) => {
      const way = proxy === null ? '' : ` Check that the proxy ${proxy.host} allows it.`;
      throw new Broken(`platform\n${platform} does not respond: ${oneLine(causeOf(error))}.${way}`);
    },
  );
  const text = await response.text();
  if (!response.ok)
    throw new Broken(
      `platform\n${platform} responds with ${response.status}. Check the log of the platform${proxy === null ? '' : ' or of the proxy'}.`,
    );
  if (!/"status"\s*:\s*"ok"/.test(text))
    throw new Broken(`platform\n${platform} is not a Portolan platform. Check the address.`);
  yield ok('platform', `${platform} responds in ${Date.now() - startedAt} ms`);
  const away = Math.abs(Date.parse(response.headers.get('date') ?? '') - Date.now());
  if (away > CLOCK_MAX_MS)
    yield {
      state: 'warn',
      what: 'clock',
      detail: `${Math.round(away / 1000)} s off from the platform’s, so that ages are wrong. Set the clock of this machine.`,
    };
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}
