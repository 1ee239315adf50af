import { randomUUID } from 'node:crypto';
import type { AccessPolicy } from '@portolan/resources/model/policy';
import { claimsTest } from '@portolan/resources/claims/claims-test';
import type { Exchange, Stage } from '../exchange/exchange.ts';
import { emptyReply, problemReply, textReply, type Reply } from '../http/reply.ts';
import type { RedisStores } from '../limits/redis-stores.ts';
import { backchannelLogout } from './backchannel-logout.ts';
import { CsrfTokens } from './csrf.ts';
import { forwardClaims } from './forward-fields.ts';
import { tokenVerifier, type RemoteServices } from './jwt.ts';
import { withoutCookies } from './read-credential.ts';
import { IssuerMismatchError, Provider } from './oidc-provider.ts';
import { OidcSessions } from './oidc-sessions.ts';
import { uncheckedReply } from './refusals.ts';
import type { Session } from './session.ts';
import { SessionStoreAway } from './stored-sessions.ts';
import { UrlPlace } from './url-place.ts';

/** RFC 9110 §15.5.2 wants a challenge; there is no scheme for signing in at a page. */
const SIGN_IN_FIRST = problemReply(401, 'Sign in first: open the page in a browser.', [
  'WWW-Authenticate',
  'Cookie',
]);
const NO_CSRF_TOKEN = problemReply(403, 'The request does not carry the CSRF token of its session.');

type OidcPolicy = Extract<AccessPolicy, { kind: 'oidc' }>;

type OidcServices = RemoteServices & { readonly stores: RedisStores };

/** Signs browsers in at an OpenID Connect provider and keeps them signed in, by a sealed cookie or a session in a Redis. */
export function oidcStage(policy: OidcPolicy, services: OidcServices): Stage {
  const login = new BrowserLogin(policy, services);
  return {
    async onRequest(exchange) {
      try {
        return await login.admit(exchange);
      } catch (error) {
        if (!(error instanceof SessionStoreAway)) throw error;
        return uncheckedReply('Sessions cannot be read at present; try again in a moment.', 1);
      }
    },
  };
}

class BrowserLogin {
  readonly #policy: OidcPolicy;
  readonly #services: OidcServices;
  readonly #provider: Provider;
  readonly #sessions: OidcSessions;
  readonly #csrf: CsrfTokens | null;
  readonly #isAllowed: ReturnType<typeof claimsTest>;
  readonly #callback: UrlPlace;
  readonly #logout: UrlPlace | null;
  readonly #backchannel: UrlPlace | null;
  readonly #loginPage: UrlPlace | null;
  readonly #afterLogin: UrlPlace | null;
  readonly #afterLogout: UrlPlace | null;
  /** Made when the first logout token comes, with the keys that the provider names. */
  #verify: ReturnType<typeof tokenVerifier> | null = null;

  constructor(policy: OidcPolicy, services: OidcServices) {
    if (policy.clientSecret === '')
      throw new Error('the policy has no client secret to protect its sessions with');
    const { more } = policy;
    this.#policy = policy;
    this.#services = services;
    this.#provider = new Provider(policy, services.auxiliary);
    const secret = more?.sessionSecret ?? policy.clientSecret;
    this.#sessions = new OidcSessions(policy, secret, services.stores);
    this.#csrf = more?.csrf ? new CsrfTokens({ ...more.csrf, secret, scope: policy.source.key }) : null;
    this.#isAllowed = claimsTest(policy.claims);
    this.#callback = new UrlPlace(policy.redirectUrl || '/callback');
    this.#logout = placeOf(policy.logoutUrl);
    this.#backchannel = placeOf(more?.backchannelLogout?.url);
    this.#loginPage = placeOf(more?.loginUrl);
    this.#afterLogin = this.#loginPage === null ? null : placeOf(more?.postLoginRedirectUrl);
    this.#afterLogout = placeOf(more?.postLogoutRedirectUrl);
  }

  /** @throws SessionStoreAway. */
  async admit(exchange: Exchange): Promise<Reply | undefined> {
    if (exchange.method === 'POST' && this.#backchannel?.matches(exchange) === true)
      return this.#endSessions(exchange);
    if (this.#logout?.matches(exchange) === true && this.#endsSession(exchange))
      return this.#signOut(exchange);
    if (exchange.path === this.#callback.path && exchange.method === 'GET')
      return this.#finishLogin(exchange);
    const session = await this.#sessions.read(exchange);
    if (session === null) return this.#beginLogin(exchange);
    if (session.expiresAt > Date.now() / 1000) return this.#pass(exchange, session);
    if (!this.#policy.session.refresh || session.refreshToken === null) return this.#beginLogin(exchange);
    return this.#refresh(exchange, session);
  }

  /** Of a policy, only DELETE does: links of other pages could sign users out else. Browsers open the middleware's logoutUrl. */
  #endsSession({ method }: Exchange): boolean {
    return (
      method === 'DELETE' || (this.#policy.more !== undefined && (method === 'GET' || method === 'POST'))
    );
  }

  #endSessions(exchange: Exchange): Promise<Reply> {
    return backchannelLogout(exchange, {
      verify: (token) => this.#verifyLogoutToken(token),
      end: (signedOut) => this.#sessions.end(signedOut),
      needsSessionId: this.#policy.more?.backchannelLogout?.needsSessionId === true,
      log: (error, message) => this.#log(error, message),
    });
  }

  async #verifyLogoutToken(token: string): Promise<unknown> {
    const { issuer, clientId, more } = this.#policy;
    const jwksUrl = await this.#provider.keySetUrl();
    this.#verify ??= tokenVerifier(
      {
        jwksUrl,
        issuer,
        audience: clientId,
        requiresExpiry: true,
        ...(more === undefined ? {} : { client: more.client }),
      },
      this.#services,
    );
    return this.#verify(token);
  }

  async #signOut(exchange: Exchange): Promise<Reply> {
    const cleared = await this.#sessions.clear(exchange);
    const cookies = setCookies([...cleared, ...(this.#csrf?.clear(exchange) ?? [])]);
    if (this.#afterLogout === null) return emptyReply(204, ['Cache-Control', 'no-store', ...cookies]);
    return redirectTo(this.#afterLogout.resolve(exchange), cookies);
  }

  async #pass(exchange: Exchange, session: Session): Promise<Reply | undefined> {
    const claims = this.#claimsOf(session);
    if (!this.#isAllowed(claims)) return problemReply(403, 'This account may not use this page.');
    if (this.#csrf?.admits(exchange, session.id ?? '') === false) return NO_CSRF_TOKEN;
    if (this.#afterLogin !== null && this.#loginPage?.matches(exchange) === true)
      return redirectTo(this.#afterLogin.resolve(exchange), []);
    const token = this.#csrf?.renew(exchange, session.id ?? '') ?? [];
    const cookies = [...(await this.#sessions.renew(session)), ...token];
    if (cookies.length > 0) exchange.addResponseFields(setCookies(cookies));
    forwardClaims(exchange, this.#policy.forwardHeaders, claims);
    this.#hideCredentials(exchange);
    return undefined;
  }

  /** The middleware's expressions tell the two tokens apart by a prefix, without which they mean the ID token. */
  #claimsOf({ claims, accessClaims = {} }: Session): Record<string, unknown> {
    if (this.#policy.more === undefined) return claims;
    return { ...claims, id_token: claims, access_token: accessClaims };
  }

  async #beginLogin(exchange: Exchange): Promise<Reply> {
    const { more, disableAuthRedirectionPaths } = this.#policy;
    const mayRedirect =
      exchange.method === 'GET' && exchange.path !== '/favicon.ico' && exchange.upgrade === null;
    const isExempt = disableAuthRedirectionPaths.some((path) => exchange.path.startsWith(path));
    const isElsewhere = this.#loginPage !== null && !this.#loginPage.matches(exchange);
    if (!mayRedirect || isExempt || isElsewhere || more?.disableLogin === true) return SIGN_IN_FIRST;
    const attempt = this.#provider.newAttempt();
    try {
      const location = await this.#provider.loginUrl(attempt, this.#callback.resolve(exchange));
      const returnTo = this.#afterLogin?.resolve(exchange) ?? exchange.uri;
      const cookies = await this.#sessions.begin({ ...attempt, returnTo });
      return redirectTo(location, setCookies([...cookies, ...(this.#csrf?.clear(exchange) ?? [])]));
    } catch (error) {
      return this.#providerFailed(error);
    }
  }

  async #finishLogin(exchange: Exchange): Promise<Reply> {
    const attempt = await this.#sessions.readAttempt(exchange);
    if (attempt === null)
      return textReply(400, 'This sign-in has expired or was begun in another browser; open the page again.');
    try {
      const tokens = await this.#provider.redeem(
        `${this.#callback.resolve(exchange)}?${exchange.query}`,
        attempt,
      );
      const id = randomUUID();
      const token = this.#csrf === null ? [] : [this.#csrf.issue(id)];
      const cookies = [...(await this.#sessions.start(tokens, id)), ...this.#sessions.endAttempt(exchange)];
      return redirectTo(attempt.returnTo, setCookies([...cookies, ...token]));
    } catch (error) {
      if (error instanceof SessionStoreAway) throw error;
      this.#log(error, 'sign-in failed');
      return textReply(
        400,
        'The identity provider did not confirm this sign-in; open the page again.',
        setCookies(this.#sessions.endAttempt(exchange)),
      );
    }
  }

  async #refresh(exchange: Exchange, session: Session): Promise<Reply | undefined> {
    let cookies: readonly string[];
    let renewed: Session;
    try {
      renewed = this.#sessions.withTokens(session, await this.#provider.refresh(session));
      cookies = await this.#sessions.write(renewed);
    } catch (error) {
      if (error instanceof SessionStoreAway) throw error;
      this.#log(error, 'session refresh failed');
      return this.#beginLogin(exchange);
    }
    if (exchange.method === 'GET') return redirectTo(exchange.uri, setCookies(cookies));
    exchange.addResponseFields(setCookies(cookies));
    return this.#pass(exchange, renewed);
  }

  /** Removes what is for the gateway alone from the request to the upstream. */
  #hideCredentials(exchange: Exchange): void {
    const hidden = new Set(this.#sessions.namesIn(exchange.cookies));
    if (this.#csrf !== null) {
      hidden.add(this.#csrf.cookieName);
      exchange.deleteRequestHeader(this.#csrf.headerName);
    }
    withoutCookies(exchange, hidden);
  }

  #providerFailed(error: unknown): Reply {
    if (error instanceof IssuerMismatchError) {
      this.#log(error, 'identity provider calls itself by another issuer');
      return {
        ...textReply(502, 'The identity provider calls itself by another issuer than is configured here.'),
        reason: 'credential-not-checked',
      };
    }
    this.#log(error, 'identity provider cannot be reached');
    return {
      ...textReply(502, 'The identity provider cannot be reached; try again in a moment.'),
      reason: 'credential-not-checked',
    };
  }

  #log(error: unknown, message: string): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#services.logger.warn({ event: 'oidc.failed', policy: this.#policy.source.key, reason }, message);
  }
}

function placeOf(url: string | null | undefined): UrlPlace | null {
  return url ? new UrlPlace(url) : null;
}

function redirectTo(location: string, cookies: readonly string[]): Reply {
  return emptyReply(302, ['Location', location, 'Cache-Control', 'no-store', ...cookies]);
}

function setCookies(cookies: readonly string[]): string[] {
  return cookies.flatMap((cookie) => ['Set-Cookie', cookie]);
}
