import { Failure } from '@portolan/console/failure';
import { safeText } from '@portolan/console/safe-text';
import type { KeptToken } from './credentials.ts';

const CLIENT = 'portolan-terminal';
const SCOPE = 'email profile offline_access';

/** A sign-in that waits to be confirmed in a browser on any machine (RFC 8628). */
export interface DeviceSignIn {
  readonly userCode: string;
  readonly uri: string;
  /** The same address with the code in it. */
  readonly completeUri: string;
  readonly minutes: number;
  /** Resolves once it is confirmed; rejects when it is refused or its time is over. */
  finish(signal?: AbortSignal): Promise<KeptToken>;
}

/** Begins a device authorization grant with the platform. */
export async function beginDeviceSignIn(platform: string): Promise<DeviceSignIn> {
  const oauth = await import('openid-client');
  const config = await configure(platform);
  const asked = await oauth
    .initiateDeviceAuthorization(config, { scope: SCOPE })
    .catch((error: unknown) => Promise.reject(failed(platform, error)));
  return {
    userCode: safeText(asked.user_code),
    uri: ownPage(platform, asked.verification_uri),
    completeUri: ownPage(platform, asked.verification_uri_complete ?? asked.verification_uri),
    minutes: Math.round(asked.expires_in / 60),
    async finish(signal) {
      try {
        return keptOf(
          await oauth.pollDeviceAuthorizationGrant(config, asked, undefined, signal ? { signal } : {}),
        );
      } catch (error) {
        if (signal?.aborted === true) throw error;
        throw failed(platform, error);
      }
    },
  };
}

/**
 * Returns a page the platform names, at the address the person signs in to: a program of the desktop opens it, so that nothing
 * but http(s) of that origin may get there. The platform may know itself by another address, such as behind a forwarded port.
 * Throws Failure for what is no web page.
 */
export function ownPage(platform: string, named: string): string {
  const page = URL.canParse(named) ? new URL(named) : null;
  if (page !== null && /^https?:$/.test(page.protocol))
    return new URL(`${page.pathname}${page.search}`, new URL(platform).origin).href;
  throw new Failure(
    `The platform at ${platform} names a sign-in page that is not a web page: ${safeText(named)}.`,
    'Nothing was opened. Check the address of the platform.',
  );
}

/** A fresh token for one that ran out; null when the platform no longer takes the refresh token. */
export async function refreshToken(platform: string, refresh: string): Promise<KeptToken | null> {
  const oauth = await import('openid-client');
  try {
    return keptOf(await oauth.refreshTokenGrant(await configure(platform), refresh));
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) return null;
    throw failed(platform, error);
  }
}

/** The platform may be reached by another address than the issuer's own, such as a forwarded port: no discovery. */
async function configure(platform: string) {
  const oauth = await import('openid-client');
  const issuer = `${platform}/oidc`;
  const config = new oauth.Configuration(
    {
      issuer,
      device_authorization_endpoint: `${issuer}/device/auth`,
      token_endpoint: `${issuer}/token`,
    },
    CLIENT,
    undefined,
    oauth.None(),
  );
  // A platform on this machine or behind a forwarded port speaks plain HTTP; the address is the user's own choice.
  if (platform.startsWith('http:')) oauth.allowInsecureRequests(config);
  return config;
}

function keptOf(tokens: {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in?: number;
}): KeptToken {
  const { access_token: token, refresh_token: refresh = null, expires_in: seconds } = tokens;
  return { token, refresh, expiresAt: seconds === undefined ? null : Date.now() + seconds * 1000 };
}

const REASONS: Readonly<Record<string, string>> = {
  access_denied: 'The sign-in was refused in the browser.',
  expired_token: 'The code expired before it was confirmed.',
};

function failed(platform: string, error: unknown): Failure {
  const code =
    typeof error === 'object' && error !== null && 'error' in error && typeof error.error === 'string'
      ? error.error
      : '';
  const known = REASONS[code];
  if (known !== undefined) return new Failure(known, 'Sign in again: portolan login');
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Failure(
    `The platform at ${platform} refused the sign-in: ${safeText(why)}.`,
    'Check the address, or sign in with a password: portolan login --email EMAIL',
  );
}
