import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { CLIENT_SOCKETS } from './client-sockets.ts';

const TABLE = '/proc/net/tcp';
const ESTABLISHED = '01';
const KEEP_ALIVE_TIMER = '02';

/** Returns the timer of the established connection that was accepted at a port. */
function timerOf(port: number): string | undefined {
  const lines = readFileSync(TABLE, 'utf8').trim().split('\n').slice(1);
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of lines) {
    const [, from, , state, , timer] = line.trim().split(/\s+/);
    if (from?.endsWith(local) && state === ESTABLISHED) return timer?.slice(0, 2);
  }
  return undefined;
}

test.skipIf(!existsSync(TABLE))('the kernel probes silent clients', async () => {
  const server = createServer(CLIENT_SOCKETS).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  await once(server, 'connection');
  await expect.poll(() => timerOf(port)).toBe(KEEP_ALIVE_TIMER);
});
