import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Client, type Dispatcher } from 'undici';
import { readLines } from '@portolan/process/json-lines';
import type { ClusterConnection } from '../client/connection.ts';

/** What happens to one request; without a fault it passes as it is. */
export interface Fault {
  /** Answered in place of the server. */
  readonly respond?: {
    readonly status: number;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /**
   * Called with each line of the answer and its number from 0. Returns what is sent instead: a line, null for none, or how the answer
   * ends before it: closed as if complete (`end`), cut within its bytes (`cut`), or kept open in silence (`stall`).
   */
  readonly line?: (
    line: string,
    index: number,
  ) => string | null | { readonly ends: 'end' | 'cut' | 'stall'; readonly after?: string };
  /** The connection is accepted and nothing is ever sent. */
  readonly isSilent?: boolean;
}

interface SeenRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly isWatch: boolean;
}

/** A proxy in front of a real API server that does to its answers what the server itself cannot be made to do. */
export interface FaultProxy {
  /** Reaches the server through the proxy, with the rights of the connection given at the start. */
  readonly connection: ClusterConnection;
  /** Everything that was asked for. */
  readonly requests: SeenRequest[];
  /** Decides on each request; null lets it pass. */
  setFault(fault: (request: SeenRequest) => Fault | null): void;
  /** Closes every connection now, as the end of a server does. */
  disconnect(): void;
  /** Refuses connections, or accepts them again on the same port. */
  setListening(isListening: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1. */
export async function startFaultProxy(upstream: ClusterConnection): Promise<FaultProxy> {
  const { headers, tls } = await upstream.authenticate();
  const requests: SeenRequest[] = [];
  let decide: (request: SeenRequest) => Fault | null = () => null;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://proxy');
    const method: Dispatcher.HttpMethod = request.method ?? 'GET';
    const seen = { method, path: pathname, query, isWatch: query.has('watch') };
    requests.push(seen);
    const fault = decide(seen);
    if (fault?.isSilent === true) return;
    if (fault?.respond !== undefined) {
      const { status, body = {}, headers: own = {} } = fault.respond;
      response.writeHead(status, { 'content-type': 'application/json', ...own });
      response.end(JSON.stringify(body));
      return;
    }
    const client = new Client(upstream.server, { connect: { ...tls } });
    response.once('close', () => void client.destroy().catch(() => undefined));
    const answer = await client.request({
      method: seen.method,
      path: request.url ?? '/',
      headers: {
        ...headers,
        accept: request.headers.accept ?? '',
        'content-type': request.headers['content-type'] ?? '',
      },
      bodyTimeout: 0,
      ...(seen.method === 'GET' ? {} : { body: request }),
    });
    response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) });
    response.flushHeaders();
    await pass(answer.body, response, fault);
    await client.close();
  };
  let server = newServer(handle);
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const connection: ClusterConnection = {
    ...upstream,
    description: `fault proxy on port ${port}`,
    server: new URL(`http://127.0.0.1:${port}`),
    authenticate: async () => ({ headers: {}, tls: {} }),
    forget: () => undefined,
  };
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    connection,
    requests,
    setFault(fault) {
      decide = fault;
    },
    disconnect: () => server.closeAllConnections(),
    async setListening(isListening) {
      if (server.listening === isListening) return;
      if (!isListening) return stop();
      server = newServer(handle);
      await listen(server, port);
    },
    async close() {
      if (server.listening) await stop();
    },
  };
}

function newServer(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Server {
  return createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

async function pass(
  body: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  fault: Fault | null,
): Promise<void> {
  let index = 0;
  for await (const line of readLines(body, 64 * 1024 * 1024)) {
    const instead = fault?.line === undefined ? line : fault.line(line, index);
    index += 1;
    if (instead === null) continue;
    if (typeof instead === 'string') {
      response.write(`${instead}\n`);
      continue;
    }
    if (instead.after !== undefined) response.write(instead.after);
    if (instead.ends === 'stall') await once(response, 'close');
    if (instead.ends === 'cut') response.destroy();
    return void response.end();
  }
  response.end();
}
