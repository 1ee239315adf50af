import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { model, portOf, route, service, toService } from '../testing/models.ts';
import { ask, askRaw, echo, readAnswer, startGateway, upstream } from '../testing/servers.ts';

const to = (...endpoints: { port: number }[]) => model([route()], [service('up', ...endpoints)]);
const h2c = (port: number) =>
  model([route({ target: toService('up', { scheme: 'h2c' }) })], [service('up', { port })]);

async function http2Upstream(
  onStream: (stream: ServerHttp2Stream, server: Http2Server) => void,
): Promise<number> {
  const server = createHttp2Server();
  server.on('stream', (stream) => onStream(stream, server));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return portOf(server);
}

describe('trailers of requests', () => {
  it('pass when they were announced, without those that would mislead', async () => {
    const up = await upstream((req, res) => {
      req
        .resume()
        .on('end', () => res.end(JSON.stringify({ trailer: req.headers.trailer, trailers: req.trailers })));
    });
    const { port } = await startGateway(to(up));
    const req = request({ port, method: 'POST', agent: false, headers: { trailer: 'x-sum, authorization' } });
    req.write('body');
    req.addTrailers({ 'x-sum': 'abc', authorization: 'forged', 'x-forwarded-for': '203.0.113.9' });
    req.end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect(JSON.parse((await readAnswer(res)).body)).toEqual({
      trailer: 'x-sum',
      trailers: { 'x-sum': 'abc' },
    });
  });

  it('pass over HTTP/2', async () => {
    const port = await http2Upstream((stream) => {
      stream.respond({ ':status': 200 });
      stream.on('trailers', (trailers) => stream.end(String(trailers['x-sum'])));
      stream.resume();
    });
    const gateway = await startGateway(h2c(port));
    const req = request({ port: gateway.port, method: 'POST', agent: false, headers: { trailer: 'x-sum' } });
    req.write('body');
    req.addTrailers({ 'x-sum': 'abc' });
    req.end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect((await readAnswer(res)).body).toBe('abc');
  });
});

describe('a client that waits to be told to go on', () => {
  const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n';

  it('is told by the upstream', async () => {
    let expected: string | undefined;
    const up = await upstream(() => undefined);
    up.server.on('checkContinue', (req, res) => {
      expected = req.headers.expect;
      res.writeContinue();
      req.on('data', (chunk: Buffer) => res.end(`got ${chunk.toString()}`));
    });
    const { port } = await startGateway(to(up));
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(HEAD);
    expect(String((await once(socket, 'data'))[0])).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    expect(expected).toBe('100-continue');
    socket.write('ok');
    expect(String((await once(socket, 'data'))[0])).toContain('got ok');
  });

  it('is spared its body when the upstream wants none', async () => {
    const up = await upstream(() => undefined);
    up.server.on('checkContinue', (_req, res) => res.writeHead(413).end('too large'));
    const { port } = await startGateway(to(up));
    const answer = await askRaw(port, HEAD);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(answer).toContain('too large');
  });

  it('is told after a while when the upstream knows nothing of it', async () => {
    const port = await http2Upstream((stream) => {
      stream.on('data', (chunk: Buffer) => {
        stream.respond({ ':status': 200 });
        stream.end(`got ${chunk.toString()}`);
      });
    });
    const gateway = await startGateway(h2c(port));
    const socket = connect(gateway.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(HEAD);
    expect(String((await once(socket, 'data'))[0])).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('ok');
    expect(String((await once(socket, 'data'))[0])).toContain('got ok');
  });
});

describe('what an upstream says before its answer', () => {
  it('reaches clients that understand it', async () => {
    const up = await upstream((_req, res) => {
      res.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
      res.end('page');
    });
    const { port } = await startGateway(to(up));
    const get = (version: string) =>
      askRaw(port, `GET / HTTP/${version}\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(await get('1.1')).toMatch(
      /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/style\.css>; rel=preload; as=style\r\n\r\nHTTP\/1\.1 200 /,
    );
    expect(await get('1.0')).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('an upload that is answered before its end', () => {
  it('gets the whole answer', async () => {
    const up = await upstream((req, res) => {
      req.resume();
      res.writeHead(413);
      res.end('x'.repeat(3_000_000));
    });
    const { port } = await startGateway(to(up));
    const req = request({ port, method: 'POST', agent: false, headers: { 'content-length': 50_000_000 } });
    req.on('error', () => undefined);
    req.write(Buffer.alloc(1_000_000));
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const answer = await readAnswer(res);
    expect([answer.status, answer.body.length]).toEqual([413, 3_000_000]);
    req.destroy();
  });

  it('gets it over HTTP/2, too, and is told to stop', async () => {
    const up = await upstream((req, res) => {
      req.resume();
      res.writeHead(413);
      res.end('x'.repeat(3_000_000));
    });
    const { port } = await startGateway(to(up));
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':method': 'POST', ':path': '/' });
    stream.write(Buffer.alloc(100_000));
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => void (bytes += chunk.length));
    await once(stream, 'close');
    expect([bytes, stream.rstCode]).toEqual([3_000_000, 0]);
  });

  it('leaves the connection to the next request when the rest comes soon', async () => {
    const up = await upstream((req, res) => {
      req.resume();
      res.end(req.url);
    });
    const { port } = await startGateway(to(up));
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write('POST /first HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab');
    expect(String((await once(socket, 'data'))[0])).toContain('/first');
    socket.write('cdGET /second HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(String((await once(socket, 'data'))[0])).toContain('/second');
  });
});

describe('HTTP/2 without TLS from clients', () => {
  it('is understood from those that know', async () => {
    const { port } = await startGateway(to(await echo()));
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':method': 'POST', ':path': '/a', ':authority': 'api.example.com' });
    stream.end('body');
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({
      url: '/a',
      body: 'body',
      headers: { host: 'api.example.com', 'x-forwarded-proto': 'http', 'x-forwarded-port': '80' },
    });
  });
});

describe('cookies that come in pieces', () => {
  it('are put together for upstreams of HTTP/1.1', async () => {
    let fields: string[] = [];
    const up = await upstream((req, res) => {
      fields = req.rawHeaders;
      res.end();
    });
    const { port } = await startGateway(to(up));
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const stream = session.request([':path', '/', 'cookie', 'a=1', 'cookie', 'b=2']);
    stream.resume();
    await once(stream, 'end');
    expect(fields.filter((field) => field.toLowerCase() === 'cookie')).toHaveLength(1);
    expect(fields).toContain('a=1; b=2');
  });
});

describe('HTTP/2 upstreams', () => {
  it('carry streams both ways at once, and the trailers', async () => {
    const port = await http2Upstream((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.on('data', (chunk: Buffer) => stream.write(`echo ${chunk.toString()}`));
      stream.on('end', () => stream.end());
    });
    const gateway = await startGateway(h2c(port));
    const req = request({ port: gateway.port, method: 'POST', agent: false, headers: { te: 'trailers' } });
    req.write('one');
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect(String((await once(res, 'data'))[0])).toBe('echo one');
    req.write('two');
    expect(String((await once(res, 'data'))[0])).toBe('echo two');
    req.end();
    res.resume();
    await once(res, 'end');
    expect(res.trailers['grpc-status']).toBe('0');
  });

  it('finish what is under way when the server says goodbye, and are asked on another connection', async () => {
    const sessions = new Set<unknown>();
    let finish = (): void => undefined;
    const port = await http2Upstream((stream) => {
      sessions.add(stream.session);
      stream.respond({ ':status': 200 });
      if (sessions.size > 1) {
        stream.end('second');
        return;
      }
      stream.write('first ');
      finish = () => stream.end('done');
      stream.session?.goaway();
    });
    const gateway = await startGateway(h2c(port));
    const req = request({ port: gateway.port, agent: false }).end();
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    await once(res, 'data');
    expect((await ask(gateway.port)).body).toBe('second');
    finish();
    expect((await readAnswer(res)).body).toBe('done');
  });

  it('are told when the client leaves', async () => {
    const left = Promise.withResolvers<number>();
    const port = await http2Upstream((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('x');
      stream.once('close', () => left.resolve(stream.rstCode));
      stream.on('error', () => undefined);
    });
    const gateway = await startGateway(h2c(port), { limits: { stallTimeoutMs: 200 } });
    const req = request({ port: gateway.port, agent: false }).end();
    req.on('error', () => undefined);
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    await once(res, 'data');
    req.destroy();
    expect(await left.promise).toBe(8);
  });

  it.each([
    ['a stream that is reset', (stream: ServerHttp2Stream) => stream.destroy(new Error('broken'))],
    ['a connection that is lost', (stream: ServerHttp2Stream) => stream.session?.destroy()],
  ])('show a client that an answer is cut short by %s', async (_name, cut) => {
    const port = await http2Upstream((stream) => {
      stream.on('error', () => undefined);
      stream.respond({ ':status': 200 });
      stream.write('x', () => setImmediate(cut, stream));
    });
    const gateway = await startGateway(h2c(port));
    await expect(ask(gateway.port)).rejects.toThrow('aborted');
  });

  it.each([
    ['refuse connections', 502, () => Promise.resolve(1)],
    ['answer too late', 504, () => http2Upstream(() => undefined)],
    [
      'reset the stream at once',
      502,
      () => http2Upstream((stream) => stream.on('error', () => undefined).close(2)),
    ],
  ])('that %s are answered for with %i', async (_name, status, start) => {
    const gateway = await startGateway(h2c(await start()), { limits: { upstreamTimeoutMs: 200 } });
    expect((await ask(gateway.port)).status).toBe(status);
  });

  it('serve many requests on few connections', async () => {
    const sessions = new Set<unknown>();
    const port = await http2Upstream((stream) => {
      sessions.add(stream.session);
      stream.respond({ ':status': 200 });
      stream.end('ok');
    });
    const gateway = await startGateway(h2c(port));
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask(gateway.port)));
    expect(answers.every(({ body }) => body === 'ok')).toBe(true);
    expect(sessions.size).toBe(1);
  });
});
