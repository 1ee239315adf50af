import { describe, expect, it } from 'vitest';
import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { headers, model, route, service, serviceTarget, STICKY } from '../testing/models.ts';
import { ask, startGateway, upstream } from '../testing/servers.ts';

const basic: MiddlewareSpec = {
  kind: 'basicAuth',
  users: [],
  realm: 'traefik',
  removeHeader: false,
  headerField: null,
};

/** Error pages for everything from 300 on, before an upstream that responds as told. */
async function withPages(
  middlewares: readonly MiddlewareSpec[],
  response: { status: number; fields: readonly string[] } = { status: 200, fields: [] },
  requestHeaders: readonly string[] | null = null,
) {
  const asked: string[][] = [];
  const pages = await upstream((req, res) => {
    asked.push(req.rawHeaders.map((text) => text.toLowerCase()));
    res.writeHead(200, [
      'Content-Type',
      'text/html',
      'ETag',
      '"page"',
      'X-Page',
      '1',
      'Vary',
      'Accept',
      'Set-Cookie',
      'page=1',
    ]);
    res.end('<p>sorry</p>');
  });
  const up = await upstream((_req, res) => {
    res.writeHead(response.status, [...response.fields]);
    res.end();
  });
  const errors: MiddlewareSpec = {
    kind: 'errors',
    status: ['300-599'],
    service: serviceTarget('pages', { sticky: { ...STICKY, name: 'pages' } }),
    query: '/{status}.html?from={url}',
    requestHeaders,
  };
  const running = await startGateway(
    model([route({ middlewares: [errors, ...middlewares] })], [service('up', up), service('pages', pages)]),
  );
  return { ...running, asked, pages };
}

describe('error pages', () => {
  it('leave the challenge of a 401', async () => {
    const { port } = await withPages([basic]);
    const answer = await ask(port);
    expect(answer).toMatchObject({ status: 401, body: '<p>sorry</p>' });
    expect(answer.headers).toMatchObject({
      'www-authenticate': 'Basic realm="traefik"',
      'content-type': 'text/html',
      'x-page': '1',
    });
  });

  it.each([
    [405, 'Allow', 'GET'],
    [401, 'WWW-Authenticate', 'Bearer'],
    [407, 'Proxy-Authenticate', 'Basic'],
    [426, 'Upgrade', 'TLS/1.3'],
    [416, 'Content-Range', 'bytes */7'],
    [503, 'Retry-After', '7'],
    [301, 'Location', '/there'],
    [500, 'X-Correlation-Id', 'abc'],
    [429, 'RateLimit', '"a";r=0;t=1'],
  ])('of a %i leave its %s', async (status, name, value) => {
    const { port } = await withPages([], { status, fields: [name, value] });
    const answer = await ask(port);
    expect(answer).toMatchObject({ status, body: '<p>sorry</p>' });
    expect(answer.headers[name.toLowerCase()]).toBe(value);
  });

  it('leave lists whole, and take what is about the content from the page', async () => {
    const { port } = await withPages([headers({}, { 'X-Inner': '1' })], {
      status: 500,
      fields: [
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'Vary',
        'Cookie',
        'ETag',
        '"up"',
        'Content-Encoding',
        'gzip',
      ],
    });
    const answer = await ask(port);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2', 'page=1']);
    expect(answer.headers).toMatchObject({ vary: 'Cookie, Accept', etag: '"page"', 'x-inner': '1' });
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(answer.headers['content-length']).toBe('12');
  });

  it('that cannot be had leave status and challenge', async () => {
    const { port, pages } = await withPages([basic]);
    pages.server.closeAllConnections();
    pages.server.close();
    const answer = await ask(port);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="traefik"');
  });

  it('are asked for without what is meant for the upstream', async () => {
    const { port, asked } = await withPages([basic, headers({ 'X-User': 'ada' })]);
    const secret = 'Basic YWRhOnNlY3JldA==';
    await ask(port, {
      headers: {
        authorization: secret,
        cookie: 'secret=1',
        'x-api-key': 'secret',
        'proxy-authorization': 'secret',
        origin: 'https://secret.test',
        referer: 'https://secret.test/',
        'x-csrf': 'secret',
        'accept-language': 'fi',
        host: 'shop.test',
      },
    });
    const fields = asked[0]?.join('\n') ?? '';
    expect(fields).not.toMatch(/secret|authorization|x-user/);
    expect(fields).toContain('accept-language\nfi');
    expect(fields).toContain('host\nshop.test');
  });

  it('are asked for with the fields that errorRequestHeaders lists, and no others', async () => {
    const listed = await withPages([basic], undefined, ['x-tenant', 'connection']);
    const sent = { 'x-tenant': 'north', 'x-other': 'other', cookie: 'secret=1', 'accept-language': 'fi' };
    await ask(listed.port, { headers: { ...sent, host: 'shop.test' } });
    const fields = listed.asked[0]?.join('\n') ?? '';
    expect(fields).toContain('x-tenant\nnorth');
    expect(fields).toContain('host\nshop.test');
    expect(fields).not.toMatch(/other|secret|accept-language/);
    const none = await withPages([basic], undefined, []);
    await ask(none.port, { headers: sent });
    expect(none.asked[0]?.join('\n')).not.toMatch(/north|other|secret|accept-language/);
  });
});
