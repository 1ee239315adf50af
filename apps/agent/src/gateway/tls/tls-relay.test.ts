import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { TlsRelay } from './tls-relay.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A proxy that answers with everything it got, once the client has ended. */
async function startProxy(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    socket.on('error', () => undefined);
    void text(socket).then((got) => socket.end(`got ${got}`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

function relayTo(port: number, hasProxyProtocol = false) {
  const unreachable: string[] = [];
  const relay = new TlsRelay({
    address: { host: '127.0.0.1', port },
    hasProxyProtocol,
    serves: (host) => host === 'carried.example',
    onUnreachable: (reason) => unreachable.push(reason),
  });
  closers.push(() => relay.close());
  return { relay, unreachable };
}

const never = () => expect.unreachable('the proxy is there');

async function exchange(client: Duplex, sent: string): Promise<string> {
  client.end(sent);
  return text(client);
}

test('bytes pass in both directions, also after one side has ended', async () => {
  const { relay } = relayTo(await startProxy());
  expect([relay.serves('Carried.Example'), relay.serves('other.example')]).toEqual([true, false]);
  const [client, stream] = duplexPair();
  relay.pass(stream, { address: '192.0.2.1', port: 4711 }, never);
  expect(await exchange(client, 'hello')).toBe('got hello');
});

test.each([
  ['192.0.2.1', 'PROXY TCP4 192.0.2.1 127.0.0.1 4711 443\r\n'],
  ['2001:db8::1', 'PROXY TCP6 2001:db8::1 ::1 4711 443\r\n'],
])('tells the address of %s by the PROXY protocol', async (address, header) => {
  const { relay } = relayTo(await startProxy(), true);
  const [client, stream] = duplexPair();
  relay.pass(stream, { address, port: 4711 }, never);
  expect(await exchange(client, 'hello')).toBe(`got ${header}hello`);
});

test('a proxy that is away leaves the connection, with every byte, to the agent', async () => {
  const port = await startProxy();
  for (const close of closers.splice(0)) close();
  const { relay, unreachable } = relayTo(port);
  const [client, stream] = duplexPair();
  const answered = exchange(client, 'hello');
  await new Promise<void>((resolve) => relay.pass(stream, { address: '192.0.2.1', port: 1 }, resolve));
  stream.end(`own ${await text(stream)}`);
  expect(await answered).toBe('own hello');
  expect(unreachable).toEqual([expect.stringContaining('ECONNREFUSED')]);
});

test('a client that goes away ends the connection to the proxy, and stopping ends every connection', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const { relay } = relayTo((server.address() as AddressInfo).port);
  for (const end of [(stream: Duplex) => stream.destroy(), () => relay.close()]) {
    const [, stream] = duplexPair();
    const connected = once(server, 'connection') as Promise<[Socket]>;
    relay.pass(stream, { address: '192.0.2.1', port: 1 }, never);
    const [socket] = await connected;
    socket.resume().on('error', () => undefined);
    const closed = once(socket, 'close');
    end(stream);
    await closed;
  }
});
