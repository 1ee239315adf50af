import type { IncomingMessage } from 'node:http';
import type { Client } from '../exchange/exchange.ts';

/** A question about a request that another proxy received: may it pass? */
export interface Subrequest {
  /** What is asked: a policy by name, or the whole guard of the route that the request belongs to. */
  readonly question: { readonly kind: 'policy'; readonly name: string } | { readonly kind: 'route' };
  readonly client: Client;
}

const POLICY = /^\/policies\/([^/?#]+)$/;
const ROUTE = '/routes';

/**
 * Reads a sub-request in the forms of Traefik's ForwardAuth (`X-Forwarded-*`) and of NGINX's auth_request (`X-Original-*`), and
 * turns `req` into the request that it is about. Null for what is none.
 */
export function readSubrequest(req: IncomingMessage): Subrequest | null {
  const question = questionOf(req.url ?? '');
  if (question === null) return null;
  const original = originalOf(req);
  if (original === null) return null;
  const scheme = original.scheme === 'https' || original.scheme === 'wss' ? 'https' : 'http';
  req.method = original.method;
  req.url = original.uri;
  req.headers.host = original.host;
  // It says what the original was announced with; a sub-request has no content.
  delete req.headers['content-length'];
  delete req.headers['transfer-encoding'];
  const address = original.address ?? req.socket.remoteAddress ?? '';
  return { question, client: { address, port: 0, scheme, isTrusted: true, handshake: null } };
}

function questionOf(url: string): Subrequest['question'] | null {
  if (url === ROUTE) return { kind: 'route' };
  const [, name] = POLICY.exec(url) ?? [];
  if (name === undefined) return null;
  try {
    return { kind: 'policy', name: decodeURIComponent(name) };
  } catch {
    return null;
  }
}

interface Original {
  readonly method: string;
  readonly scheme: string;
  readonly host: string;
  /** Path and query. */
  readonly uri: string;
  readonly address: string | undefined;
}

function originalOf(req: IncomingMessage): Original | null {
  const field = (name: string): string | undefined => {
    const value = req.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  // The last address is the peer of the proxy that asks.
  const address = field('x-forwarded-for')?.split(',').at(-1)?.trim() ?? field('x-real-ip');
  const method = field('x-forwarded-method') ?? field('x-original-method');
  const uri = field('x-forwarded-uri');
  const host = field('x-forwarded-host');
  if (method !== undefined && uri !== undefined && host !== undefined)
    return { method, scheme: field('x-forwarded-proto') ?? 'http', host, uri, address };
  const url = field('x-original-url');
  if (method === undefined || url === undefined || !URL.canParse(url)) return null;
  const scheme = new URL(url).protocol.slice(0, -1);
  // Not from the parsed URL, which normalises what is decided on.
  const [, authority = '', path = '/'] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(url) ?? [];
  return { method, scheme, host: authority, uri: path || '/', address };
}
