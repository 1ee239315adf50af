import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { model, route, service } from '../testing/models.ts';
import { ask, askRaw, echo, startGateway, upstream } from '../testing/servers.ts';

/** Each must be refused, and what follows it must never be read as a request of its own. */
const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const CORPUS: readonly (readonly [string, string])[] = [
  [
    'CL.TE',
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    'TE.CL',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n8\r\nSMUGGLED\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    'TE.TE obfuscated',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    'TE after chunked',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    'TE with vertical tab',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    'TE name with space',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    'two lengths',
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  ],
  [
    'list of lengths',
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  ],
  ['negative length', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n${SMUGGLED}`],
  ['signed length', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n${SMUGGLED}`],
  ['hexadecimal length', `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x0\r\n\r\n${SMUGGLED}`],
  [
    'length too large for a number',
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n${SMUGGLED}`,
  ],
  ['a fragment', `GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n${SMUGGLED}`],
  ['a fragment after the query', `GET /a?b#c HTTP/1.1\r\nHost: a\r\n\r\n${SMUGGLED}`],
  ['bare LF after the request line', `GET / HTTP/1.1\nHost: a\r\n\r\n${SMUGGLED}`],
  ['bare LF in the fields', `GET / HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n${SMUGGLED}`],
  ['bare CR in a value', `GET / HTTP/1.1\r\nHost: a\r\nX-A: b\rX-C: d\r\n\r\n${SMUGGLED}`],
  ['obs-fold', `GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n Transfer-Encoding: chunked\r\n\r\n${SMUGGLED}`],
  ['space before the first field', `GET / HTTP/1.1\r\n Host: a\r\n\r\n${SMUGGLED}`],
  ['NUL in a value', `GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n${SMUGGLED}`],
  [
    'bad chunk size',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    'chunk size with minus',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n${SMUGGLED}`,
  ],
  [
    'chunk longer than its size',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  [
    'chunk ended by a bare LF',
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\n\n${SMUGGLED}`,
  ],
  ['no Host', `GET / HTTP/1.1\r\n\r\n${SMUGGLED}`],
  ['two Hosts', `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`],
  ['another protocol', `GET / HTTQ/1.1\r\nHost: a\r\n\r\n${SMUGGLED}`],
  ['authority with user', `GET http://u@a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`],
  [
    'a coding that nobody undoes',
    `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    'chunks in HTTP/1.0',
    `POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ],
  ['HTTP/0.9', 'GET /\r\n\r\n'],
  ['HTTP/2.0 in a request line', `GET / HTTP/2.0\r\nHost: a\r\nConnection: close\r\n\r\n`],
  ['a Host with a path', `GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n`],
  ['a Host with a user', `GET / HTTP/1.1\r\nHost: u@a\r\nConnection: close\r\n\r\n`],
  ['a list of Hosts', `GET / HTTP/1.1\r\nHost: a, b\r\nConnection: close\r\n\r\n`],
  ['a Host with a space', `GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n`],
  ['a backslash in the authority', `GET http://a\\b/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`],
  ['a tunnel', `CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n${SMUGGLED}`],
  [
    'a length in the trailers', // after the body it could only mislead
    `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nContent-Length: 9\r\n\r\n${SMUGGLED}`,
  ],
  [
    'credentials for the gateway and others for the upstream',
    `GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\nConnection: close\r\n\r\n`,
  ],
  ['target without slash', `GET a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`],
];

describe('requests that parsers could disagree on', () => {
  it.each(CORPUS)('refuses %s', async (_name, text) => {
    const urls: string[] = [];
    const up = await upstream((req, res) => {
      urls.push(req.url ?? '');
      req.resume().on('end', () => res.end('reached'));
    });
    const { port } = await startGateway(model([route()], [service('up', up)]));
    const answer = await askRaw(port, text);
    expect(answer).not.toContain('reached');
    expect(answer).toMatch(/^HTTP\/1\.1 (?:4\d\d|501|505) /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(urls).not.toContain('/smuggled');
  });

  it.each([
    '/x/../admin',
    '/x/%2e%2e/admin',
    '/x/.%2E/admin',
    '//admin',
    '/./admin',
    '/%61dmin',
    '/x;/../admin',
    '/x/..;/admin',
    '/x/..%3b/admin',
    '/x/..%2fadmin',
    '/x%2f..%2fadmin',
    '/x/..%5cadmin',
    '/x\\..\\admin',
    '/\\admin',
    '/;/admin',
    '/;a=b/admin',
    '/x/..%c0%afadmin',
    '/x/..%e0%80%afadmin',
    '/x/..%f0%80%80%afadmin',
    '/x/..%f8%80%80%80%afadmin',
    '/x/..%fc%80%80%80%80%afadmin',
    '/%c0%ae%c0%ae/admin',
    '/admin%00',
  ])('never takes a request for %s to what is behind /admin by another route', async (path) => {
    const { port } = await startGateway(
      model(
        [
          route({ id: 'open' }),
          route({
            id: 'closed',
            rule: 'PathPrefix(`/admin`)',
            target: { kind: 'none', status: 503, reason: '' },
          }),
        ],
        [service('up', await echo())],
      ),
    );
    const answer = await askRaw(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (?:400|503) /);
  });

  it.each([
    '/api/queues/%2F/mine',
    '/projects/group%2Fname',
    '/orders;v=2/1',
    '/a/...',
    '/files/..name',
    '/%C3%A9',
    '/%E9t%E9',
    '/%E0%A4%85/%F0%9F%98%80',
  ])('forwards %s as it is', async (path) => {
    const { port } = await startGateway(model([route()], [service('up', await echo())]));
    expect(JSON.parse((await ask(port, { path })).body)).toMatchObject({ url: path });
  });

  it('answers for itself when asked about the server', async () => {
    const { port } = await startGateway(model([route()], [service('up', await echo())]));
    const question = (method: string) => `${method} * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    expect(await askRaw(port, question('OPTIONS'))).toMatch(/^HTTP\/1\.1 200 /);
    expect(await askRaw(port, question('GET'))).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('reads the body of a request that also asks for a WebSocket', async () => {
    const { port } = await startGateway(model([route()], [service('up', await echo())]));
    const answer = await askRaw(
      port,
      `POST / HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    );
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
    expect(answer).toContain('smuggled');
  });

  it('lets the absolute form name the host', async () => {
    const { port } = await startGateway(
      model([route({ rule: 'Host(`b.example.com`)' })], [service('up', await echo())]),
    );
    const answer = await askRaw(
      port,
      'GET http://b.example.com/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('"x-forwarded-host":"b.example.com"');
  });
});

describe('sizes', () => {
  it.each([
    ['a target of 15,000 characters', `/${'a'.repeat(15_000)}`, '', 200],
    ['a target of 17,000 characters', `/${'a'.repeat(17_000)}`, '', 414],
    ['a target of 60,000 characters', `/${'a'.repeat(60_000)}`, '', 414],
    ['fields of 30,000 bytes', '/', `Cookie: ${'a'.repeat(30_000)}\r\n`, 200],
    ['fields of 33,000 bytes', '/', `Cookie: ${'a'.repeat(33_000)}\r\n`, 431],
    ['fields of 60,000 bytes', '/', `Cookie: ${'a'.repeat(60_000)}\r\n`, 431],
    ['both as large as they may be', `/${'a'.repeat(15_000)}`, `Cookie: ${'a'.repeat(30_000)}\r\n`, 200],
    ['201 fields', '/', 'X: y\r\n'.repeat(201), 431],
  ])('%s', async (_name, target, fields, status) => {
    const up = await upstream((_req, res) => res.end('ok'));
    const { port } = await startGateway(model([route()], [service('up', up)]));
    const answer = await askRaw(
      port,
      `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}Connection: close\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe('limits on clients', () => {
  it('refuses header sections that are too large or have too many fields', async () => {
    const { port } = await startGateway(model([route()], [service('up', await echo())]));
    const fields = Array.from({ length: 201 }, (_, i) => `X-${i}: y\r\n`).join('');
    expect(await askRaw(port, `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${fields}\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect(await askRaw(port, `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'y'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  it('does not wait for ever for a header section', async () => {
    const { port } = await startGateway(model([], []), { limits: { headersTimeoutMs: 200 } });
    expect(await askRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-')).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('ends a body that stands still, not one that comes slowly', async () => {
    const { port } = await startGateway(model([route()], [service('up', await echo())]), {
      limits: { stallTimeoutMs: 300 },
    });
    const started = performance.now();
    const answer = await askRaw(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
    expect(answer).toBe('');
    expect(performance.now() - started).toBeGreaterThan(290);
  });

  it('ends a client of HTTP/2 that opens no window for its answer, or sends no body', async () => {
    const up = await upstream((req, res) => {
      if (req.method === 'GET') res.end('x'.repeat(1_000_000));
    });
    const { port } = await startGateway(model([route()], [service('up', up)]), {
      limits: { stallTimeoutMs: 200 },
    });
    const session = connectHttp2(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 0 } });
    onTestFinished(() => session.destroy());
    for (const method of ['GET', 'POST']) {
      const stream = session.request({ ':path': '/', ':method': method }, { endStream: method === 'GET' });
      stream.on('error', () => undefined);
      await new Promise((resolve) => stream.once('close', resolve));
      expect(stream.rstCode).toBe(2);
    }
  });

  it('ends a client that does not read its answer', async () => {
    const up = await upstream((_req, res) => res.end(Buffer.alloc(64 * 1024 * 1024)));
    const { port, records } = await startGateway(model([route()], [service('up', up)]), {
      limits: { stallTimeoutMs: 300 },
    });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'readable');
    await vi.waitFor(() => expect(records).toHaveLength(1), 10_000);
    socket.destroy();
  });
});
