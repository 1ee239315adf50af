import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  connect,
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { dialTunnel, type DialOptions } from './dial.ts';
import { TunnelDialError } from './dial-error.ts';
import { PORTOLAN_V1 } from '../session/typed-streams.ts';
import { Session } from '../session/session.ts';
import { echo, readAll } from '../testing/session-pair.ts';
import { WEBSOCKET_OPTIONS, websocketTransport } from '../testing/ws-transport.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
});

async function listen(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  cleanups.push(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A broker that takes every tunnel and echoes every stream. */
function acceptTunnels(server: Server): { requests: IncomingMessage[] } {
  const sockets = new WebSocketServer({ server, ...WEBSOCKET_OPTIONS });
  const requests: IncomingMessage[] = [];
  sockets.on('connection', (ws, request) => {
    requests.push(request);
    echo(new Session(websocketTransport(ws), { role: 'server' }));
  });
  cleanups.push(() => {
    for (const ws of sockets.clients) ws.terminate();
  });
  return { requests };
}

async function refusal(options: Partial<DialOptions> & { url: string }): Promise<TunnelDialError> {
  const error = await dialTunnel({ token: 't0ken', proxy: false, ...options }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TunnelDialError);
  expect(String(error)).not.toContain('t0ken');
  return error as TunnelDialError;
}

async function expectEcho(session: Session): Promise<void> {
  const stream = await session.open();
  stream.end('through');
  expect(String(await readAll(stream))).toBe('through');
  await session.close();
}

/** A certificate for 127.0.0.1, made with openssl. */
function makeCertificate(): { cert: Buffer; key: Buffer } {
  const dir = mkdtempSync(join(tmpdir(), 'portolan-cert-'));
  cleanups.push(() => rmSync(dir, { recursive: true }));
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const subject = '-subj /CN=broker -addext subjectAltName=IP:127.0.0.1';
  const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 ${subject}`.split(' ');
  execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

describe('dialTunnel', () => {
  it('sends token, subprotocol and headers, and no compression offer', async () => {
    const server = createServer();
    const { requests } = acceptTunnels(server);
    const url = `ws://127.0.0.1:${await listen(server)}/tunnel/t1`;
    const session = await dialTunnel({
      url,
      token: 't0ken',
      subprotocol: PORTOLAN_V1,
      proxy: false,
      headers: { 'x-a': 'b' },
    });
    await expectEcho(session);
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer t0ken',
      'sec-websocket-protocol': PORTOLAN_V1,
      'x-a': 'b',
    });
    expect(requests[0]?.headers['sec-websocket-extensions']).toBeUndefined();
  });

  it.each([
    [400, 'bad-request'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'conflict'],
    [503, 'unavailable'],
    [200, 'protocol'],
  ])('turns status %i into %s with the server’s reason, made safe to print', async (status, code) => {
    const server = createServer((_request, response) => {
      response.writeHead(status).end('because\u001b[31m of this');
    });
    server.on('upgrade', (_request, socket) => {
      socket.end(`HTTP/1.1 ${status} X\r\ncontent-length: 20\r\n\r\nbecause\u001b[31m of this`);
    });
    const error = await refusal({ url: `ws://127.0.0.1:${await listen(server)}/tunnel/t1` });
    expect(error).toMatchObject({ code, status, reason: 'because [31m of this' });
    expect(error.message).toMatch(/^Cannot open a tunnel to ws:/);
  });

  it('names DNS, TCP, timeout and abort', async () => {
    const port = await listen(createTcpServer());
    expect(await refusal({ url: 'ws://broker.invalid/tunnel/t1' })).toMatchObject({ code: 'dns' });
    expect(await refusal({ url: `ws://127.0.0.1:${port}/t`, handshakeTimeoutMs: 100 })).toMatchObject({
      code: 'timeout',
    });
    expect(await refusal({ url: `ws://127.0.0.1:${port}/t`, signal: AbortSignal.timeout(50) })).toMatchObject(
      { code: 'aborted' },
    );
    for (const cleanup of cleanups.splice(0)) cleanup();
    expect(await refusal({ url: `ws://127.0.0.1:${port}/t` })).toMatchObject({ code: 'tcp' });
  });

  it('trusts a given CA over TLS and refuses an unknown one', async () => {
    const { cert, key } = makeCertificate();
    const server = createTlsServer({ cert, key });
    acceptTunnels(server);
    const url = `wss://127.0.0.1:${await listen(server)}/tunnel/t1`;
    await expectEcho(await dialTunnel({ url, token: 't', ca: cert, proxy: false }));
    expect(await refusal({ url })).toMatchObject({ code: 'tls' });
  });

  it('shows its client certificate to a broker that asks for one', async () => {
    const { cert, key } = makeCertificate();
    const server = createTlsServer({ cert, key, ca: cert, requestCert: true, rejectUnauthorized: true });
    acceptTunnels(server);
    const url = `wss://127.0.0.1:${await listen(server)}/tunnel/t1`;
    await expectEcho(await dialTunnel({ url, token: 't', ca: cert, cert, key, proxy: false }));
  });

  it('goes through a proxy by CONNECT, and names the proxy when that refuses', async () => {
    const broker = createServer();
    acceptTunnels(broker);
    const url = `ws://127.0.0.1:${await listen(broker)}/tunnel/t1`;
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      socket
        .pipe(upstream)
        .pipe(socket)
        .on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    await expectEcho(await dialTunnel({ url, token: 't', proxy: `http://127.0.0.1:${await listen(proxy)}` }));
    expect(`ws://${asked[0]}/tunnel/t1`).toBe(url);

    const closed = createServer();
    closed.on('connect', (_request, socket) =>
      socket.end('HTTP/1.1 407 Auth\r\ncontent-length: 5\r\n\r\nlogin'),
    );
    const refused = await refusal({ url, proxy: `http://127.0.0.1:${await listen(closed)}` });
    expect(refused).toMatchObject({ code: 'proxy', status: 407 });
    const gone = await refusal({ url, proxy: 'http://127.0.0.1:1' });
    expect(gone).toMatchObject({ code: 'proxy' });
    expect(gone.message).toContain('127.0.0.1:1');
  });
});
