import { createClient, type Client } from '@portolan/contract/client';
import { Failure } from '../failure.ts';

/** What decides, request by request, with which token and whether at all. */
export interface Gate {
  token: string;
  isWritable: boolean;
}

/** A client for the terminal UI: its token can be renewed, and in read-only mode nothing but GET leaves it. */
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
  return {
    options: client.options,
    call(route, input, signal) {
      if (route.method === 'GET' || gate.isWritable) return client.call(route, input, signal);
      return Promise.reject(new Failure('This session is read-only.', 'Press ! to switch to write mode.'));
    },
  };
}
