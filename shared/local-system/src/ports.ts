import { once } from 'node:events';
import { createServer } from 'node:net';

/** The port `offset` after the platform's when that is fixed and this one is free on loopback; else 0, any free port. */
export async function portAfter(platformPort: number, offset: number): Promise<number> {
  const port = platformPort + offset;
  return platformPort > 0 && port <= 65_535 && (await isFree(port)) ? port : 0;
}

/** The port of an address that a part has reported, such as `http://127.0.0.1:4400` or `ws://[::1]:4411`. */
export function portOf(url: string): number {
  return Number(/:(\d+)\/?$/.exec(url)?.[1] ?? 0);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
