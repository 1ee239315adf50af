import { createClient } from '@portolan/contract/client';
import { getMe, type Me } from '@portolan/contract/self-service';
import * as oidc from 'openid-client';

/** What the platform says about signing in to portals of this cluster. */
export interface SignInSettings {
  /** Public URL of the platform, at which browsers find the users' issuer; null: the URL the agent itself uses. */
  readonly publicUrl: string | null;
  readonly clientId: string;
  /** What session cookies are sealed with; all agents of the cluster have the same. */
  readonly secret: string;
  readonly workspace: string;
}

export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

const TIMEOUT_SECONDS = 10;
const ISSUER_PATH = '/users/oidc';

/** The platform's issuer of API users, as a client of one portal: authorization code with PKCE (RFC 7636), without a client secret. */
export class UsersIssuer {
  readonly #platformUrl: string;
  readonly #settings: SignInSettings;
  readonly #config: oidc.Configuration;

  constructor(platformUrl: string, settings: SignInSettings) {
    this.#platformUrl = platformUrl.replace(/\/$/, '');
    this.#settings = settings;
    const issuer = `${(settings.publicUrl ?? this.#platformUrl).replace(/\/$/, '')}${ISSUER_PATH}`;
    // The agent may reach the platform by another address than browsers do.
    const own = `${this.#platformUrl}${ISSUER_PATH}`;
    this.#config = new oidc.Configuration(
      {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${own}/token`,
        jwks_uri: `${own}/jwks`,
        id_token_signing_alg_values_supported: ['ES256'],
      },
      settings.clientId,
      { id_token_signed_response_alg: 'ES256' },
      oidc.None(),
    );
    this.#config.timeout = TIMEOUT_SECONDS;
    if (new URL(own).protocol === 'http:') oidc.allowInsecureRequests(this.#config);
  }

  newAttempt(): LoginAttempt {
    return { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
  }

  /** Returns where the browser signs in; with `again`, even if it is signed in as somebody. */
  async loginUrl(attempt: LoginAttempt, redirectUri: string, again: boolean): Promise<string> {
    const url = oidc.buildAuthorizationUrl(this.#config, {
      redirect_uri: redirectUri,
      scope: 'openid email profile groups',
      workspace: this.#settings.workspace,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      ...(again ? { prompt: 'login' } : {}),
    });
    return url.href;
  }

  /** Exchanges the code of a callback. @throws Error when state, nonce, code or ID token do not hold. */
  async redeem(callbackUrl: string, attempt: LoginAttempt): Promise<{ accessToken: string; user: Me }> {
    const tokens = await oidc.authorizationCodeGrant(this.#config, new URL(callbackUrl), {
      pkceCodeVerifier: attempt.verifier,
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      idTokenExpected: true,
    });
    return { accessToken: tokens.access_token, user: await this.userOf(tokens.access_token) };
  }

  /** Returns the user of an access token as the platform knows them now. @throws PlatformError. */
  userOf(accessToken: string, timeoutMs = TIMEOUT_SECONDS * 1000): Promise<Me> {
    return this.clientOf(accessToken).call(getMe, {}, AbortSignal.timeout(timeoutMs));
  }

  /** Returns a client that calls the platform as the user. */
  clientOf(accessToken: string) {
    return createClient({ baseUrl: this.#platformUrl, token: accessToken, origin: 'web' });
  }
}
