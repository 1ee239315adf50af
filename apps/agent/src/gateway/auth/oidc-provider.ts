import type { ClientSettings } from '@portolan/resources/model/authentication';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import type { AuxiliarySender } from '../http/auxiliary-client.ts';
import type { OidcPolicySpec } from '@portolan/resources/model/policy';
import { withRetries } from './with-retries.ts';

/** How a provider is reached, and as which client. */
export type ProviderSettings = Pick<
  OidcPolicySpec,
  'issuer' | 'clientId' | 'clientSecret' | 'scopes' | 'authParams' | 'claims' | 'forwardHeaders' | 'more'
>;

export interface Tokens {
  readonly claims: Record<string, unknown>;
  /** Of the access token, where the policy asks for them. */
  readonly accessClaims?: Record<string, unknown> | undefined;
  readonly refreshToken: string | null;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const TIMEOUT_SECONDS = 10;
const DEFAULT_LIFETIME_SECONDS = 3600;
const RESPONSE_BYTES_MAX = 1024 * 1024;
const DEFAULTS: ClientSettings = {
  ca: null,
  certificate: null,
  insecureSkipVerify: false,
  timeoutMs: TIMEOUT_SECONDS * 1000,
  maxRetries: 0,
};

/** The identity provider of a policy, discovered on first use and again after a failure. */
export class Provider {
  readonly #policy: ProviderSettings;
  readonly #client: AuxiliarySender;
  #discovered: Promise<oidc.Configuration> | null = null;

  constructor(policy: ProviderSettings, client: AuxiliarySender) {
    this.#policy = policy;
    this.#client = client;
  }

  newAttempt(): LoginAttempt {
    return { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
  }

  async loginUrl(attempt: LoginAttempt, redirectUri: string): Promise<string> {
    const config = await this.#configuration();
    const url = oidc.buildAuthorizationUrl(config, {
      ...this.#policy.authParams,
      redirect_uri: redirectUri,
      scope: this.#policy.scopes.includes('openid')
        ? this.#policy.scopes.join(' ')
        : ['openid', ...this.#policy.scopes].join(' '),
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return url.href;
  }

  /** @throws Error when state, nonce, code or ID token do not hold. */
  async redeem(callbackUrl: string, attempt: LoginAttempt): Promise<Tokens> {
    const config = await this.#configuration();
    const answer = await oidc.authorizationCodeGrant(config, new URL(callbackUrl), {
      pkceCodeVerifier: attempt.verifier,
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      idTokenExpected: true,
    });
    return this.#tokensOf(answer, null);
  }

  /** @throws Error when the provider no longer honours the refresh token. */
  async refresh(old: Tokens): Promise<Tokens> {
    const config = await this.#configuration();
    return this.#tokensOf(await oidc.refreshTokenGrant(config, old.refreshToken ?? ''), old);
  }

  /** Returns where the provider publishes the keys of its tokens. @throws Error when it names no place. */
  async keySetUrl(): Promise<string> {
    const { jwks_uri: url } = (await this.#configuration()).serverMetadata();
    if (url === undefined) throw new Error('the identity provider names no key set (jwks_uri)');
    return url;
  }

  #tokensOf(
    answer: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
    old: Tokens | null,
  ): Tokens {
    const claims = answer.claims() ?? old?.claims;
    if (claims === undefined) throw new Error('the identity provider sent no ID token');
    const lifetime = answer.expiresIn() ?? DEFAULT_LIFETIME_SECONDS;
    return {
      claims: { ...claims },
      ...(readsAccessToken(this.#policy) ? { accessClaims: claimsOfAccessToken(answer.access_token) } : {}),
      refreshToken: answer.refresh_token ?? old?.refreshToken ?? null,
      expiresAt: Math.floor(Date.now() / 1000) + lifetime,
    };
  }

  #configuration(): Promise<oidc.Configuration> {
    this.#discovered ??= this.#discover().catch((error: unknown) => {
      this.#discovered = null;
      throw error;
    });
    return this.#discovered;
  }

  async #fetch(url: string, { method, headers, body }: oidc.CustomFetchOptions): Promise<Response> {
    const { client = DEFAULTS, discoveryParams = {} } = this.#policy.more ?? {};
    const asked = new URL(url);
    if (asked.pathname.endsWith('/.well-known/openid-configuration'))
      for (const [name, value] of Object.entries(discoveryParams)) asked.searchParams.set(name, value);
    const response = await withRetries(client, () =>
      this.#client.send({
        method,
        url: asked.href,
        headers: Object.entries(headers).flat(),
        ...(typeof body === 'string' || body instanceof URLSearchParams ? { body: body.toString() } : {}),
        timeoutMs: client.timeoutMs,
        bytesMax: RESPONSE_BYTES_MAX,
        tls: client,
      }),
    );
    const fields = Object.entries(response.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((text): [string, string] => [name, text]),
    );
    return new Response(new Uint8Array(response.body), { status: response.status, headers: fields });
  }

  async #discover(): Promise<oidc.Configuration> {
    const config = await this.#readMetadata().catch((error: unknown) => {
      throw mismatchOf(error, this.#policy.issuer) ?? error;
    });
    const { issuer } = config.serverMetadata();
    if (issuer !== this.#policy.issuer) throw new IssuerMismatchError(this.#policy.issuer, issuer);
    return config;
  }

  #readMetadata(): Promise<oidc.Configuration> {
    const issuer = new URL(this.#policy.issuer);
    return oidc.discovery(issuer, this.#policy.clientId, this.#policy.clientSecret, undefined, {
      timeout: TIMEOUT_SECONDS,
      [oidc.customFetch]: (url, options) => this.#fetch(url, options),
      // A policy that names an http:// issuer means it: providers inside the cluster are reached so.
      ...(issuer.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : {}),
    });
  }
}

/** The provider calls itself by another issuer than the policy, compared exactly (OpenID Connect Discovery §4.3). */
export class IssuerMismatchError extends Error {
  override readonly name = 'IssuerMismatchError';

  constructor(configured: string, stated: string) {
    super(`the policy names the issuer ${configured}, but the provider calls itself ${stated}`);
  }
}

/** The library compares normalised URLs, and names neither of them in its error. */
function mismatchOf(error: unknown, configured: string): IssuerMismatchError | null {
  if (!(error instanceof Error) || !(error.cause instanceof Error)) return null;
  const { cause: details } = error.cause;
  const body = typeof details === 'object' && details !== null && 'body' in details ? details.body : null;
  if (typeof body !== 'object' || body === null || !('issuer' in body)) return null;
  return typeof body.issuer === 'string' && body.issuer !== configured
    ? new IssuerMismatchError(configured, body.issuer)
    : null;
}

/** Returns whether an expression or a forwarded header is about the access token. */
function readsAccessToken({ claims, forwardHeaders, more }: ProviderSettings): boolean {
  if (more === undefined) return false;
  return [claims ?? '', ...Object.values(forwardHeaders)].some((text) => text.includes('access_token.'));
}

/** Many access tokens are for their API alone, and no JWT (RFC 6749 §1.4). */
function claimsOfAccessToken(token: string): Record<string, unknown> {
  try {
    return { ...decodeJwt(token) };
  } catch {
    return {};
  }
}
