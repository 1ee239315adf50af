import { Failure } from '@portolan/console/failure';
import { safeText } from '@portolan/console/safe-text';
import type { Configuration } from 'openid-client';
import type { KeptToken, OAuthClient } from './credentials.ts';

export const SIGN_IN_SCOPE = 'email profile offline_access';

/**
 * Returns what openid-client needs to speak to the issuer of a platform. The endpoints are derived from the address the user
 * gave and not discovered, so that nothing the platform sends can move a sign-in to another host.
 */
export async function issuerOf(platform: string, client: OAuthClient): Promise<Configuration> {
  const oauth = await import('openid-client');
  const issuer = `${platform}/oidc`;
  const config = new oauth.Configuration(
    {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      device_authorization_endpoint: `${issuer}/device/auth`,
      token_endpoint: `${issuer}/token`,
      // Of the response to an authorization request (RFC 9207): a response without the issuer is refused.
      authorization_response_iss_parameter_supported: true,
    },
    client,
    undefined,
    oauth.None(),
  );
  // A platform on this machine or behind a forwarded port speaks plain HTTP; the address is the user's own choice.
  if (platform.startsWith('http:')) oauth.allowInsecureRequests(config);
  return config;
}

/** Returns a token in place of one that expired; null when the platform refuses the refresh token. */
export async function refreshToken(
  platform: string,
  refresh: string,
  client: OAuthClient,
): Promise<KeptToken | null> {
  const oauth = await import('openid-client');
  try {
    return keptTokenOf(await oauth.refreshTokenGrant(await issuerOf(platform, client), refresh), client);
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) return null;
    throw signInFailure(platform, error);
  }
}

/** Returns the response of a token endpoint as it is kept between runs. */
export function keptTokenOf(
  tokens: {
    readonly access_token: string;
    readonly refresh_token?: string;
    readonly expires_in?: number;
  },
  client: OAuthClient,
): KeptToken {
  const { access_token: token, refresh_token: refresh = null, expires_in: seconds } = tokens;
  return { token, refresh, expiresAt: seconds === undefined ? null : Date.now() + seconds * 1000, client };
}

const REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    access_denied: 'The sign-in was refused in the browser.',
    expired_token: 'The code expired before it was confirmed.',
  }),
);

/** Returns the failure to show for an error of a sign-in. */
export function signInFailure(platform: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code =
    typeof error === 'object' && error !== null && 'error' in error && typeof error.error === 'string'
      ? error.error
      : '';
  const known = REASONS.get(code);
  if (known !== undefined) return new Failure(known, 'Sign in again.');
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Failure(
    `The platform at ${platform} refused the sign-in: ${safeText(why)}.`,
    'Check the address, or sign in with a password: portolan login --email EMAIL',
  );
}
