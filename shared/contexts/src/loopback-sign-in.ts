import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '@portolan/console/failure';
import type { KeptToken } from './credentials.ts';
import { issuerOf, keptTokenOf, SIGN_IN_SCOPE, signInFailure } from './platform-issuer.ts';

const CLIENT = 'portolan-desktop';
const CALLBACK = '/callback';

/** A sign-in that waits for the browser of this machine (RFC 8252 with PKCE, RFC 7636). */
export interface LoopbackSignIn {
  /** Page of the platform for the system's browser. */
  readonly url: string;
  /** Resolves once it is confirmed; rejects when it is refused, cancelled or its time is over. Closes the listener. */
  finish(): Promise<KeptToken>;
  /** Ends it; `finish` rejects. */
  cancel(): void;
}

/**
 * Begins an authorization request that ends at a listener on a random port of 127.0.0.1. Only the response with the request's
 * own `state` counts, and only from the issuer that was asked (`iss`, RFC 9207); anything else sent there is ignored.
 */
export async function beginLoopbackSignIn(
  platform: string,
  { timeoutMs = 10 * 60_000 }: { readonly timeoutMs?: number } = {},
): Promise<LoopbackSignIn> {
  const oauth = await import('openid-client');
  const config = await issuerOf(platform, CLIENT);
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const challenge = await oauth.calculatePKCECodeChallenge(verifier);
  const listener = await listenForResponse(state);
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => undefined);
  const timer = setTimeout(
    () => ended.reject(new Failure('The sign-in was not confirmed in time.', 'Sign in again.')),
    timeoutMs,
  );
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri: `${listener.origin}${CALLBACK}`,
    scope: SIGN_IN_SCOPE,
    state,
    // OpenID Connect Core section 11: a refresh token needs consent that is asked for.
    prompt: 'consent',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  return {
    url: url.href,
    cancel: () => ended.reject(new Failure('The sign-in was cancelled.')),
    async finish() {
      try {
        const response = await Promise.race([listener.response, ended.promise]);
        const checks = { pkceCodeVerifier: verifier, expectedState: state };
        return keptTokenOf(await oauth.authorizationCodeGrant(config, response, checks), CLIENT);
      } catch (error) {
        throw signInFailure(platform, error);
      } finally {
        clearTimeout(timer);
        listener.close();
      }
    },
  };
}

interface ResponseListener {
  readonly origin: string;
  /** Address to which the browser was sent back, with the parameters of the response. */
  readonly response: Promise<URL>;
  close(): void;
}

async function listenForResponse(state: string): Promise<ResponseListener> {
  const arrived = Promise.withResolvers<URL>();
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    const origin = originOf(server);
    const url = responseIn(request, origin, state);
    reply(response, url);
    if (url !== null) arrived.resolve(url);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: originOf(server),
    response: arrived.promise,
    close() {
      server.close();
      // The page is still on its way to the browser; idle connections would keep the listener open.
      server.closeIdleConnections();
    },
  };
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns the address of a request that carries the awaited response; null for every other request. */
function responseIn(
  { method, url = '', headers }: IncomingMessage,
  origin: string,
  state: string,
): URL | null {
  // A page of another site can reach this port by a name of its own (DNS rebinding).
  if (method !== 'GET' || `http://${headers.host ?? ''}` !== origin || !url.startsWith('/')) return null;
  if (!URL.canParse(url, origin)) return null;
  const address = new URL(url, origin);
  const isResponse = address.origin === origin && address.pathname === CALLBACK;
  return isResponse && address.searchParams.get('state') === state ? address : null;
}

function reply(response: ServerResponse, url: URL | null): void {
  const [status, text] =
    url === null
      ? [404, 'This page does not belong to a sign-in in progress.']
      : url.searchParams.has('code')
        ? [200, 'Close this page and return to Portolan.']
        : [200, 'The sign-in was refused. Close this page and return to Portolan.'];
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(`${text}\n`);
}
