import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service that remembers which requests it was given, and how often. */
export interface CountingUpstream {
  readonly port: number;
  readonly seen: ReadonlyMap<string, number>;
  close(): void;
}

/** Answers `/r/<id>` after a few milliseconds. */
export async function startUpstream(): Promise<CountingUpstream> {
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    const id = request.url ?? '';
    seen.set(id, (seen.get(id) ?? 0) + 1);
    request.resume();
    setTimeout(() => response.end(id), 5);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
