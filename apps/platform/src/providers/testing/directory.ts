import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Users and groups that a stand-in for an identity provider serves. */
export interface Directory {
  users: { id: string; email: string; first: string; last: string; company?: string; enabled?: boolean }[];
  groups: { id: string; name: string; members: string[]; children?: Directory['groups'] }[];
}

export interface StandIn {
  readonly url: string;
  readonly directory: Directory;
  /** Path of each request received. */
  readonly requests: string[];
  /** Handles a request in place of the stand-in when it returns true. */
  intercept: ((request: IncomingMessage, response: ServerResponse, url: URL) => boolean) | null;
  close(): Promise<void>;
}

export type Answer = {
  readonly body: unknown;
  readonly status?: number;
  readonly headers?: Record<string, string>;
};

/** Starts an HTTP server that responds with the JSON of `route`. */
export async function startStandIn(
  directory: Directory,
  route: (url: URL, request: IncomingMessage, body: string) => Answer,
): Promise<StandIn> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    standIn.requests.push(url.pathname);
    if (standIn.intercept?.(request, response, url)) return;
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const answer = route(url, request, body);
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const standIn: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    directory,
    requests: [],
    intercept: null,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return standIn;
}

export const NOT_FOUND: Answer = { status: 404, body: { error: 'not found' } };
export const UNAUTHORISED: Answer = { status: 401, body: { error: 'unauthorised' } };
