import 'reflect-metadata';
import { createPrivateKey, type webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2, createSecureServer, type ClientHttp2Session } from 'node:http2';
import { Agent, request as httpsRequest, createServer as createHttpsServer } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { duplexPair } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Certificate, Model, Route, TlsOptions } from '@portolan/resources/model/model';
import type { GatewayLimits } from '../http/limits.ts';
import { model, portOf, ref, route, service, toService } from '../testing/models.ts';
import { ask, echo, readAnswer, startGateway, upstream } from '../testing/servers.ts';

interface Pair {
  readonly cert: string;
  readonly key: string;
}

let server: Pair;
let wild: Pair;
let ca: Pair & { readonly issuer: Issuer };
let client: Pair;

interface Issuer {
  readonly name: string;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** A certificate of two days, signed by itself or by `issuer`. */
async function certify(host: string, issuer?: Issuer): Promise<Pair & { readonly issuer: Issuer }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const name = `CN=${host}`;
  const made = await X509CertificateGenerator.create({
    subject: name,
    issuer: issuer?.name ?? name,
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 2 * 86_400_000),
    extensions: [
      new SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
      new BasicConstraintsExtension(issuer === undefined),
    ],
  });
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  });
  return { cert: made.toString('pem'), key: key.toString(), issuer: { name, keys } };
}

beforeAll(async () => {
  server = await certify('api.example.com');
  wild = await certify('*.wild.example.com');
  ca = await certify('ca');
  client = await certify('client', ca.issuer);
});

const certificate = (pair: Pair): Certificate => ({ source: ref('Secret', 'tls'), ...pair });

async function secured(
  tlsOptions: Record<string, TlsOptions> = {},
  changes: Partial<Model> = {},
  limits: Partial<GatewayLimits> = {},
) {
  const running = await startGateway(
    model([route()], [service('up', await echo())], {
      certificates: new Map([
        ['api.example.com', certificate(server)],
        ['*.wild.example.com', certificate(wild)],
      ]),
      tlsOptions: new Map(Object.entries(tlsOptions)),
      ...changes,
    }),
    { listen: { http: { host: '127.0.0.1', port: 0 }, https: { host: '127.0.0.1', port: 0 } }, limits },
  );
  return running;
}

async function get(port: number, servername: string, options: object = {}) {
  const req = httpsRequest({
    host: '127.0.0.1',
    port,
    servername,
    headers: { host: servername },
    rejectUnauthorized: false,
    agent: new Agent(),
    ...options,
  }).end();
  const [res] = (await once(req, 'response')) as [IncomingMessage];
  const peer =
    'getPeerX509Certificate' in res.socket ? (res.socket as TLSSocket).getPeerX509Certificate() : undefined;
  return { answer: await readAnswer(res), subject: peer?.subject };
}

function http2Client(port: number): ClientHttp2Session {
  const session = connectHttp2(`https://127.0.0.1:${port}`, {
    servername: 'api.example.com',
    rejectUnauthorized: false,
  });
  onTestFinished(() => session.destroy());
  return session;
}

const options = (changes: Partial<TlsOptions>): TlsOptions => ({
  cipherSuites: [],
  alpnProtocols: [],
  clientAuth: null,
  ...changes,
});

describe('TLS', () => {
  it('answers with the certificate of the name, its wildcard, and refuses names it has none for', async () => {
    const port = (await secured()).httpsPort;
    const exact = await get(port, 'api.example.com');
    expect(exact.subject).toBe('CN=api.example.com');
    expect(JSON.parse(exact.answer.body).headers).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '443',
    });
    expect((await get(port, 'a.wild.example.com')).subject).toBe('CN=*.wild.example.com');
    await expect(get(port, 'a.b.wild.example.com')).rejects.toThrow(
      /ECONNRESET|EPIPE|socket hang up|disconnected|alert/,
    );
    await expect(get(port, 'other.example.com')).rejects.toThrow(
      /ECONNRESET|EPIPE|socket hang up|disconnected|alert/,
    );
  });

  it('does not wait for ever for a header section', async () => {
    const port = (await secured({}, {}, { headersTimeoutMs: 200 })).httpsPort;
    const tls = connectTls({
      host: '127.0.0.1',
      port,
      servername: 'api.example.com',
      rejectUnauthorized: false,
    });
    tls.write('GET / HTTP/1.1\r\nHost: a\r\nX-');
    expect(String((await once(tls, 'data'))[0])).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('shows the default certificate, where there is one, to those who name no server', async () => {
    const certificates = new Map([
      ['default', certificate(server)],
      ['*.wild.example.com', certificate(wild)],
    ]);
    const { httpsPort } = await secured(
      { 'a.wild.example.com': options({ minVersion: 'TLSv1.3' }) },
      { certificates },
    );
    expect((await get(httpsPort, '')).subject).toBe('CN=api.example.com');
    expect((await get(httpsPort, 'a.wild.example.com')).subject).toBe('CN=*.wild.example.com');
    await expect(get((await secured()).httpsPort, '')).rejects.toThrow(
      /ECONNRESET|EPIPE|socket hang up|disconnected|alert/,
    );
  });

  it('serves clients that name no server and offer protocols', async () => {
    const { httpsPort } = await secured({}, { certificates: new Map([['default', certificate(server)]]) });
    const options = { port: httpsPort, host: '127.0.0.1', rejectUnauthorized: false };
    const socket = connectTls({ ...options, ALPNProtocols: ['h2', 'http/1.1'] });
    await once(socket, 'secureConnect');
    expect(socket.alpnProtocol).toBe('h2');
    socket.destroy();
  });

  it.each(['api.example.com', ''])(
    'survives a certificate that is not its key\'s (server name "%s")',
    async (name) => {
      const { httpsPort, port } = await secured(
        {},
        {
          certificates: new Map([
            ['api.example.com', certificate({ cert: server.cert, key: wild.key })],
            ['default', certificate({ cert: server.cert, key: wild.key })],
          ]),
        },
      );
      await expect(get(httpsPort, name, { ALPNProtocols: ['http/1.1'] })).rejects.toThrow(
        /ECONNRESET|EPIPE|socket hang up|disconnected|alert/,
      );
      expect((await ask(port)).status).toBe(200);
    },
  );

  it('takes a new certificate at the next swap', async () => {
    const running = await secured();
    const port = running.httpsPort;
    running.gateway.swap(
      model([route()], [], { certificates: new Map([['api.example.com', certificate(wild)]]) }),
    );
    expect((await get(port, 'api.example.com')).subject).toBe('CN=*.wild.example.com');
  });

  it('holds hosts to their lowest version', async () => {
    const port = (await secured({ 'api.example.com': options({ minVersion: 'TLSv1.3' }) })).httpsPort;
    await expect(get(port, 'api.example.com', { maxVersion: 'TLSv1.2' })).rejects.toThrow(
      /ECONNRESET|EPIPE|socket hang up|disconnected|alert/,
    );
    expect((await get(port, 'api.example.com')).answer.status).toBe(200);
    expect((await get(port, 'a.wild.example.com', { maxVersion: 'TLSv1.2' })).answer.status).toBe(200);
  });

  it('asks for client certificates where a host wants them', async () => {
    const port = (
      await secured({ 'api.example.com': options({ clientAuth: { mode: 'verify', ca: [ca.cert] } }) })
    ).httpsPort;
    await expect(get(port, 'api.example.com')).rejects.toThrow(
      /ECONNRESET|EPIPE|socket hang up|disconnected|alert/,
    );
    await expect(get(port, 'api.example.com', { cert: server.cert, key: server.key })).rejects.toThrow(
      /ECONNRESET|EPIPE|socket hang up|disconnected|alert/,
    );
    expect((await get(port, 'api.example.com', { cert: client.cert, key: client.key })).answer.status).toBe(
      200,
    );
    expect((await get(port, 'a.wild.example.com')).answer.status).toBe(200);
  });

  it('checks certificates that may be left out', async () => {
    const port = (
      await secured({
        'api.example.com': options({ clientAuth: { mode: 'verify-if-given', ca: [ca.cert] } }),
      })
    ).httpsPort;
    expect((await get(port, 'api.example.com')).answer.status).toBe(200);
    expect((await get(port, 'api.example.com', { cert: client.cert, key: client.key })).answer.status).toBe(
      200,
    );
    await expect(get(port, 'api.example.com', { cert: server.cert, key: server.key })).rejects.toThrow(
      /ECONNRESET|EPIPE|socket hang up|disconnected|alert/,
    );
  });

  it('shows the default certificate to no host that is strict about its name', async () => {
    const certificates = new Map([
      ['default', certificate(server)],
      ['*.wild.example.com', certificate(wild)],
    ]);
    const { httpsPort } = await secured({ default: options({ sniStrict: true }) }, { certificates });
    expect((await get(httpsPort, 'a.wild.example.com')).answer.status).toBe(200);
    for (const name of ['other.example.com', ''])
      await expect(get(httpsPort, name)).rejects.toThrow(
        /ECONNRESET|EPIPE|socket hang up|disconnected|alert/,
      );
  });

  it.each([
    ['a host that demands a certificate', 'api.example.com', 421],
    ['the same host written otherwise', 'API.example.com.:443', 421],
    ['a host that demands as little', 'other.example.com', 200],
  ])('answers %s, asked for over a connection made for another', async (_name, host, status) => {
    const port = (
      await secured({ 'api.example.com': options({ clientAuth: { mode: 'verify', ca: [ca.cert] } }) })
    ).httpsPort;
    expect((await get(port, 'a.wild.example.com', { headers: { host } })).answer.status).toBe(status);
  });

  it('offers the protocols a host is held to', async () => {
    const port = (await secured({ 'api.example.com': options({ alpnProtocols: ['http/1.1'] }) })).httpsPort;
    const agreed = async (servername: string): Promise<string | false | null> => {
      const tls = connectTls({
        host: '127.0.0.1',
        port,
        servername,
        rejectUnauthorized: false,
        ALPNProtocols: ['h2', 'http/1.1'],
      });
      await once(tls, 'secureConnect');
      tls.destroy();
      return tls.alpnProtocol;
    };
    expect([await agreed('api.example.com'), await agreed('a.wild.example.com')]).toEqual(['http/1.1', 'h2']);
  });

  describe('a route that demands a client certificate', () => {
    const strict = (): TlsOptions => options({ clientAuth: { mode: 'verify', ca: [ca.cert] } });
    const admin = (changes: Partial<Route> = {}): Route => ({
      ...route({ id: 'admin', rule: 'PathPrefix(`/admin`)' }),
      scheme: 'https',
      tls: strict(),
      ...changes,
    });
    const proven = () => ({ cert: client.cert, key: client.key });
    const statusOf = async (port: number, path: string, more: object = {}) =>
      (await get(port, 'api.example.com', { path, ...more })).answer.status;

    it('is never reached without one, whatever its host demands', async () => {
      const { httpsPort, port } = await secured({}, { routes: [admin(), route()] });
      expect(await statusOf(httpsPort, '/')).toBe(200);
      expect(await statusOf(httpsPort, '/admin')).toBe(421);
      expect(await statusOf(httpsPort, '/admin', proven())).toBe(421);
      const plain = await ask(port, { path: '/admin', headers: { host: 'api.example.com' } });
      expect(JSON.parse(plain.body).url).toBe('/admin');
    });

    it('is reached where the handshake has demanded it', async () => {
      const { httpsPort } = await secured({ 'api.example.com': strict() }, { routes: [admin(), route()] });
      expect(await statusOf(httpsPort, '/admin', proven())).toBe(200);
    });

    it('is not reached with a certificate that another CA has signed', async () => {
      const lax = options({ clientAuth: { mode: 'require', ca: [] } });
      const { httpsPort } = await secured({ 'api.example.com': lax }, { routes: [admin(), route()] });
      expect(await statusOf(httpsPort, '/', proven())).toBe(200);
      expect(await statusOf(httpsPort, '/admin', proven())).toBe(421);
    });

    it('is not reached through a proxy that says it was HTTPS', async () => {
      const { port } = await startGateway(model([admin(), route()], [service('up', await echo())]), {
        trustedProxies: ['127.0.0.1'],
      });
      const answer = await ask(port, { path: '/admin', headers: { 'x-forwarded-proto': 'https' } });
      expect(answer.status).toBe(421);
    });

    it('may demand less, and is met by more', async () => {
      const modern = options({ minVersion: 'TLSv1.3' });
      const { httpsPort } = await secured({}, { routes: [admin({ tls: modern }), route()] });
      expect(await statusOf(httpsPort, '/admin')).toBe(200);
      expect(await statusOf(httpsPort, '/admin', { maxVersion: 'TLSv1.2' })).toBe(421);
    });
  });

  it('ends TLS that comes through a tunnel', async () => {
    const { gateway } = await secured();
    const [near, far] = duplexPair();
    gateway.acceptTls(far, { address: '203.0.113.7', port: 1 }, 'api.example.com');
    const tls = connectTls({
      socket: near,
      servername: 'api.example.com',
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    tls.write('GET /t HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n');
    const chunks: Buffer[] = [];
    tls.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(tls, 'end');
    expect(Buffer.concat(chunks).toString()).toContain('"x-forwarded-for":"203.0.113.7"');
  });

  it('speaks TLS to upstreams, by the transport they ask for', async () => {
    const up = createHttpsServer(
      { cert: server.cert, key: server.key, ca: ca.cert, requestCert: true, rejectUnauthorized: true },
      (_req, res) => res.end('mutual'),
    );
    up.listen(0, '127.0.0.1');
    await once(up, 'listening');
    onTestFinished(() => void up.close());
    const transport = {
      serverName: 'api.example.com',
      insecureSkipVerify: false,
      rootCAs: [server.cert],
      certificates: [client],
      dialTimeoutMs: 1000,
      responseHeaderTimeoutMs: 0,
      idleConnTimeoutMs: 0,
      maxIdleConnsPerHost: 0,
    };
    const to = (changes: object) =>
      route({ target: toService('up', { scheme: 'https', transport: { ...transport, ...changes } }) });
    const running = await startGateway(model([to({})], [service('up', { port: portOf(up) })]));
    const statusFor = async (host = 'a.test'): Promise<number> =>
      (await ask(running.port, { headers: { host } })).status;
    expect(await statusFor()).toBe(200);
    expect(await statusFor('b.test')).toBe(200);
    running.gateway.swap(model([to({ rootCAs: [] })], [service('up', { port: portOf(up) })]));
    expect(await statusFor()).toBe(502);
    running.gateway.swap(model([to({ certificates: [] })], [service('up', { port: portOf(up) })]));
    expect(await statusFor()).toBe(502);
  });
});

describe('HTTP/2', () => {
  async function exchange(session: ClientHttp2Session, headers: object, body?: string) {
    const stream = session.request({ ':path': '/', ...headers });
    stream.end(body);
    const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
    let trailers: Record<string, unknown> = {};
    stream.on('trailers', (received: Record<string, unknown>) => void (trailers = received));
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return { headers: answer, trailers, body: Buffer.concat(chunks).toString() };
  }

  it('serves many requests on one connection', async () => {
    const session = http2Client((await secured()).httpsPort);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        exchange(
          session,
          { ':method': 'POST', ':path': `/${i}`, ':authority': 'api.example.com' },
          `body ${i}`,
        ),
      ),
    );
    for (const [i, answer] of answers.entries()) {
      expect(answer.headers[':status']).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({
        url: `/${i}`,
        body: `body ${i}`,
        headers: { host: 'api.example.com', 'x-forwarded-proto': 'https' },
      });
    }
  });

  it('keeps trailers and every cookie', async () => {
    const up = await upstream((_req, res) => {
      res.writeHead(200, { trailer: 'x-sum', 'set-cookie': ['a=1', 'b=2'], connection: 'keep-alive' });
      res.write('x');
      res.addTrailers({ 'x-sum': '1' });
      res.end();
    });
    const running = await secured();
    running.gateway.swap(
      model([route()], [service('up', up)], {
        certificates: new Map([['api.example.com', certificate(server)]]),
      }),
    );
    const answer = await exchange(http2Client(running.httpsPort), {});
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.trailers['x-sum']).toBe('1');
  });

  it('refuses a Host field that contradicts the authority', async () => {
    const session = http2Client((await secured()).httpsPort);
    const answer = await exchange(session, { ':authority': 'api.example.com', host: 'b.example.com' });
    expect(answer.headers[':status']).toBe(400);
  });

  it('carries gRPC from end to end, over TLS on both sides', async () => {
    const up = createSecureServer({ cert: server.cert, key: server.key });
    up.on('stream', (stream, headers) => {
      if (headers[':path'] === '/pkg.Service/Unknown') {
        stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true });
        return;
      }
      stream.respond({ ':status': 200, 'content-type': headers['content-type'] }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
      stream.on('data', (chunk: Buffer) => stream.write(`echo ${chunk.toString()}`));
      stream.on('end', () => stream.end());
    });
    up.listen(0, '127.0.0.1');
    await once(up, 'listening');
    onTestFinished(() => void up.close());
    const transport = {
      insecureSkipVerify: false,
      rootCAs: [server.cert],
      certificates: [],
      dialTimeoutMs: 1000,
      responseHeaderTimeoutMs: 0,
      idleConnTimeoutMs: 0,
      maxIdleConnsPerHost: 0,
    };
    const running = await secured();
    const serve = (changes: object): void =>
      running.gateway.swap(
        model(
          [route({ target: toService('up', { scheme: 'https', transport: { ...transport, ...changes } }) })],
          [service('up', { port: portOf(up) })],
          { certificates: new Map([['api.example.com', certificate(server)]]) },
        ),
      );
    serve({});
    const session = http2Client(running.httpsPort);
    const call = {
      ':method': 'POST',
      ':authority': 'api.example.com',
      'content-type': 'application/grpc',
      te: 'trailers',
    };
    const stream = session.request({ ':path': '/pkg.Service/Method', ...call });
    stream.write('one');
    const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(answer).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
    expect(String((await once(stream, 'data'))[0])).toBe('echo one');
    stream.write('two');
    expect(String((await once(stream, 'data'))[0])).toBe('echo two');
    const trailers = once(stream, 'trailers');
    stream.end();
    expect((await trailers)[0]).toMatchObject({ 'grpc-status': '0', 'grpc-message': 'fine' });
    const failing = session.request({ ':path': '/pkg.Service/Unknown', ...call });
    failing.end();
    const [failure, flags] = (await once(failing, 'response')) as [Record<string, unknown>, number];
    expect(failure).toMatchObject({ ':status': 200, 'grpc-status': '12' });
    // END_STREAM: without it, a failure looks like an answer whose status got lost.
    expect(flags & 1).toBe(1);
    // A host that only has an address proves itself by the name it is asked for.
    const other = await exchange(session, { ...call, ':authority': 'b.example.com' }, 'x');
    expect(other.headers[':status']).toBe(502);
    serve({ disableHttp2: true });
    expect((await exchange(session, call, 'x')).headers[':status']).toBe(502);
  });

  it('answers 404 and 401 as over HTTP/1.1', async () => {
    const running = await secured();
    running.gateway.swap(
      model([], [], { certificates: new Map([['api.example.com', certificate(server)]]) }),
    );
    const answer = await exchange(http2Client(running.httpsPort), {});
    expect([answer.headers[':status'], answer.body]).toEqual([404, '404 page not found\n']);
  });

  it('ends a connection that opens and cancels streams without end (CVE-2023-44487)', async () => {
    let reached = 0;
    const up = await upstream((_req, res) => {
      reached += 1;
      res.end();
    });
    const running = await secured();
    running.gateway.swap(
      model([route()], [service('up', up)], {
        certificates: new Map([['api.example.com', certificate(server)]]),
      }),
    );
    const tls = connectTls({
      host: '127.0.0.1',
      port: running.httpsPort,
      servername: 'api.example.com',
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
    });
    tls.on('error', () => undefined);
    await once(tls, 'secureConnect');
    tls.resume();
    tls.write(
      Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, Buffer.alloc(0))]),
    );
    // :method GET, :scheme https, :path /, :authority a.
    const fields = Buffer.from([0x82, 0x87, 0x84, 0x01, 0x01, 0x61]);
    for (let id = 1; id < 20_000; id += 2)
      tls.write(Buffer.concat([frame(1, 5, id, fields), frame(3, 0, id, Buffer.from([0, 0, 0, 8]))]));
    await once(tls, 'close');
    expect(reached).toBeLessThan(2000);
  });
});

/** RFC 9113 §4.1 */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
