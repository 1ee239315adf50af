import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { model, portOf, route, service, toService } from '../testing/models.ts';
import { ask, startGateway } from '../testing/servers.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
/** RFC 9113 §4.1: length, type, flags, stream; then the payload. */
const SETTINGS = Buffer.from('000000040000000000', 'hex');
const SETTINGS_ACK = Buffer.from('000000040100000000', 'hex');
/** `:status: 200`, END_STREAM and END_HEADERS, on stream 1. */
const RESPONSE = Buffer.from('00000101050000000188', 'hex');

function connectionsHere(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

it('a client of HTTP/2 that does not end an idle connection does not hold it', async () => {
  const limits = { ...DEFAULT_LIMITS, keepAliveTimeoutMs: 100 };
  const { port } = await startGateway(model([], []), { limits });
  const before = connectionsHere();
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void client.destroy());
  client.on('error', () => undefined);
  client.write(Buffer.concat([Buffer.from(PREFACE), SETTINGS, SETTINGS_ACK]));
  client.resume();
  await once(client, 'end');
  // What is left is the client's own end.
  await expect.poll(connectionsHere, { timeout: 10_000 }).toBeLessThanOrEqual(before + 1);
});

it('an upstream of HTTP/2 that does not end an idle connection does not hold it', async () => {
  const ended = Promise.withResolvers<void>();
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('end', ended.resolve);
    socket.write(SETTINGS);
    socket.once('data', () => socket.write(Buffer.concat([SETTINGS_ACK, RESPONSE])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const transport = {
    insecureSkipVerify: false,
    rootCAs: [],
    certificates: [],
    dialTimeoutMs: 1000,
    responseHeaderTimeoutMs: 5000,
    idleConnTimeoutMs: 100,
    maxIdleConnsPerHost: 0,
  };
  const target = toService('up', { scheme: 'h2c', transport });
  const { port } = await startGateway(model([route({ target })], [service('up', { port: portOf(server) })]));
  const before = connectionsHere();
  expect((await ask(port)).status).toBe(200);
  await ended.promise;
  // What is left is the upstream's own end.
  await expect.poll(connectionsHere, { timeout: 10_000 }).toBeLessThanOrEqual(before + 1);
});
