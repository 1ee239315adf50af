import { createClient, PlatformError, type Client } from '@portolan/contract/client';
import { explainRequest } from '@portolan/contract/explain';
import type { RouteDefinition } from '@portolan/contract/route';
import type { DeviceSignIn } from '@portolan/contexts/device-sign-in';
import type { KeptToken } from '@portolan/contexts/credentials';
import { Failure } from '@portolan/console/failure';

/** What decides, request by request, with which token and whether at all. */
export interface Gate {
  token: string;
  isWritable: boolean;
  /** Another token in place of a refused one; null when the person has to sign in again. */
  readonly renew?: (refused: string) => Promise<string | null>;
  /** Begins a sign-in that is confirmed in a browser. */
  readonly beginSignIn?: () => Promise<DeviceSignIn>;
  /** Remembers a new sign-in for the next start. */
  readonly keep?: (kept: KeptToken) => Promise<unknown>;
  /** Told when a call was refused because the session is over. */
  refused?: () => void;
}

/** A question whose words do not fit into an address: it changes nothing, so read-only mode lets it through. */
const READING: ReadonlySet<RouteDefinition> = new Set([explainRequest]);

/** Creates a client for the terminal UI: its token can be renewed, and in read-only mode nothing but GET leaves it. */
export function createGatedClient(baseUrl: string, gate: Gate): Client {
  const client = createClient({
    baseUrl,
    token: gate.token,
    origin: 'terminal',
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('authorization', `Bearer ${gate.token}`);
      return fetch(input, { ...init, headers });
    },
  });
  const gated = async <T>(route: RouteDefinition, attempt: () => Promise<T>): Promise<T> => {
    if (route.method !== 'GET' && !gate.isWritable && !READING.has(route))
      throw new Failure('This session is read-only.', 'Press ! to switch to write mode.');
    const { token } = gate;
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'not-signed-in') throw error;
      const fresh = gate.token === token ? await gate.renew?.(token).catch(() => null) : gate.token;
      if (typeof fresh === 'string' && fresh !== token) {
        gate.token = fresh;
        return attempt();
      }
      gate.refused?.();
      throw error;
    }
  };
  return {
    options: client.options,
    call: (route, input, signal) => gated(route, () => client.call(route, input, signal)),
    open: (route, input, signal) => gated(route, () => client.open(route, input, signal)),
  };
}
