import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import type { GatewayOptions } from '../options.ts';
import { forwardAuth, headers, model, route, service } from '../testing/models.ts';
import { ask, askRaw, startGateway, upstream, type Question } from '../testing/servers.ts';

interface Seen {
  /** `name: value`, names in lower case, in the order of the wire. */
  readonly auth: readonly string[];
  readonly upstream: readonly string[];
}

/** What the authentication server and the upstream see of a request. */
async function asked(
  middlewares: (address: string) => readonly MiddlewareSpec[],
  question: Question | string,
  options: Partial<GatewayOptions> = {},
  answer: readonly string[] = [],
): Promise<Seen> {
  const seen = { auth: [] as string[], upstream: [] as string[] };
  const auth = await upstream((req, res) => {
    seen.auth = lines(req.rawHeaders);
    res.writeHead(200, [...answer]).end();
  });
  const up = await upstream((req, res) => {
    seen.upstream = [`${req.method} ${req.url}`, ...lines(req.rawHeaders)];
    res.end();
  });
  const { port } = await startGateway(
    model([route({ middlewares: middlewares(`http://127.0.0.1:${auth.port}/auth`) })], [service('up', up)]),
    options,
  );
  if (typeof question === 'string') await askRaw(port, question);
  else expect((await ask(port, question)).status).toBe(200);
  return seen;
}

function lines(raw: readonly string[]): string[] {
  const list: string[] = [];
  for (let i = 0; i < raw.length; i += 2) list.push(`${raw[i]?.toLowerCase()}: ${raw[i + 1]}`);
  return list;
}

describe('the question of forwardAuth', () => {
  it('has the fields as the middlewares before it left them', async () => {
    const seen = await asked(
      (address) => [headers({ 'X-Tenant': 'north', 'X-Debug': '', 'X-New': 'yes' }), forwardAuth(address)],
      { headers: { 'X-Tenant': 'south', 'X-Debug': '1' } },
    );
    expect(seen.auth).toContain('x-tenant: north');
    expect(seen.auth).toContain('x-new: yes');
    expect(seen.auth.join()).not.toContain('x-debug');
    expect(seen.upstream).toContain('x-tenant: north');
  });

  it('of a second server has what the first has set', async () => {
    const seen = await asked(
      (address) => [
        forwardAuth(address, { authResponseHeaders: ['X-Remote-User'] }),
        forwardAuth(address, { authResponseHeaders: [] }),
      ],
      { headers: { 'X-Remote-User': 'root' } },
      {},
      ['X-Remote-User', 'ada'],
    );
    expect(seen.auth.filter((line) => line.startsWith('x-remote-user'))).toEqual(['x-remote-user: ada']);
  });

  it('names the path as the middlewares before it left it', async () => {
    const seen = await asked(
      (address) => [{ kind: 'stripPrefix', prefixes: ['/pre'], forceSlash: false }, forwardAuth(address)],
      { path: '/pre/x?y' },
    );
    expect(seen.auth).toContain('x-forwarded-uri: /x?y');
  });

  it('has nothing that an untrusted client claims of itself', async () => {
    const claims = {
      'X-Real-Ip': 'forged',
      Forwarded: 'for=forged',
      'X-Original-Url': '/forged',
      'X-Rewrite-Url': '/forged',
      'X-Forwarded-Prefix': '/forged',
      'X-Forwarded-Port': 'forged',
      'X-Forwarded-Server': 'forged',
      'X-Forwarded-Tls-Client-Cert': 'forged',
      'X-Forwarded-Tls-Client-Cert-Info': 'forged',
      X_Forwarded_For: 'forged',
      X_Real_Ip: 'forged',
      'X-Forwarded-Uri': '/forged',
      'X-Forwarded-Method': 'forged',
    };
    const seen = await asked((address) => [forwardAuth(address)], { headers: claims });
    expect(seen.auth.join()).not.toContain('forged');
    const trusting = await asked(
      (address) => [forwardAuth(address)],
      { headers: claims },
      { trustedProxies: ['127.0.0.1'] },
    );
    expect(trusting.auth).toContain('x-original-url: /forged');
  });

  it.each([
    [false, [], '/x'],
    [true, [], '/x'],
    [false, ['127.0.0.1'], '/x'],
    [true, ['127.0.0.1'], '/admin'],
  ] as const)(
    'names the method and URI of a proxy only if it is trusted and trustForwardHeader says so (%o, %o)',
    async (trustForwardHeader, trustedProxies, uri) => {
      const seen = await asked(
        (address) => [forwardAuth(address, { trustForwardHeader })],
        { path: '/x', headers: { 'X-Forwarded-Uri': '/admin', 'X-Forwarded-Method': 'PUT' } },
        { trustedProxies },
      );
      expect(seen.auth).toContain(`x-forwarded-uri: ${uri}`);
      expect(seen.auth).toContain(`x-forwarded-method: ${uri === '/x' ? 'GET' : 'PUT'}`);
    },
  );

  it('leaves out what concerns the connection, and keeps fields that come twice', async () => {
    const seen = await asked(
      (address) => [forwardAuth(address)],
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nFrom: one\r\nFrom: two\r\n\r\n',
    );
    expect(seen.auth.join()).not.toContain('x-hop');
    expect(seen.auth.filter((line) => line.startsWith('from'))).toEqual(['from: one', 'from: two']);
  });

  it.each([{ authResponseHeaders: ['X-Remote-Group'] }, { authResponseHeadersRegex: '^X-Remote-' }])(
    'hands on each value of a field by itself (%o)',
    async (changes) => {
      const seen = await asked((address) => [forwardAuth(address, changes)], {}, {}, [
        'X-Remote-Group',
        'crew',
        'X-Remote-Group',
        'ops, night shift',
      ]);
      expect(seen.upstream.filter((line) => line.startsWith('x-remote-group'))).toEqual([
        'x-remote-group: crew',
        'x-remote-group: ops, night shift',
      ]);
    },
  );
});

describe('fields that the gateway writes', () => {
  it.each([
    'X-Forwarded-Proto',
    'X-Forwarded-Host',
    'X-Forwarded-Port',
    'X-Forwarded-For',
    'X-Real-Ip',
    'X-Forwarded-Server',
  ])('%s can be set or deleted by a middleware', async (name) => {
    const of = (seen: Seen) => seen.upstream.filter((line) => line.startsWith(`${name.toLowerCase()}:`));
    expect(of(await asked(() => [headers({ [name]: 'set' })], {}))).toEqual([`${name.toLowerCase()}: set`]);
    expect(of(await asked(() => [headers({ [name]: '' })], {}))).toEqual([]);
  });

  it('frame the message, whatever a middleware says', async () => {
    const seen = await asked(
      () => [
        headers({ 'Transfer-Encoding': 'chunked', 'Content-Length': '5', Connection: 'close', Upgrade: 'x' }),
      ],
      {},
    );
    expect(seen.upstream[0]).toBe('GET /');
    expect(seen.upstream.join()).not.toMatch(/transfer-encoding|content-length|upgrade/);
  });
});

describe('a target', () => {
  it.each(['/flights/7?', '/?', '/a??', '/a?&', '/a?='])('%s keeps its query', async (target) => {
    const seen = await asked(
      (address) => [forwardAuth(address)],
      `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(seen.upstream[0]).toBe(`GET ${target}`);
    expect(seen.auth).toContain(`x-forwarded-uri: ${target}`);
  });

  it('keeps a bare ? in a redirect', async () => {
    const { port } = await startGateway(
      model(
        [route({ middlewares: [{ kind: 'redirectScheme', scheme: 'https', port: null, permanent: true }] })],
        [],
      ),
    );
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /a? HTTP/1.1\r\nHost: a.test\r\n\r\n');
    expect(String((await once(socket, 'data'))[0])).toContain('Location: https://a.test/a?\r\n');
    socket.destroy();
  });
});
