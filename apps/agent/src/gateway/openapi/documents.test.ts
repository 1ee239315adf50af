import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { pino } from 'pino';
import { upstream } from '../testing/servers.ts';
import { AddressGuard } from '@portolan/process/address-guard';
import { OpenApiDocuments } from './documents.ts';
import type { DocumentSource } from './document-source.ts';
import { documentSources } from './sources.ts';
import { model, service } from '../testing/models.ts';

const source = (
  location: DocumentSource['location'],
  key = 'API/default/a',
  isRemote = false,
): DocumentSource => ({
  key,
  kind: 'API',
  namespace: 'default',
  name: 'a',
  isRemote,
  location,
});

function collect(sources: readonly DocumentSource[]) {
  const documents = new OpenApiDocuments({
    logger: pino({ level: 'silent' }),
    onChange: vi.fn<() => void>(),
  });
  onTestFinished(() => documents.close());
  documents.want(sources);
  return documents;
}

describe('OpenAPI documents', () => {
  it('are fetched as JSON by url and as YAML by path, after failures too', async () => {
    let failures = 2;
    const server = await upstream((req, res) => {
      if (req.url === '/json') res.end('{"openapi":"3.1.0","paths":{}}');
      else if (req.url === '/moved') res.writeHead(302, { location: '/json' }).end();
      else if (failures-- > 0) res.writeHead(503).end();
      else res.end('openapi: 3.0.3\npaths: {}\n');
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const documents = collect([
      source({ kind: 'url', url: `${origin}/json` }, 'one'),
      source({ kind: 'service', origins: [origin], path: '/yaml' }, 'two'),
      source({ kind: 'url', url: `${origin}/moved` }, 'three'),
    ]);
    await vi.waitFor(() => expect([...documents.documents.values()]).not.toContain(null), 10_000);
    expect(documents.documents.get('two')?.json).toBe('{"openapi":"3.0.3","paths":{}}');
    expect(documents.problems).toEqual([]);
  });

  it.each([
    ['/missing', 'answered 404'],
    ['/text', 'is not an OpenAPI document'],
    ['/broken', 'cannot be read: '],
    ['/huge', 'Response content exceeded max size'],
    ['/bomb', 'aliases (*name) expand to more than 100000 values'],
    ['/deep', 'cannot be read: line 1: '],
    ['/many-keys', 'is not an OpenAPI document'],
    ['/metadata', '169.254.169.254 is not an address that requests may be sent to'],
    ['/loop', 'more than 3 redirects'],
    ['/file', 'file: is not supported'],
  ])('name what is wrong with %s', async (path, reason) => {
    const server = await upstream((req, res) => {
      if (req.url === '/text') res.end('hello');
      else if (req.url === '/broken') res.end('{"openapi": ');
      else if (req.url === '/huge') res.end(Buffer.alloc(17 * 1024 * 1024, 'x'));
      else if (req.url === '/bomb') res.end(bomb());
      else if (req.url === '/deep') res.end('['.repeat(4_000_000));
      else if (req.url === '/many-keys') res.end(manyKeys());
      else if (req.url === '/metadata')
        res.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
      else if (req.url === '/loop') res.writeHead(302, { location: '/loop' }).end();
      else if (req.url === '/file') res.writeHead(302, { location: 'file:///etc/passwd' }).end();
      else res.writeHead(404).end();
    });
    const documents = collect([source({ kind: 'url', url: `http://127.0.0.1:${server.port}${path}` })]);
    await vi.waitFor(() => expect(documents.problems).toHaveLength(1), 20_000);
    expect(documents.problems[0]!.message).toContain(reason);
    expect(documents.problems[0]).toMatchObject({
      kind: 'API',
      name: 'a',
      field: 'spec.service.openApiSpec.url',
    });
  });

  it('that are broken in places are kept, and each fault is named with its path, line and rule', async () => {
    const text = [
      'openapi: 3.1.0',
      'paths:',
      '  /flights:',
      '    get: 7',
      '    put: {responses: {200: {description: ok}}}',
    ];
    const server = await upstream((_req, res) => res.end(text.join('\n')));
    const url = `http://127.0.0.1:${server.port}/openapi.yaml`;
    const documents = collect([source({ kind: 'url', url })]);
    await vi.waitFor(() => expect(documents.problems).toHaveLength(1), 10_000);
    expect(documents.problems[0]).toMatchObject({
      code: 'openapi-incomplete',
      file: url,
      line: 4,
      message:
        'not-an-object in the OpenAPI document at /paths/~1flights/get, line 4: /paths/~1flights/get is a number instead of an object',
    });
    const found = documents.find('API/default/a');
    expect(found?.isStale).toBe(false);
    expect([...(found?.document.compiled.operations.keys() ?? [])]).toEqual(['put-flights']);
  });

  it('are asked for at the new endpoints of their Service as soon as there are any', async () => {
    const server = await upstream((_req, res) => res.end('{"openapi":"3.1.0"}'));
    const documents = collect([source({ kind: 'service', origins: [], path: '/' })]);
    await vi.waitFor(() => expect(documents.problems).toHaveLength(1), 10_000);
    const origins = [`http://127.0.0.1:${server.port}`];
    documents.want([source({ kind: 'service', origins, path: '/' })]);
    await vi.waitFor(() => expect(documents.problems).toEqual([]));
    documents.want([source({ kind: 'service', origins: ['http://127.0.0.1:1'], path: '/' })]);
    expect([...documents.documents.values()]).toMatchObject([{ json: '{"openapi":"3.1.0"}' }]);
  });

  it('leave requests alone while a long one is read', async () => {
    const text = `openapi: 3.1.0\n${manyKeys()}`;
    const server = await upstream((_req, res) => res.end(text));
    const documents = collect([source({ kind: 'url', url: `http://127.0.0.1:${server.port}/` })]);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await vi.waitFor(() => expect([...documents.documents.values()]).not.toContain(null), 20_000);
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(500);
  }, 30_000);

  it('are not fetched from this machine for an object made on the platform, by whatever name', async () => {
    const server = await upstream((_req, res) => res.end('{"openapi":"3.1.0"}'));
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433']) {
      const location = { kind: 'url', url: `http://${host}:${server.port}/` } as const;
      const documents = collect([source(location, 'API/default/a', true)]);
      await vi.waitFor(
        () =>
          expect(documents.problems[0]?.message).toContain('is not an address that requests may be sent to'),
        10_000,
      );
    }
  });

  it('stay as they were when their server goes away, and go with their API', async () => {
    const server = await upstream((_req, res) => res.end('{"openapi":"3.1.0"}'));
    const documents = new OpenApiDocuments({
      logger: pino({ level: 'silent' }),
      onChange: () => undefined,
      refreshMs: 20,
    });
    onTestFinished(() => documents.close());
    documents.want([source({ kind: 'url', url: `http://127.0.0.1:${server.port}/` })]);
    await vi.waitFor(() =>
      expect(documents.documents.values().next().value).toMatchObject({ json: '{"openapi":"3.1.0"}' }),
    );
    server.server.closeAllConnections();
    server.server.close();
    await vi.waitFor(() => expect(documents.problems).toHaveLength(1), 10_000);
    expect(documents.documents.values().next().value).toMatchObject({ json: '{"openapi":"3.1.0"}' });
    documents.want([]);
    expect([documents.documents.size, documents.problems.length]).toEqual([0, 0]);
  });
});

describe('where documents are', () => {
  it('is read from APIs and APIVersions and the Services they name', () => {
    const object = (kind: string, name: string, openApiSpec?: object) => ({
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind,
      metadata: { name, namespace: 'default' },
      spec: { service: { name: 'up', port: { number: 80 }, openApiSpec } },
    });
    const objects = [
      object('API', 'by-url', { url: 'https://example.com/openapi.yaml' }),
      object('APIVersion', 'by-path', { path: '/openapi.json' }),
      object('API', 'none'),
      object('APIGateway', 'other', { path: '/x' }),
    ];
    expect(
      documentSources(
        objects.map((each) => ({ object: each, origin: { kind: 'cluster' } as const })),
        model([], [service('up', { port: 8080 })]),
      ),
    ).toMatchObject([
      {
        kind: 'API',
        name: 'by-url',
        key: 'API.hub.traefik.io/default/by-url',
        location: { kind: 'url', url: 'https://example.com/openapi.yaml' },
      },
      {
        kind: 'APIVersion',
        name: 'by-path',
        location: { kind: 'service', origins: ['http://127.0.0.1:8080'], path: '/openapi.json' },
      },
    ]);
  });
});

describe('names that resolve to forbidden addresses', () => {
  it('are refused at the moment of connecting', async () => {
    const guard = new AddressGuard({ loopback: false, private: true });
    const error = await new Promise((resolve) =>
      guard.lookup('localhost', {}, (failure) => resolve(failure)),
    );
    expect(String(error)).toMatch(
      /localhost resolves to (127\.0\.0\.1|::1), which is not an address that requests may be sent to/,
    );
  });
});

/** One map of nearly 5 MiB, which a reader that compares each key with all others would take minutes for. */
function manyKeys(): string {
  return Array.from({ length: 350_000 }, (_, index) => `key-${index}: 1`).join('\n');
}

function bomb(): string {
  const lines = ['a0: &a0 [x]'];
  for (let i = 1; i < 12; i++)
    lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(',')}]`);
  return `openapi: 3.1.0\n${lines.join('\n')}\n`;
}
