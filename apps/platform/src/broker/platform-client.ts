import { createClient, type Client } from '@portolan/contract/client';

/** Returns a client of the platform under the broker secret, which is sent nowhere else: redirects fail. */
export function createPlatformClient(platformUrl: string, secret: string): Client {
  return createClient({
    baseUrl: platformUrl,
    token: secret,
    fetch: (url, init) => fetch(url, { ...init, redirect: 'error' }),
  });
}
