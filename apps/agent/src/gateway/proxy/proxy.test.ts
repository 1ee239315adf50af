import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { model, portOf, route, service, toService } from '../testing/models.ts';
import { ask, askRaw, echo, readAnswer, startGateway, upstream } from '../testing/servers.ts';

const open = (...endpoints: { port: number }[]) => model([route()], [service('up', ...endpoints)]);

describe('headers on the way to the upstream', () => {
  it('drops what is hop-by-hop and what the client made up about itself', async () => {
    const { port } = await startGateway(open(await echo()));
    const answer = await ask(port, {
      headers: {
        host: 'shop.example.com:8080',
        connection: 'keep-alive, x-private',
        'x-private': '1',
        'keep-alive': 'timeout=5',
        te: 'trailers, deflate',
        'proxy-connection': 'keep-alive',
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil.example.com',
        'x-real-ip': '203.0.113.9',
        x_real_ip: '203.0.113.9',
        'x-original-url': '/admin',
        'x-rewrite-url': '/admin',
        'x-kept': 'yes',
        x_kept: 'too',
      },
    });
    const { headers } = JSON.parse(answer.body);
    expect(headers).toMatchObject({
      host: 'shop.example.com:8080',
      'x-kept': 'yes',
      x_kept: 'too',
      te: 'trailers',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.example.com:8080',
      'x-forwarded-port': '8080',
      'x-real-ip': '127.0.0.1',
    });
    for (const gone of [
      'x-private',
      'keep-alive',
      'proxy-connection',
      'x_real_ip',
      'x-original-url',
      'x-rewrite-url',
    ])
      expect(headers[gone]).toBeUndefined();
  });

  it('believes trusted peers and adds itself', async () => {
    const { port } = await startGateway(open(await echo()), { trustedProxies: ['127.0.0.0/8'] });
    const sent = {
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example.com',
      'x-real-ip': '203.0.113.9',
    };
    const { headers } = JSON.parse((await ask(port, { headers: sent })).body);
    expect(headers).toMatchObject({ ...sent, 'x-forwarded-for': '203.0.113.9, 127.0.0.1' });
  });

  it('sends the upstream its own host where the route says so', async () => {
    const up = await echo();
    const { port } = await startGateway(
      model([route({ target: toService('up', { passHostHeader: false }) })], [service('up', up)]),
    );
    expect(JSON.parse((await ask(port, { headers: { host: 'shop.example.com' } })).body).headers.host).toBe(
      `127.0.0.1:${up.port}`,
    );
  });
});

describe('bodies', () => {
  it('streams a request body while it is being written', async () => {
    const seen: string[] = [];
    const up = await upstream((req, res) => {
      req.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
      req.on('end', () => res.end('done'));
    });
    const { port } = await startGateway(open(up));
    const req = request({ port, method: 'POST', agent: false });
    req.write('first');
    await vi.waitFor(() => expect(seen).toEqual(['first']));
    req.end('second');
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect((await readAnswer(res)).body).toBe('done');
    expect(seen.join('')).toBe('firstsecond');
  });

  it('hands over events as they come', async () => {
    const source = new PassThrough();
    const up = await upstream((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      source.pipe(res);
    });
    const { port } = await startGateway(open(up));
    const req = request({ port, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      source.write(event);
      const [chunk] = (await once(res, 'data')) as [Buffer];
      expect(chunk.toString()).toBe(event);
    }
    source.end();
  });

  it('slows the upstream down to the speed of the client', async () => {
    const total = 64 * 1024 * 1024;
    let written = 0;
    const up = await upstream((_req, res) => {
      res.writeHead(200, { 'content-length': total });
      const chunk = Buffer.alloc(256 * 1024);
      const more = (): void => {
        while (written < total) {
          written += chunk.length;
          if (!res.write(chunk)) {
            res.once('drain', more);
            return;
          }
        }
        res.end();
      };
      more();
    });
    const { port } = await startGateway(open(up));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'readable');
    // The client reads nothing more: what the upstream could write is what buffers on the way hold.
    let before = -1;
    await vi.waitFor(
      () => {
        const stood = written === before;
        before = written;
        expect(stood).toBe(true);
      },
      { timeout: 10_000, interval: 200 },
    );
    expect(written).toBeLessThan(total / 2);
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received >= total) socket.destroy();
    });
    await once(socket, 'close');
    expect(received).toBeGreaterThanOrEqual(total);
  });

  it('carries trailers', async () => {
    const up = await upstream((_req, res) => {
      res.writeHead(200, { trailer: 'x-checksum' });
      res.write('body');
      res.addTrailers({ 'x-checksum': 'abc' });
      res.end();
    });
    const { port } = await startGateway(open(up));
    const answer = await ask(port);
    expect([answer.body, answer.trailers['x-checksum']]).toEqual(['body', 'abc']);
  });

  it('asks for a body only once the request is admitted', async () => {
    const { port } = await startGateway(open(await echo()));
    const text =
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';
    const socket = connect(port, '127.0.0.1');
    socket.write(text);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('ok');
    const [second] = (await once(socket, 'data')) as [Buffer];
    expect(second.toString()).toContain('"body":"ok"');
    const closed = await startGateway(model([], []));
    expect(await askRaw(closed.port, text)).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('answers before the body is complete when the upstream does', async () => {
    const up = await upstream((req, res) => {
      res.writeHead(413, { connection: 'close' });
      res.end('too large');
      req.resume();
    });
    const { port } = await startGateway(open(up));
    const req = request({ port, method: 'POST', agent: false });
    req.on('error', () => undefined);
    req.write('x'.repeat(1000));
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect((await readAnswer(res)).body).toBe('too large');
    req.destroy();
  });

  it('shows a client that a body is cut short', async () => {
    const up = await upstream((_req, res) => {
      res.writeHead(200, { 'content-length': 100 });
      res.write('x'.repeat(50), () => res.destroy());
    });
    const { port } = await startGateway(open(up));
    await expect(ask(port)).rejects.toThrow('aborted');
  });

  it.each(['GET', 'HEAD'])('keeps a 304 and a HEAD without body (%s)', async (method) => {
    const up = await upstream((_req, res) => {
      res.writeHead(method === 'HEAD' ? 200 : 304, { 'content-length': 5, etag: '"a"' });
      res.end();
    });
    const { port } = await startGateway(open(up));
    const agent = new Agent({ keepAlive: true });
    for (let i = 0; i < 2; i++) {
      const req = request({ port, method, agent }).end();
      const [res] = (await once(req, 'response')) as [IncomingMessage];
      expect(await readAnswer(res)).toMatchObject({ body: '', headers: { etag: '"a"' } });
    }
    agent.destroy();
  });

  it('does not announce a body that a 204 cannot have', async () => {
    const up = await upstream((_req, res) => res.writeHead(204, { 'content-length': '5' }).end());
    const { port } = await startGateway(open(up));
    const answer = await ask(port);
    expect([answer.status, answer.headers['content-length']]).toEqual([204, undefined]);
  });

  it('refuses a body above the limit, announced or not', async () => {
    const { port } = await startGateway(open(await echo()), { limits: { bodyBytesMax: 10 } });
    expect((await ask(port, { method: 'POST', body: 'x'.repeat(11) })).status).toBe(413);
    expect((await ask(port, { method: 'POST', body: 'x'.repeat(10) })).status).toBe(200);
    const chunked = await ask(port, {
      method: 'POST',
      headers: { 'transfer-encoding': 'chunked' },
      body: 'x'.repeat(11),
    });
    expect(chunked.status).toBe(413);
  });
});

describe('WebSocket', () => {
  it('passes messages both ways and counts them', async () => {
    const up = await upstream((_req, res) => res.end());
    const server = new WebSocketServer({ server: up.server });
    server.on('connection', (socket, req) =>
      socket.on('message', (data) =>
        socket.send(`${req.url} ${Buffer.isBuffer(data) ? data.toString() : ''}`),
      ),
    );
    const { port, records } = await startGateway(open(up));
    const client = new WebSocket(`ws://127.0.0.1:${port}/chat`);
    await once(client, 'open');
    client.send('hello');
    const [data] = (await once(client, 'message')) as [Buffer];
    expect(data.toString()).toBe('/chat hello');
    client.close();
    await once(client, 'close');
    await vi.waitFor(() => expect(records).toMatchObject([{ status: 101 }]));
    expect(records[0]!.bytesIn).toBeGreaterThan(0);
  });

  it('passes on a refusal to switch', async () => {
    const up = await upstream((_req, res) => res.end());
    up.server.on('upgrade', (_req, socket) =>
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno'),
    );
    const { port } = await startGateway(open(up));
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    const [, res] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
    expect([res.statusCode, (await readAnswer(res)).body]).toEqual([403, 'no']);
  });

  it('answers 404 like any other request', async () => {
    const { port } = await startGateway(model([], []));
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    const [, res] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(res.statusCode).toBe(404);
    res.resume();
  });
});

describe('endpoints', () => {
  it('takes turns, and goes to another when one cannot be reached', async () => {
    const a = await upstream((_req, res) => res.end('a'));
    const b = await upstream((_req, res) => res.end('b'));
    const { port } = await startGateway(open(a, b, { port: 1 }));
    const bodies = [];
    for (let i = 0; i < 12; i++) {
      const answer = await ask(port);
      bodies.push(answer.status === 200 ? answer.body : answer.status);
    }
    expect(new Set(bodies)).toEqual(new Set(['a', 'b']));
  });

  it('leaves an endpoint at the next swap and uses its successor', async () => {
    const a = await upstream((_req, res) => res.end('a'));
    const b = await upstream((_req, res) => res.end('b'));
    const { port, gateway } = await startGateway(open(a));
    expect((await ask(port)).body).toBe('a');
    gateway.swap(open(b));
    expect((await ask(port)).body).toBe('b');
  });

  it('repeats a GET whose idle connection was closed under it, never a POST', async () => {
    let requests = 0;
    const up = await upstream((req, res) => {
      requests += 1;
      if (requests % 2 === 0) req.socket.destroy();
      else res.end('ok');
    });
    const { port } = await startGateway(open(up));
    expect((await ask(port)).status).toBe(200);
    expect((await ask(port)).status).toBe(200);
    expect(requests).toBe(3);
    expect((await ask(port, { method: 'POST', body: 'x' })).status).toBe(502);
    expect(requests).toBe(4);
  });

  it('answers 504 when response headers take too long', async () => {
    const up = await upstream(() => undefined);
    const { port } = await startGateway(open(up), { limits: { upstreamTimeoutMs: 100 } });
    expect((await ask(port)).status).toBe(504);
  });

  it('speaks HTTP/2 without TLS to an h2c Service', async () => {
    const up = createHttp2Server((req, res) =>
      res.end(`${req.httpVersion} ${req.headers['x-a'] as string}`),
    ).listen(0, '127.0.0.1');
    await once(up, 'listening');
    onTestFinished(() => void up.close());
    const { port } = await startGateway(
      model([route({ target: toService('up', { scheme: 'h2c' }) })], [service('up', { port: portOf(up) })]),
    );
    expect((await ask(port, { headers: { 'x-a': '1' } })).body).toBe('2.0 1');
  });

  it('stops asking an endpoint that fails its health check until it passes again', async () => {
    let isWell = true;
    const sick = await upstream((req, res) => {
      if (req.url === '/health') res.writeHead(isWell ? 200 : 500).end();
      else res.end('sick');
    });
    const well = await upstream((_req, res) => res.end('well'));
    const healthCheck = { path: '/health', method: 'GET', intervalMs: 20, timeoutMs: 1000, headers: {} };
    const { port, gateway } = await startGateway(
      model([route({ target: toService('up', { healthCheck }) })], [service('up', sick, well)]),
    );
    isWell = false;
    await vi.waitFor(() => expect(gateway.unhealthyEndpoints).toEqual([`http://127.0.0.1:${sick.port}`]));
    for (let i = 0; i < 4; i++) expect((await ask(port)).body).toBe('well');
    isWell = true;
    await vi.waitFor(() => expect(gateway.unhealthyEndpoints).toEqual([]));
    const bodies = new Set([(await ask(port)).body, (await ask(port)).body]);
    expect(bodies).toEqual(new Set(['sick', 'well']));
  });
});

describe('targets of several Services', () => {
  it('spreads by weight and keeps a client with a cookie', async () => {
    const up = await Promise.all(['a', 'b'].map((name) => upstream((_req, res) => res.end(name))));
    const target = {
      kind: 'weighted' as const,
      targets: [
        { weight: 3, target: toService('a') },
        { weight: 1, target: toService('b') },
        { weight: 0, target: toService('never') },
      ],
      sticky: { name: 'lb', secure: false, httpOnly: true },
    };
    const { port } = await startGateway(
      model([route({ target })], [service('a', up[0]!), service('b', up[1]!)]),
    );
    let order = '';
    for (let i = 0; i < 8; i++) order += (await ask(port)).body;
    expect(order).toBe('aabaaaba');
    const first = await ask(port);
    const cookie = first.headers['set-cookie']![0]!;
    expect(cookie).toMatch(/^lb=[0-9a-f]{16}; Path=\/; HttpOnly$/);
    for (let i = 0; i < 10; i++)
      expect((await ask(port, { headers: { cookie: cookie.split(';')[0]! } })).body).toBe(first.body);
  });

  it('mirrors a share of requests with their bodies', async () => {
    const copies: string[] = [];
    const main = await echo();
    const shadow = await upstream((req, res) => {
      req.on('data', (chunk: Buffer) => copies.push(chunk.toString()));
      req.on('end', () => res.end());
    });
    const target = {
      kind: 'mirror' as const,
      mirrorBody: true,
      bodyBytesMax: null,
      main: toService('main'),
      mirrors: [{ target: toService('shadow'), percent: 50 }],
    };
    const { port } = await startGateway(
      model([route({ target })], [service('main', main), service('shadow', shadow)]),
    );
    for (let i = 0; i < 4; i++)
      expect(JSON.parse((await ask(port, { method: 'POST', body: `b${i}` })).body).body).toBe(`b${i}`);
    await vi.waitFor(() => expect(copies).toHaveLength(2));
  });

  it.each([
    ['without their bodies', { mirrorBody: false }, ['0', '']],
    ['up to a size', { bodyBytesMax: 3 }, ['3', 'abc']],
  ])('mirrors requests %s', async (_name, changes, expected) => {
    const copies: unknown[] = [];
    const main = await echo();
    const shadow = await upstream((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        copies.push([req.headers['content-length'], body]);
        res.end();
      });
    });
    const target = {
      kind: 'mirror' as const,
      main: toService('main'),
      mirrors: [{ target: toService('shadow'), percent: 100 }],
      mirrorBody: true,
      bodyBytesMax: null,
      ...changes,
    };
    const { port } = await startGateway(
      model([route({ target })], [service('main', main), service('shadow', shadow)]),
    );
    for (const body of ['abcd', 'abc']) expect((await ask(port, { method: 'POST', body })).status).toBe(200);
    await vi.waitFor(() => expect(copies).toContainEqual(expected));
    if ('bodyBytesMax' in changes) expect(copies).toHaveLength(1);
  });
});
