import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A way to a server on which a test sees every request, and may break or delay one. */
export interface WatchedPath {
  readonly url: string;
  readonly requests: URL[];
  /** A status answers in the server's place. */
  onRequest: ((url: URL) => Promise<number | undefined>) | null;
  close(): Promise<void>;
}

/** Forwards everything to `target`. */
export async function watchPath(target: string): Promise<WatchedPath> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', target);
    path.requests.push(url);
    const forward = async () => {
      const status = await path.onRequest?.(url);
      if (status !== undefined) return response.writeHead(status).end('{}');
      const { authorization, 'content-type': type } = request.headers;
      const answer = await fetch(url, {
        method: request.method ?? 'GET',
        headers: { ...(authorization ? { authorization } : {}), ...(type ? { 'content-type': type } : {}) },
        ...(request.method === 'POST' ? { body: new Uint8Array(await buffer(request)) } : {}),
      });
      const body = Buffer.from(await answer.arrayBuffer());
      return response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
    };
    forward().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const path: WatchedPath = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    onRequest: null,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return path;
}
