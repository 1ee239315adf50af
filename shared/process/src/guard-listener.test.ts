import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { guardListener } from './guard-listener.ts';

describe('guardListener', () => {
  const server = createServer((_request, response) => response.end('served'));
  afterEach(() => server.close());

  const parse = (request: IncomingMessage, _socket: Duplex, _head: Buffer) =>
    void new URL(request.url ?? '', 'http://h');

  it.each([
    ['throws', parse],
    ['rejects', async (...args: Parameters<typeof parse>) => parse(...args)],
  ])('closes one connection when its listener %s, and the server goes on', async (_how, listener) => {
    const failures: unknown[] = [];
    server.removeAllListeners('upgrade');
    server.on(
      'upgrade',
      guardListener(listener, (error, _request, socket) => {
        failures.push(error);
        socket.destroy();
      }),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const socket = connect(port, '127.0.0.1').resume();
    socket.write('GET // HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
    await once(socket, 'close');

    expect(failures).toEqual([expect.objectContaining({ code: 'ERR_INVALID_URL' })]);
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    expect(await response.text()).toBe('served');
  });
});
