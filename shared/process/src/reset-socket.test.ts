import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { PassThrough } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { resetSocket } from './reset-socket.ts';

let server: Server | undefined;
afterEach(() => server?.close());

it('lets the peer of a TCP connection see a reset', async () => {
  server = createServer((socket) => socket.write('half', () => resetSocket(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume();
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

it('destroys what is no TCP connection', () => {
  const stream = new PassThrough();
  resetSocket(stream);
  expect(stream.destroyed).toBe(true);
});

it('destroys TLS that has lost the connection below it', async () => {
  server = createServer((socket) => socket.resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tcp = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(tcp, 'connect');
  const socket = new TLSSocket(tcp, { isServer: true });
  Reflect.set(socket, '_parent', null);
  expect(socket.remoteAddress).toBe('127.0.0.1');
  resetSocket(socket);
  expect(socket.destroyed).toBe(true);
  tcp.destroy();
});
