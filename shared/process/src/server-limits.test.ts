import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { limitServer } from './server-limits.ts';

let server: Server;
const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  server.closeAllConnections();
  server.close();
});

async function start(connectionsPerAddressMax: number): Promise<void> {
  server = createServer({ connectionsCheckingInterval: 50 }, (_request, response) => response.end('ok'));
  limitServer(server, { connectionsMax: 10, connectionsPerAddressMax });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

function dial(): Socket {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

it('closes the connections of one address beyond its share, and counts those that ended no longer', async () => {
  await start(2);
  const [first] = [dial(), dial()];
  await expect
    .poll(() => new Promise((resolve) => server.getConnections((_e, count) => resolve(count))))
    .toBe(2);
  await once(dial().resume(), 'close');
  first?.destroy();
  await expect
    .poll(() => new Promise((resolve) => server.getConnections((_e, count) => resolve(count))))
    .toBe(1);
  const next = dial();
  next.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const [answer] = (await once(next, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 200/);
});

it('ends a connection whose request does not come', async () => {
  await start(10);
  server.headersTimeout = 100;
  const silent = dial();
  silent.write('GET / HTTP/1.1\r\n');
  const [answer] = (await once(silent, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 408/);
  await once(silent, 'close');
});
