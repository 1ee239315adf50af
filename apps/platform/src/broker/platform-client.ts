import { createClient, type Client } from '@portolan/contract/client';

/** Returns a client of the platform under a broker's credential, which is sent nowhere else: redirects fail. */
export function createPlatformClient(platformUrl: string, credential: string): Client {
  return createClient({
    baseUrl: platformUrl,
    token: credential,
    fetch: (url, init) => fetch(url, { ...init, redirect: 'error' }),
  });
}
