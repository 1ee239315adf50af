import { once } from 'node:events';
import { request } from 'node:http';
import {
  connect as connectHttp2,
  createServer as createHttp2Server,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { createServer as createTcpServer, type Socket } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { model, portOf, route, service, toService } from '../testing/models.ts';
import { ask, askRaw, startGateway, upstream } from '../testing/servers.ts';
import { ALIAS, FORGEABLE, HOP_BY_HOP, isTrailer, traitsOf } from './fields.ts';

const TABLED =
  'connection proxy-connection keep-alive transfer-encoding upgrade te trailer http2-settings expect proxy-authorization host content-length authorization cookie content-type content-encoding content-range etag range if-match age cache-control date expires location set-cookie vary x-forwarded-for x-real-ip forwarded x-http-method-override x-tunneled-method x-original-url client-cert proxy grpc-status x-content-type-options user-agent from'.split(
    ' ',
  );

/** Any name a parser takes (RFC 9110 §5.6.2), the known ones often. */
const fieldName = fc.oneof(
  fc.constantFrom(...TABLED),
  fc.constantFrom(...TABLED).map((name) => name.replaceAll('-', '_')),
  fc.stringMatching(/^[!#$%&'*+.^_`|~a-z0-9-]{1,20}$/),
);
const fields = fc.array(fc.tuple(fieldName, fc.stringMatching(/^[\x21-\x7e\x80-\xff]{1,8}$/)), {
  minLength: 1,
  maxLength: 4,
});
type Fields = [string, string][];

const linesOf = (list: Fields): string => list.map(([name, value]) => `${name}: ${value}\r\n`).join('');

/** Speaks HTTP/1.1 by hand, so that it can send what no library would. */
async function rawUpstream(answer: () => string): Promise<{ port: number }> {
  const server = createTcpServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer(), 'latin1'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: portOf(server) };
}

async function h2cUpstream(onTrailers: (trailers: IncomingHttpHeaders) => void): Promise<{ port: number }> {
  const server = createHttp2Server();
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.on('trailers', onTrailers);
    stream.resume().on('end', () => {
      if (stream.destroyed) return;
      stream.respond({ ':status': 200 });
      stream.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: portOf(server) };
}

/** One POST over HTTP/2, prior knowledge; null when the stream was reset, now or later. */
async function askHttp2(
  port: number,
  extra: { headers?: Record<string, string>; trailers?: boolean } = {},
): Promise<{ status: number; trailers: IncomingHttpHeaders; headers: IncomingHttpHeaders } | null> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => undefined);
  const stream: ClientHttp2Stream = session.request({ ':method': 'POST', ':path': '/', ...extra.headers });
  let trailers: IncomingHttpHeaders = {};
  let headers: IncomingHttpHeaders = {};
  stream.on('error', () => undefined);
  stream.on('response', (received) => (headers = received));
  stream.on('trailers', (received) => (trailers = received));
  stream.resume().end('x');
  await new Promise((resolve) => stream.once('close', resolve));
  session.destroy();
  if (headers[':status'] === undefined || stream.rstCode !== 0) return null;
  return { status: Number(headers[':status']), trailers, headers };
}

describe('any field', () => {
  // Names that every object has are fields like any other.
  const examples = ['constructor', '__proto__'].map((name): [Fields] => [[[name, '!']]]);
  const options = { numRuns: 60, examples };

  it('as a trailer of a request reaches an upstream of HTTP/2 or not, and the gateway goes on', async () => {
    const got: IncomingHttpHeaders[] = [];
    const up = await h2cUpstream((trailers) => got.push(trailers));
    const target = toService('up', { scheme: 'h2c' });
    const { port } = await startGateway(model([route({ target })], [service('up', up)]));
    await fc.assert(
      fc.asyncProperty(fields, async (list) => {
        got.length = 0;
        const names = list.map(([name]) => name).join(', ');
        const head = `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nTrailer: ${names}\r\n\r\n`;
        const answer = await askRaw(port, `${head}1\r\na\r\n0\r\n${linesOf(list)}\r\n`);
        expect(answer).toMatch(/^HTTP\/1\.1 (?:200|400|413) /);
        for (const name of Object.keys(got[0] ?? {})) expect(isTrailer(name)).toBe(true);
        if (answer.startsWith('HTTP/1.1 200'))
          for (const [name] of list) if (isTrailer(name)) expect(got[0]).toHaveProperty([name]);
      }),
      options,
    );
    expect((await ask(port)).status).toBe(200);
  });

  it('as a trailer of a response reaches clients of HTTP/1.1 and HTTP/2 or not, and the gateway goes on', async () => {
    let list: Fields = [];
    const up = await rawUpstream(
      () =>
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nok\r\n0\r\n${linesOf(list)}\r\n`,
    );
    const { port } = await startGateway(model([route()], [service('up', up)]));
    await fc.assert(
      fc.asyncProperty(fields, async (generated) => {
        list = generated;
        const overHttp2 = await askHttp2(port);
        for (const name of Object.keys(overHttp2?.trailers ?? {})) expect(isTrailer(name)).toBe(true);
        for (const [name] of list)
          if (isTrailer(name) && overHttp2?.status === 200) expect(overHttp2.trailers).toHaveProperty([name]);
        const req = request({ port, agent: false, headers: { te: 'trailers' } }).end();
        const outcome = await Promise.race([once(req, 'response'), once(req, 'error')]).catch(() => []);
        expect(outcome).toHaveLength(1);
        req.destroy();
      }),
      options,
    );
    list = [['x-sum', 'abc']];
    expect((await askHttp2(port))?.trailers).toMatchObject({ 'x-sum': 'abc' });
  });

  it('of a response reaches clients of HTTP/1.1 and HTTP/2 unless it concerns the connection', async () => {
    let list: Fields = [];
    const up = await rawUpstream(() => `HTTP/1.1 200 OK\r\nConnection: close\r\n${linesOf(list)}\r\nok`);
    const { port } = await startGateway(model([route()], [service('up', up)]));
    await fc.assert(
      fc.asyncProperty(fields, async (generated) => {
        list = generated.filter(([name]) => name !== 'connection' && name !== 'content-length');
        const overHttp2 = await askHttp2(port);
        if (overHttp2?.status !== 200) return;
        for (const [name] of list) {
          if ((traitsOf(name) & HOP_BY_HOP) === 0) expect(overHttp2.headers).toHaveProperty([name]);
          else if (name !== 'trailer') expect(overHttp2.headers).not.toHaveProperty([name]);
        }
      }),
      options,
    );
    list = [
      ['X-Content-Type-Options', 'nosniff'],
      ['x-content-type-options', 'nosniff'],
      ['ETag', '"a"'],
      ['ETag', '"b"'],
    ];
    expect((await askHttp2(port))?.status).toBe(200);
  });

  it('of a request reaches the upstream unless the table says otherwise', async () => {
    let got: readonly string[] = [];
    const up = await upstream((req, res) => {
      got = req.rawHeaders;
      res.end();
    });
    const { port } = await startGateway(model([route()], [service('up', up)]));
    await fc.assert(
      fc.asyncProperty(fields, async (list) => {
        got = [];
        const answer = await askRaw(
          port,
          `GET / HTTP/1.1\r\nHost: a\r\n${linesOf(list)}Connection: close\r\n\r\n`,
        );
        if (!answer.startsWith('HTTP/1.1 200')) return;
        const names = got.map((name) => name.toLowerCase());
        const connection = list.some(([name]) => name === 'connection');
        for (const [name, value] of list) {
          const traits = traitsOf(name);
          if ((traits & (ALIAS | FORGEABLE)) !== 0) expect(got).not.toContain(value);
          else if (traits === 0 && !connection) expect(names).toContain(name);
        }
      }),
      options,
    );
  });
});

describe('fields by which others would decide', () => {
  it.each([
    'X-HTTP-Method-Override',
    'X-HTTP-Method',
    'X-Method-Override',
    'X-Original-Uri',
    'X-Accel-Redirect',
    'X-Forwarded-Path',
    'X-Original-Host',
    'True-Client-IP',
    'X-Client-IP',
    'CF-Connecting-IP',
    'X-SSL-Client-Verify',
    'Proxy',
    'Client-Cert',
    'X_Real_Ip',
    'X.Original.Url',
    'Proxy-Authorization',
  ])('%s does not reach the upstream', async (name) => {
    const up = await upstream((req, res) => res.end(JSON.stringify(req.rawHeaders)));
    const { port } = await startGateway(model([route()], [service('up', up)]));
    expect((await ask(port, { headers: { [name]: 'forged' } })).body).not.toContain('forged');
  });
});

describe('fields by which a framework would take another method', () => {
  const names = [
    'X-HTTP-Method-Override',
    'X_HTTP_Method_Override',
    'X-HttpMethodOverride',
    'X-Tunneled-Verb',
    'MyApp-Method',
    'my.app.method',
    'Override',
  ];

  async function askTrusted(fields: Record<string, string>, method: string): Promise<string> {
    const up = await upstream((req, res) => res.end(JSON.stringify(req.rawHeaders)));
    const { port } = await startGateway(model([route()], [service('up', up)]), {
      trustedProxies: ['127.0.0.1'],
    });
    return (await ask(port, { method, headers: fields })).body;
  }

  it.each(names)('%s passes with no other method, from trusted proxies neither', async (name) => {
    for (const value of ['DELETE', ' delete', 'POST, DELETE', '"DELETE"'])
      expect(await askTrusted({ [name]: value, 'X-Kept': 'yes' }, 'POST')).toMatch(/^(?!.*delete).*X-Kept/i);
  });

  it('passes what names no other method: the same one, other words, the question of CORS', async () => {
    const fields = {
      'X-HTTP-Method': 'POST',
      'Shipping-Method': 'express',
      'Access-Control-Request-Method': 'DELETE',
    };
    const got = await askTrusted(fields, 'POST');
    for (const [name, value] of Object.entries(fields)) expect(got).toContain(`"${name}","${value}"`);
  });
});
