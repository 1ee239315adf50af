import { describe, expect, it } from 'vitest';
import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { model, route, service } from '../testing/models.ts';
import { ask, echo, startGateway } from '../testing/servers.ts';

async function forwarded(middlewares: readonly MiddlewareSpec[], path: string) {
  const { port } = await startGateway(model([route({ middlewares })], [service('up', await echo())]));
  return JSON.parse((await ask(port, { path })).body);
}

describe('path middlewares', () => {
  /** What they write is text, encoded for the wire; the query is the client's. */
  const written: readonly (readonly [MiddlewareSpec, string, string, Record<string, string>])[] = [
    [
      { kind: 'replacePathRegex', regex: '^/ticket=(.+)$', replacement: '/show?code=$1' },
      '/ticket=K7?lang=fi',
      '/show%3Fcode=K7?lang=fi',
      {},
    ],
    [{ kind: 'replacePath', path: '/show?code=1' }, '/a?lang=fi', '/show%3Fcode=1?lang=fi', {}],
    [{ kind: 'addPrefix', prefix: '/v1?x=' }, '/a?b=1', '/v1%3Fx=/a?b=1', {}],
    [{ kind: 'replacePath', path: '/show#frag' }, '/a?q=1', '/show%23frag?q=1', {}],
    [{ kind: 'addPrefix', prefix: '/v1#x' }, '/a', '/v1%23x/a', {}],
    [{ kind: 'addPrefix', prefix: '/my files' }, '/a', '/my%20files/a', {}],
    [{ kind: 'replacePath', path: '/my files/100%' }, '/a', '/my%20files/100%25', {}],
    [{ kind: 'replacePath', path: '/caf\u00e9/\u043e' }, '/a', '/caf%C3%A9/%D0%BE', {}],
    [{ kind: 'replacePath', path: '/a%2Fb' }, '/a', '/a%2Fb', {}],
  ];
  /** What they compare is the decoded path, as rules do. */
  const cafe = { 'x-forwarded-prefix': '/caf%C3%A9' };
  const files = { kind: 'stripPrefix', prefixes: ['/my files'], forceSlash: false } as const;
  const decoded: readonly (readonly [MiddlewareSpec, string, string, Record<string, string>])[] = [
    ...['/caf\u00e9', '/caf%C3%A9', '/caf%c3%a9'].flatMap((prefix) =>
      ['/caf%C3%A9/menu', '/caf%c3%a9/menu', '/%63af%C3%A9/menu'].map(
        (path) =>
          [{ kind: 'stripPrefix', prefixes: [prefix], forceSlash: false }, path, '/menu', cafe] as const,
      ),
    ),
    [files, '/my%20files/a%2Fb', '/a%2Fb', { 'x-forwarded-prefix': '/my%20files' }],
    [{ kind: 'stripPrefixRegex', regexes: ['/caf\u00e9'] }, '/caf%C3%A9/x', '/x', cafe],
    [{ kind: 'stripPrefixRegex', regexes: ['/my [a-z]+'] }, '/my%20files/x', '/x', {}],
    [{ kind: 'stripPrefixRegex', regexes: ['/caf[^/]+'] }, '/caf%C3%A9/x', '/x', cafe],
    [{ kind: 'stripPrefixRegex', regexes: ['/caf.'] }, '/caf%C3%A9/x', '/x', cafe],
    [{ kind: 'stripPrefixRegex', regexes: ['/a%'] }, '/a%2Fb/x', '/b/x', { 'x-forwarded-prefix': '/a%2F' }],
    [
      { kind: 'replacePathRegex', regex: '^/caf\u00e9/(.*)', replacement: '/x/$1' },
      '/caf%C3%A9/%E2%82%AC%2Fa',
      '/x/%E2%82%AC%2Fa',
      {},
    ],
    [
      { kind: 'replacePathRegex', regex: '^/my files/(.*)', replacement: '/x/$1' },
      '/my%20files/a',
      '/x/a',
      {},
    ],
  ];
  const cases: readonly (readonly [MiddlewareSpec, string, string, Record<string, string>])[] = [
    [{ kind: 'addPrefix', prefix: '/api' }, '/a?x=1', '/api/a?x=1', {}],
    [
      { kind: 'stripPrefix', prefixes: ['/x', '/api'], forceSlash: true },
      '/api/a',
      '/a',
      { 'x-forwarded-prefix': '/api' },
    ],
    [
      { kind: 'stripPrefix', prefixes: ['/api'], forceSlash: false },
      '/api',
      '/',
      { 'x-forwarded-prefix': '/api' },
    ],
    [{ kind: 'stripPrefix', prefixes: ['/other'], forceSlash: false }, '/api/a', '/api/a', {}],
    [{ kind: 'stripPrefix', prefixes: ['/api'], forceSlash: true }, '/api../../secret', '/secret', {}],
    [{ kind: 'stripPrefix', prefixes: ['/api'], forceSlash: true }, '/api./secret', '/secret', {}],
    [{ kind: 'stripPrefixRegex', regexes: ['/v[0-9]+'] }, '/v1../secret', '/secret', {}],
    [{ kind: 'stripPrefixRegex', regexes: ['/v[0-9]+'] }, '/v12/a', '/a', { 'x-forwarded-prefix': '/v12' }],
    [{ kind: 'replacePath', path: '/fixed' }, '/a?x=1', '/fixed?x=1', { 'x-replaced-path': '/a' }],
    [
      { kind: 'replacePathRegex', regex: '^/foo/(.*)', replacement: '/bar/$1' },
      '/foo/a/b',
      '/bar/a/b',
      { 'x-replaced-path': '/foo/a/b' },
    ],
    [
      { kind: 'replacePathRegex', regex: '^/foo/(?P<id>\\d+)$', replacement: '/bar/${id}/x' },
      '/foo/12',
      '/bar/12/x',
      {},
    ],
    [{ kind: 'replacePathRegex', regex: '^/foo/(.*)', replacement: '/bar/$1' }, '/other', '/other', {}],
    ...written,
    ...decoded,
  ];
  it.each(cases)('%o turns %s into %s', async (middleware, path, url, headers) => {
    expect(await forwarded([middleware], path)).toMatchObject({ url, headers });
  });

  it('name every prefix they took off', async () => {
    const strip = (prefix: string): MiddlewareSpec => ({
      kind: 'stripPrefix',
      prefixes: [prefix],
      forceSlash: false,
    });
    expect(await forwarded([strip('/api'), strip('/v1')], '/api/v1/x')).toMatchObject({
      url: '/x',
      headers: { 'x-forwarded-prefix': '/api, /v1' },
    });
  });

  it('takes linear time, whatever the expression', async () => {
    const started = performance.now();
    const slow: MiddlewareSpec = { kind: 'replacePathRegex', regex: '^/(a+)+$', replacement: '/x' };
    await forwarded([slow], `/${'a'.repeat(5000)}b`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
