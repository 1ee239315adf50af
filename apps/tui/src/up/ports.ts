import { once } from 'node:events';
import { createServer } from 'node:net';

/** `preferred` when it is free on loopback, else 0 (the part then takes any free port). */
export async function portOrFree(preferred: number): Promise<number> {
  return preferred > 0 && preferred <= 65_535 && (await isFree(preferred)) ? preferred : 0;
}

export async function isFree(port: number): Promise<boolean> {
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
