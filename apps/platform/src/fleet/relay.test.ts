import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';

const descriptors = () => readdirSync('/proc/self/fd').length;

let portolan: TestPlatform;
beforeAll(async () => {
  portolan = await startTestPlatform();
});
afterAll(() => portolan.close());

it('keeps no connection of an upgrade request that it has refused', async () => {
  const { hostname, port } = new URL(portolan.url);
  const before = descriptors();
  for (let round = 0; round < 20; round += 1) {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true }).resume();
    socket.write('GET /x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await once(socket, 'end');
    socket.end('more that nobody reads');
  }
  await expect.poll(descriptors).toBeLessThan(before + 5);
});

it.each(['//', '//[', '*', 'http://', '/%', '/broker/v1/relay', 'x'.repeat(10_000)])(
  'refuses an upgrade request without credentials for %j and goes on',
  async (target) => {
    const { hostname, port } = new URL(portolan.url);
    const socket = connect(Number(port), hostname).resume();
    socket.on('error', () => undefined);
    socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n`);
    await once(socket, 'close');
    expect((await fetch(`${portolan.url}/healthz`)).status).toBe(200);
  },
);
