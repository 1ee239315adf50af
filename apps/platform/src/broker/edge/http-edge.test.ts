import { once } from 'node:events';
import {
  createServer,
  Agent,
  request,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { EDGE_LIMITS, type EdgeLimits } from './edge-limits.ts';
import type { EdgeClient, EdgeRouter } from './edge-target.ts';
import { SocketStream } from './socket-stream.ts';
import { createHttpEdge } from './http-edge.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const portOf = (server: { address(): AddressInfo | string | null }) => (server.address() as AddressInfo).port;

async function origin(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

interface World {
  port: number;
  clients: EdgeClient[];
  counts: { requests: number; retried: number; refused: number[] };
  state: { isDraining: boolean; isReady: boolean };
  edge: ReturnType<typeof createHttpEdge>;
}

/** An edge whose ways lead to real servers by host name; several servers of one host are several ways. */
async function world(hosts: Record<string, number[]>, limits: Partial<EdgeLimits> = {}): Promise<World> {
  const clients: EdgeClient[] = [];
  const counts = { requests: 0, retried: 0, refused: [] as number[] };
  const state = { isDraining: false, isReady: true };
  const router: EdgeRouter = {
    findTarget: (host) =>
      host in hosts ? { clusterId: host, isHttpsOnly: host.startsWith('secure.') } : null,
    async open(clusterId, client, tried) {
      clients.push(client);
      const port = hosts[clusterId]?.find((candidate) => !tried.has(String(candidate)));
      if (port === undefined) return null;
      const stream = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      return { stream: new SocketStream(stream), pathId: String(port), isUsable: () => true };
    },
    findChallenge: () => null,
    isDraining: () => state.isDraining,
    isReady: () => state.isReady,
  };
  const events = {
    request: () => void (counts.requests += 1),
    retried: () => void (counts.retried += 1),
    refused: (status: number) => void counts.refused.push(status),
    bytes: () => undefined,
    failed: (error: unknown) => {
      throw error;
    },
  };
  const edge = createHttpEdge({ router, limits: { ...EDGE_LIMITS, ...limits }, events, httpsPort: '8443' });
  edge.server.listen(0, '127.0.0.1');
  await once(edge.server, 'listening');
  ends.push(() => edge.close());
  return { port: portOf(edge.server), clients, counts, state, edge };
}

async function fetchText(
  port: number,
  host: string,
  options: { path?: string; method?: string; body?: string | Buffer; agent?: Agent } = {},
) {
  const { path = '/', method = 'GET', body, agent } = options;
  const outgoing = request({
    port,
    host: '127.0.0.1',
    path,
    method,
    headers: { host },
    ...(agent ? { agent } : {}),
  });
  outgoing.end(body);
  outgoing.on('error', () => undefined);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

/** Sends raw bytes and answers everything received until the connection ends or `until` matches. */
async function raw(port: number, bytes: string | Buffer, until?: RegExp): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  ends.push(() => socket.destroy());
  socket.write(bytes);
  return received(socket, until);
}

async function received(socket: Socket, until?: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (until?.test(text)) break;
  }
  return text;
}

const named = (name: string): Promise<Server> =>
  origin((incoming, answer) => {
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
    incoming.on('end', () => answer.end(`${name} ${incoming.method} ${incoming.url} ${bytes}`));
  });

describe('the plain HTTP edge', () => {
  it('routes by Host and tells the agent who the client is', async () => {
    const { port, clients } = await world({
      'a.test': [portOf(await named('a'))],
      'b.test': [portOf(await named('b'))],
    });
    expect((await fetchText(port, 'a.test', { path: '/x?y=1' })).text).toBe('a GET /x?y=1 0');
    expect((await fetchText(port, 'B.test:80')).text).toBe('b GET / 0');
    expect(clients[0]).toMatchObject({ protocol: 'http', address: '127.0.0.1', host: 'a.test' });
    expect(clients[0]?.port).toBeGreaterThan(0);
  });

  it('serves a keep-alive connection whose requests change Host, each from its own cluster', async () => {
    const { port, edge } = await world({
      'a.test': [portOf(await named('a'))],
      'b.test': [portOf(await named('b'))],
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    ends.push(() => agent.destroy());
    const texts = [];
    for (const host of ['a.test', 'b.test', 'b.test', 'a.test']) {
      texts.push((await fetchText(port, host, { agent, method: 'POST', body: 'four' })).text);
    }
    expect(texts).toEqual(['a POST / 4', 'b POST / 4', 'b POST / 4', 'a POST / 4']);
    expect(edge.connections).toBe(1);
  });

  it('answers pipelined requests in order, also across clusters', async () => {
    const { port } = await world({
      'a.test': [portOf(await named('a'))],
      'b.test': [portOf(await named('b'))],
    });
    const pipeline = ['a.test', 'b.test', 'a.test'].map(
      (host, index) => `GET /${index} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    );
    const text = await raw(port, pipeline.join(''), /\/2 0/);
    expect(text.match(/[ab] GET \/\d/g)).toEqual(['a GET /0', 'b GET /1', 'a GET /2']);
  });

  it('reads heads and chunked bodies cut at every byte', async () => {
    const { port } = await world({ 'a.test': [portOf(await named('a'))] });
    const message =
      'POST /c HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    ends.push(() => socket.destroy());
    for (const byte of message.repeat(2)) {
      await new Promise<void>((resolve) => socket.write(byte, () => resolve()));
    }
    expect((await received(socket, /(a POST \/c 8[^]*){2}/)).match(/a POST \/c 8/g)).toHaveLength(2);
  });

  it('answers 404 for an unknown host, without a word of what exists', async () => {
    const { port, counts } = await world({ 'a.test': [1] });
    const { status, text, headers } = await fetchText(port, 'other.test');
    expect([status, headers.connection]).toEqual([404, 'close']);
    expect(text).toBe('404 Not Found\nThere is nothing here.\n');
    expect(counts.refused).toEqual([404]);
  });

  it('does not say 404 before it knows which hosts there are', async () => {
    const { port, state } = await world({ 'a.test': [] });
    state.isReady = false;
    expect((await fetchText(port, 'other.test')).status).toBe(503);
  });

  it('answers 502 at once where no tunnel is live', async () => {
    const { port } = await world({ 'a.test': [] });
    expect((await fetchText(port, 'a.test')).status).toBe(502);
  });

  it('redirects to https where the host asks for it', async () => {
    const { port } = await world({ 'secure.test': [1] });
    const { status, headers } = await fetchText(port, 'secure.test', { path: '/a?b', method: 'HEAD' });
    expect([status, headers.location]).toEqual([308, 'https://secure.test:8443/a?b']);
  });

  it('tries another way when one breaks before a byte was answered, for idempotent requests only', async () => {
    let calls = 0;
    const breaking = await origin((incoming) => {
      calls += 1;
      incoming.socket.destroy();
    });
    const ways = [portOf(breaking), portOf(await named('a'))];
    const { port, counts } = await world({ 'a.test': ways });
    expect((await fetchText(port, 'a.test', { method: 'PUT', body: 'xyz' })).text).toBe('a PUT / 3');
    expect(counts.retried).toBe(1);
    const agent = new Agent();
    expect((await fetchText(port, 'a.test', { method: 'POST', body: 'xyz', agent })).status).toBe(502);
    expect(calls).toBe(2);
  });

  it('cuts the connection when an answer breaks off in the middle, never passes it as whole', async () => {
    const cutting = await origin((incoming, answer) => {
      answer.writeHead(200, { 'content-length': 100 });
      answer.write('only this', () => incoming.socket.destroy());
    });
    const { port } = await world({ 'a.test': [portOf(cutting), portOf(await named('a'))] });
    await expect(fetchText(port, 'a.test')).rejects.toThrow(/aborted|ECONNRESET|terminated/);
  });

  it('carries upgraded connections both ways', async () => {
    const echo = await origin(() => undefined);
    echo.on('upgrade', (_, socket, head) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
      socket.write(head);
      socket.pipe(socket);
    });
    const { port, edge } = await world({ 'a.test': [portOf(echo)] });
    const socket = connect(port, '127.0.0.1');
    ends.push(() => socket.destroy());
    socket.write('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nearly');
    expect(await received(socket, /early$/)).toMatch(/^HTTP\/1.1 101/);
    socket.write('not http at all\r\n\r\n');
    expect(await received(socket, /all\r\n\r\n$/)).toBe('not http at all\r\n\r\n');
    expect(edge.connections).toBe(1);
    socket.end();
    await expect.poll(() => edge.connections).toBe(0);
  });

  it('says close in answers while draining and ends idle connections', async () => {
    const { port, state, edge } = await world({ 'a.test': [portOf(await named('a'))] });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    ends.push(() => agent.destroy());
    expect((await fetchText(port, 'a.test', { agent })).headers.connection).toBe('keep-alive');
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    await expect.poll(() => edge.connections).toBe(2);
    state.isDraining = true;
    expect((await fetchText(port, 'a.test', { agent })).headers.connection).toBe('close');
    edge.drain();
    expect(await received(idle)).toBe('');
    await expect.poll(() => edge.connections).toBe(0);
  });

  it.each([
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['two Hosts', 'GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n', 400],
    ['a target that contradicts Host', 'GET http://b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
    [
      'both framings',
      'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n', 400],
    ['another coding', 'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 501],
    ['space before the colon', 'GET / HTTP/1.1\r\nHost : a.test\r\n\r\n', 400],
    ['a folded line', 'GET / HTTP/1.1\r\nHost: a.test\r\n b\r\n\r\n', 400],
    ['a bare LF', 'GET / HTTP/1.1\nHost: a.test\r\n\r\n', 400],
    ['a bad chunk', 'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
    ['CONNECT', 'CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n', 405],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
    ['a head too large', `GET / HTTP/1.1\r\nHost: a.test\r\nX: ${'x'.repeat(60_000)}\r\n\r\n`, 431],
    ['a target too long', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: a.test\r\n\r\n`, 414],
    ['a target without end', `GET /${'x'.repeat(60_000)}`, 414],
    ['a port that is none', 'GET / HTTP/1.1\r\nHost: a.test:evil\r\n\r\n', 400],
    ['no HTTP', '\x16\x03\x01 what\r\n\r\n', 400],
  ])('refuses %s', async (_, bytes, status) => {
    const { port } = await world({ 'a.test': [portOf(await named('a'))], 'b.test': [] });
    expect(await raw(port, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('takes heads as large as the gateway does, in both directions', async () => {
    const server = await origin((request, response) => {
      const cookies = Array.from({ length: 80 }, (_, index) => `c${index}=${'v'.repeat(700)}`);
      response.setHeader('set-cookie', cookies);
      response.end(String(request.url?.length));
    });
    server.maxHeadersCount = 0;
    const { port } = await world({ 'a.test': [portOf(server)] });
    const target = `/${'t'.repeat(9_000)}`;
    const head = `GET ${target} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n`;
    expect(await raw(port, head)).toMatch(/^HTTP\/1\.1 200 [^]*9001$/);
  });

  it('shares connections out: idle ones make room, no address and no cluster takes all', async () => {
    const waiting: (() => void)[] = [];
    const slow = await origin((_request, response) => void waiting.push(() => response.end('late')));
    const { port, edge, counts } = await world(
      { 'a.test': [portOf(slow)], 'b.test': [portOf(await named('b'))] },
      { connectionsMax: 8, connectionsPerAddressMax: 4, connectionsPerClusterMax: 2 },
    );
    const open = () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      ends.push(() => socket.destroy());
      return socket;
    };
    const idle = [open(), open(), open(), open()];
    const closed = once(idle[0] ?? open(), 'close');
    await expect.poll(() => edge.connections).toBe(4);
    expect((await fetchText(port, 'b.test')).status).toBe(200);
    await closed;
    // Busy ones stay: two are all that one cluster gets, and a full address hears 503.
    for (const socket of idle.slice(1, 3)) socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
    await expect.poll(() => waiting.length).toBe(2);
    expect((await fetchText(port, 'a.test')).status).toBe(503);
    for (const answer of waiting) answer();
    await expect.poll(async () => (await fetchText(port, 'b.test')).status).toBe(200);
    expect(counts.refused).toEqual([503]);
  });

  it('bounds how long a head or a body may take and how many connections there are', async () => {
    const { port, edge } = await world(
      { 'a.test': [portOf(await named('a'))] },
      { headMs: 300, stallMs: 300, connectionsMax: 3 },
    );
    const answers = await Promise.all([
      raw(port, 'GET / HT'),
      raw(port, 'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\n123'),
      raw(port, ''),
    ]);
    expect(answers.map((answer) => answer.slice(0, 12))).toEqual(['HTTP/1.1 408', 'HTTP/1.1 408', '']);
    await expect.poll(() => edge.connections).toBe(0);
    for (let index = 0; index < 3; index += 1) ends.push(() => connect(port, '127.0.0.1').destroy());
    const held = [1, 2, 3].map(() => connect(port, '127.0.0.1'));
    await expect.poll(() => edge.connections).toBe(3);
    // Idle ones would make room.
    for (const socket of held) socket.write('GET / HT');
    await expect.poll(async () => raw(port, '')).toMatch(/^HTTP\/1.1 503/);
    for (const socket of held) socket.destroy();
  });
});
