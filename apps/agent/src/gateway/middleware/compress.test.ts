import { gunzipSync, brotliDecompressSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { MiddlewareSpec } from '@portolan/resources/model/middleware';
import { model, route, service, serviceTarget } from '../testing/models.ts';
import { ask, startGateway, upstream } from '../testing/servers.ts';

describe('compress', () => {
  const compress: MiddlewareSpec = {
    kind: 'compress',
    excludedContentTypes: ['image/png'],
    includedContentTypes: [],
    minResponseBodyBytes: 100,
    encodings: ['zstd', 'br', 'gzip'],
    defaultEncoding: null,
  };
  const text = 'portolan '.repeat(100);

  async function serve(headers: Record<string, string | string[]>) {
    const up = await upstream((_req, res) => res.writeHead(200, { etag: '"1"', ...headers }).end(text));
    return startGateway(model([route({ middlewares: [compress] })], [service('up', up)]));
  }

  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
  ] as const)('encodes in %s', async (encoding, decode) => {
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'text/plain', 'content-length': String(text.length) },
    ]) {
      const { port } = await serve(headers);
      const answer = await ask(port, { headers: { 'accept-encoding': encoding } });
      expect(answer.headers).toMatchObject({
        'content-encoding': encoding,
        vary: 'Accept-Encoding',
        etag: 'W/"1"',
      });
      expect(decode(answer.bytes).toString()).toBe(text);
    }
  });

  it('offers the default encoding first to a client that takes any', async () => {
    const up = await upstream((_req, res) => res.writeHead(200, { 'content-type': 'text/plain' }).end(text));
    const spec: MiddlewareSpec = { ...compress, defaultEncoding: 'gzip' };
    const { port } = await startGateway(model([route({ middlewares: [spec] })], [service('up', up)]));
    const answer = await ask(port, { headers: { 'accept-encoding': '*' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
  });

  it('encodes what the gateway itself responds with, where that is worth it', async () => {
    const down = await startGateway(
      model([route({ middlewares: [compress] })], [service('up', { port: 1 })]),
    );
    const answer = await ask(down.port, { headers: { 'accept-encoding': 'gzip' } });
    expect([answer.status, answer.headers['content-encoding'], answer.body]).toEqual([
      502,
      undefined,
      'Bad Gateway\n',
    ]);
    const pages = await upstream((_req, res) => res.setHeader('content-type', 'text/html').end(text));
    const errors: MiddlewareSpec = {
      kind: 'errors',
      status: ['502'],
      service: serviceTarget('pages'),
      query: '/',
      requestHeaders: null,
    };
    const { port } = await startGateway(
      model(
        [route({ middlewares: [compress, errors] })],
        [service('up', { port: 1 }), service('pages', pages)],
      ),
    );
    const page = await ask(port, { headers: { 'accept-encoding': 'gzip' } });
    expect([page.status, page.headers['content-encoding']]).toEqual([502, 'gzip']);
    expect(gunzipSync(page.bytes).toString()).toBe(text);
  });

  it.each([
    ['nothing accepted', {}, {}],
    ['refused', {}, { 'accept-encoding': 'gzip;q=0' }],
    ['an excluded type', { 'content-type': 'image/png' }, { 'accept-encoding': 'gzip' }],
    ['events', { 'content-type': 'text/event-stream' }, { 'accept-encoding': 'gzip' }],
    ['already encoded', { 'content-encoding': 'identity' }, { 'accept-encoding': 'gzip' }],
  ])('leaves a body as it is: %s', async (_name, responseHeaders, headers) => {
    const { port } = await serve(responseHeaders);
    expect((await ask(port, { headers })).body).toBe(text);
  });

  it.each([
    ['no-transform', { 'cache-control': 'max-age=60, No-Transform' }, {}],
    ['no-transform in a second field', { 'cache-control': ['max-age=60', 'no-transform'] }, {}],
    ['no-transform of the client', {}, { 'cache-control': 'no-transform' }],
    ['identity preferred', {}, { 'accept-encoding': 'gzip;q=0.5, identity;q=1' }],
  ])('leaves a response untouched: %s', async (_name, responseHeaders, headers) => {
    const { port } = await serve({ 'content-type': 'text/plain', ...responseHeaders });
    const answer = await ask(port, { headers: { 'accept-encoding': 'gzip, br', ...headers } });
    expect(answer.body).toBe(text);
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(answer.headers.etag).toBe('"1"');
  });

  it('reads directives, not what they quote', async () => {
    const { port } = await serve({ 'cache-control': 'private="x, no-transform"' });
    const answer = await ask(port, { headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
  });

  it('gives HEAD the fields of GET', async () => {
    const { port } = await serve({ 'content-type': 'text/plain', 'content-length': String(text.length) });
    const headers = { 'accept-encoding': 'gzip' };
    const fields = ({ headers: all }: Awaited<ReturnType<typeof ask>>) =>
      ['content-encoding', 'etag', 'vary', 'content-length'].map((name) => all[name]);
    expect(fields(await ask(port, { method: 'HEAD', headers }))).toEqual(
      fields(await ask(port, { headers })),
    );
  });

  it.each([
    [['Cookie', 'Origin'], 'Cookie, Origin, Accept-Encoding'],
    [['Cookie', '*'], 'Cookie, *'],
  ])('adds to all Vary fields: %o', async (vary, expected) => {
    const { port } = await serve({ 'content-type': 'text/plain', vary });
    expect((await ask(port, { headers: { 'accept-encoding': 'gzip' } })).headers.vary).toBe(expected);
  });

  it('takes the default where the client says nothing', async () => {
    const up = await upstream((_req, res) => res.end(text));
    const middlewares: MiddlewareSpec[] = [{ ...compress, defaultEncoding: 'gzip' }];
    const { port } = await startGateway(model([route({ middlewares })], [service('up', up)]));
    expect(gunzipSync((await ask(port)).bytes).toString()).toBe(text);
    expect((await ask(port, { headers: { 'accept-encoding': '' } })).body).toBe(text);
  });

  it('takes the encoding the client likes best', async () => {
    const { port } = await serve({ 'content-type': 'text/plain' });
    expect(
      (await ask(port, { headers: { 'accept-encoding': 'gzip, br;q=0.5, zstd;q=0.1' } })).headers[
        'content-encoding'
      ],
    ).toBe('gzip');
    expect(
      (await ask(port, { headers: { 'accept-encoding': 'gzip, br, zstd' } })).headers['content-encoding'],
    ).toBe('zstd');
  });
});
