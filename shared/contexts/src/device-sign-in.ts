import { Failure } from '@portolan/console/failure';
import { safeText } from '@portolan/console/safe-text';
import type { KeptToken } from './credentials.ts';
import { issuerOf, keptTokenOf, SIGN_IN_SCOPE, signInFailure } from './platform-issuer.ts';

const CLIENT = 'portolan-terminal';

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
  const config = await issuerOf(platform, CLIENT);
  const asked = await oauth
    .initiateDeviceAuthorization(config, { scope: SIGN_IN_SCOPE })
    .catch((error: unknown) => Promise.reject(signInFailure(platform, error)));
  return {
    userCode: safeText(asked.user_code),
    uri: ownPage(platform, asked.verification_uri),
    completeUri: ownPage(platform, asked.verification_uri_complete ?? asked.verification_uri),
    minutes: Math.round(asked.expires_in / 60),
    async finish(signal) {
      try {
        const options = signal ? { signal } : {};
        return keptTokenOf(
          await oauth.pollDeviceAuthorizationGrant(config, asked, undefined, options),
          CLIENT,
        );
      } catch (error) {
        if (signal?.aborted === true) throw error;
        throw signInFailure(platform, error);
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
