import type { AccessPolicy } from '@portolan/resources/model/policy';
import { z } from 'zod';
import { claimsTest } from '@portolan/resources/claims/expression';
import type { Exchange } from '../exchange/exchange.ts';
import type { RemoteServices } from './jwt.ts';
import { emptyReply, problemReply, textReply, type Reply } from '../http/reply.ts';
import type { Stage } from '../exchange/exchange.ts';
import { forwardClaims } from './forward-fields.ts';
import { IssuerMismatchError, Provider, type Tokens } from './oidc-provider.ts';
import { withoutCookies } from './key-source.ts';
import { SealedCookie } from './session-cookie.ts';

/** RFC 9110 §15.5.2 wants a challenge; there is no scheme for signing in at a page. */
const SIGN_IN_FIRST = problemReply(401, 'Sign in first: open the page in a browser.', [
  'WWW-Authenticate',
  'Cookie',
]);

const SESSION_SECONDS = 86_400;
const LOGIN_SECONDS = 600;

const sessionShape = z.object({
  claims: z.record(z.string(), z.unknown()),
  refreshToken: z.string().nullable(),
  expiresAt: z.number(),
});
const loginShape = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});
type Login = z.infer<typeof loginShape>;

type OidcPolicy = Extract<AccessPolicy, { kind: 'oidc' }>;

/** Signs browsers in at an OpenID Connect provider and keeps them signed in with a sealed session cookie. */
export function oidcStage(policy: OidcPolicy, services: RemoteServices): Stage {
  const login = new BrowserLogin(policy, services);
  return { onRequest: (exchange) => login.admit(exchange) };
}

class BrowserLogin {
  readonly #policy: OidcPolicy;
  readonly #services: RemoteServices;
  readonly #provider: Provider;
  readonly #session: SealedCookie<Tokens & Record<string, unknown>>;
  readonly #login: SealedCookie<Login>;
  readonly #isAllowed: ReturnType<typeof claimsTest>;
  readonly #callbackPath: string;
  readonly #logoutPath: string | null;

  constructor(policy: OidcPolicy, services: RemoteServices) {
    if (policy.clientSecret === '')
      throw new Error('the policy has no client secret to protect its sessions with');
    this.#policy = policy;
    this.#services = services;
    this.#provider = new Provider(policy, services.auxiliary);
    // Policies of one client in several namespaces must not take each other's sessions for their own.
    const common = { secret: policy.clientSecret, scope: policy.source.key };
    const { name } = policy.source;
    this.#session = new SealedCookie({
      ...common,
      name: `${name}-session`,
      settings: policy.session,
      maxAgeSeconds: SESSION_SECONDS,
      shape: sessionShape,
    });
    this.#login = new SealedCookie({
      ...common,
      name: `${name}-state`,
      settings: policy.stateCookie,
      maxAgeSeconds: LOGIN_SECONDS,
      shape: loginShape,
    });
    this.#isAllowed = claimsTest(policy.claims);
    this.#callbackPath = pathOf(policy.redirectUrl || '/callback');
    this.#logoutPath = policy.logoutUrl === null || policy.logoutUrl === '' ? null : pathOf(policy.logoutUrl);
  }

  async admit(exchange: Exchange): Promise<Reply | undefined> {
    if (exchange.path === this.#logoutPath && exchange.method === 'DELETE') {
      return emptyReply(204, setCookies([...this.#session.clear(exchange), ...this.#login.clear(exchange)]));
    }
    if (exchange.path === this.#callbackPath && exchange.method === 'GET') return this.#finishLogin(exchange);
    const session = await this.#session.read(exchange);
    if (session === null) return this.#beginLogin(exchange);
    if (session.expiresAt > Date.now() / 1000) return this.#pass(exchange, session);
    if (!this.#policy.session.refresh || session.refreshToken === null) return this.#beginLogin(exchange);
    return this.#refresh(exchange, session);
  }

  #pass(exchange: Exchange, session: Tokens): Reply | undefined {
    if (!this.#isAllowed(session.claims)) return problemReply(403, 'This account may not use this page.');
    forwardClaims(exchange, this.#policy.forwardHeaders, session.claims);
    this.#hideCookies(exchange);
    return undefined;
  }

  async #beginLogin(exchange: Exchange): Promise<Reply> {
    const mayRedirect =
      exchange.method === 'GET' && exchange.path !== '/favicon.ico' && exchange.upgrade === null;
    const isExempt = this.#policy.disableAuthRedirectionPaths.some((path) => exchange.path.startsWith(path));
    if (!mayRedirect || isExempt) return SIGN_IN_FIRST;
    const attempt = this.#provider.newAttempt();
    try {
      const location = await this.#provider.loginUrl(attempt, this.#redirectUri(exchange));
      const cookies = await this.#login.write({ ...attempt, returnTo: exchange.uri });
      return emptyReply(302, ['Location', location, 'Cache-Control', 'no-store', ...setCookies(cookies)]);
    } catch (error) {
      return this.#providerFailed(error);
    }
  }

  async #finishLogin(exchange: Exchange): Promise<Reply> {
    const attempt = await this.#login.read(exchange);
    if (attempt === null)
      return textReply(400, 'This sign-in has expired or was begun in another browser; open the page again.');
    try {
      const session = await this.#provider.redeem(
        `${this.#redirectUri(exchange)}?${exchange.query}`,
        attempt,
      );
      const cookies = [...(await this.#session.write({ ...session })), ...this.#login.clear(exchange)];
      return emptyReply(302, [
        'Location',
        attempt.returnTo,
        'Cache-Control',
        'no-store',
        ...setCookies(cookies),
      ]);
    } catch (error) {
      this.#log(error, 'sign-in failed');
      return textReply(
        400,
        'The identity provider did not confirm this sign-in; open the page again.',
        setCookies(this.#login.clear(exchange)),
      );
    }
  }

  async #refresh(exchange: Exchange, session: Tokens): Promise<Reply | undefined> {
    let cookies: readonly string[];
    let renewed: Tokens;
    try {
      renewed = await this.#provider.refresh(session);
      cookies = await this.#session.write({ ...renewed });
    } catch (error) {
      this.#log(error, 'session refresh failed');
      return this.#beginLogin(exchange);
    }
    if (exchange.method === 'GET')
      return emptyReply(302, ['Location', exchange.uri, 'Cache-Control', 'no-store', ...setCookies(cookies)]);
    exchange.addResponseFields(setCookies(cookies));
    return this.#pass(exchange, renewed);
  }

  /** Removes the session and state cookies from the request to the upstream. */
  #hideCookies(exchange: Exchange): void {
    const hidden = new Set([
      ...this.#session.namesIn(exchange.cookies),
      ...this.#login.namesIn(exchange.cookies),
    ]);
    withoutCookies(exchange, hidden);
  }

  #redirectUri(exchange: Exchange): string {
    const { redirectUrl } = this.#policy;
    return /^https?:\/\//.test(redirectUrl)
      ? redirectUrl
      : `${exchange.scheme}://${exchange.host}${this.#callbackPath}`;
  }

  #providerFailed(error: unknown): Reply {
    if (error instanceof IssuerMismatchError) {
      this.#log(error, 'identity provider calls itself by another issuer');
      return textReply(502, 'The identity provider calls itself by another issuer than is configured here.');
    }
    this.#log(error, 'identity provider cannot be reached');
    return textReply(502, 'The identity provider cannot be reached; try again in a moment.');
  }

  #log(error: unknown, message: string): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#services.logger.warn({ event: 'oidc.failed', policy: this.#policy.source.key, reason }, message);
  }
}

function pathOf(url: string): string {
  if (url.startsWith('/')) return url;
  return new URL(/^https?:\/\//.test(url) ? url : `http://${url}`).pathname;
}

function setCookies(cookies: readonly string[]): string[] {
  return cookies.flatMap((cookie) => ['Set-Cookie', cookie]);
}
