import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';

/** The proxy on the way to a broker, and how far the dial has got with it. */
export interface ProxyHop {
  readonly agent: HttpsProxyAgent<string>;
  readonly url: string;
  /** What the proxy answered to CONNECT; undefined while it has not. */
  status: number | undefined;
}

/** Finds the proxy to dial through: the given one, or what the environment says. WebSockets always need CONNECT. */
export function findProxy(url: URL, proxy: string | false | undefined): ProxyHop | undefined {
  const httpUrl = url.href.replace(/^ws/, 'http');
  const proxyUrl = proxy === false ? '' : (proxy ?? getProxyForUrl(httpUrl));
  if (!proxyUrl) return undefined;
  const agent = new HttpsProxyAgent(proxyUrl);
  const hop: ProxyHop = { agent, url: new URL(proxyUrl).host, status: undefined };
  agent.on('proxyConnect', ({ statusCode }: { statusCode: number }) => (hop.status = statusCode));
  return hop;
}

/** Whether bytes to this host stay on the machine. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

let latest: { material: TlsMaterial; context: SecureContext } | undefined;

/** The TLS context for this material; re-made only when it changes, for parsing all roots is a third of a handshake. */
export function secureContextFor({ ca, cert, key }: TlsMaterial): SecureContext {
  const known = latest?.material;
  if (latest && known?.ca === ca && known?.cert === cert && known?.key === key) return latest.context;
  const material = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  latest = { material, context: createSecureContext(material) };
  return latest.context;
}
