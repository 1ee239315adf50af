import { describe, expect, it } from 'vitest';
import { buildRouter } from '../../../decide/router.ts';
import type { ApiGuard, Route } from '../../../model/model.ts';
import { formatRule } from '../../../rules/format.ts';
import type { CompileResult } from '../../compiler.ts';
import { SERVICE, compile, request } from '../../test-objects.ts';

const GATEWAY = { 'gateway/gw': ['gw.test'] };

const petstore = `${SERVICE}
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: petstore, labels: {area: stores}}
spec: {pathPrefix: /petstore, service: {name: app, port: {number: 80}}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APICollection
metadata: {name: stores}
spec: {pathPrefix: /stores, apiSelector: {matchLabels: {area: stores}}}
---
`;

const access = (name: string, spec: string): string => `
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: ${name}}
spec: ${spec}
---
`;
const gateway = (name: string, accesses: string): string => `
apiVersion: hub.traefik.io/v1alpha1
kind: APIGateway
metadata: {name: ${name}}
spec: {apiAccesses: ${accesses}}
---
`;

function guards(result: CompileResult): { route: Route; api: ApiGuard }[] {
  return result.model.routes.flatMap((route) =>
    route.guard.kind === 'api' ? [{ route, api: route.guard.api }] : [],
  );
}

const prefixes = (result: CompileResult): string[] =>
  guards(result).map(({ api }) => `${api.prefix}${api.versionPrefix}`);
const messages = (result: CompileResult): string[] =>
  result.problems.map((problem) => `${problem.field}: ${problem.message}`);

describe('path composition', () => {
  it('serves an API directly and through a collection when both are granted', () => {
    const result = compile(
      petstore +
        access('a', '{groups: [g], apis: [{name: petstore}], apiCollections: [{name: stores}]}') +
        gateway('gw', '[a]'),
      GATEWAY,
    );
    expect(prefixes(result)).toEqual(['/stores/petstore', '/petstore']);
    expect(guards(result).map(({ api }) => api.collection?.name)).toEqual(['stores', undefined]);
    expect(new Set(result.model.routes.map(({ target }) => JSON.stringify(target))).size).toBe(1);
    expect(result.problems).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ['direct, by name', '{groups: [g], apis: [{name: petstore}]}', ['/petstore']],
    [
      'direct, by name and namespace',
      '{groups: [g], apis: [{name: petstore, namespace: default}]}',
      ['/petstore'],
    ],
    ['direct, by label', '{groups: [g], apiSelector: {matchLabels: {area: stores}}}', ['/petstore']],
    [
      'direct, by expression',
      '{groups: [g], apiSelector: {matchExpressions: [{key: area, operator: In, values: [stores]}]}}',
      ['/petstore'],
    ],
    ['everything', '{groups: [g], apiSelector: {}}', ['/petstore']],
    ['another label', '{groups: [g], apiSelector: {matchLabels: {area: other}}}', []],
    ['through the collection', '{groups: [g], apiCollectionSelector: {}}', ['/stores/petstore']],
    ['selector and list together', '{groups: [g], apiSelector: {}, apis: [{name: petstore}]}', ['/petstore']],
    ['nothing', '{groups: [g]}', []],
  ])('%s', (_, spec, expected) => {
    expect(prefixes(compile(petstore + access('a', spec) + gateway('gw', '[a]'), GATEWAY))).toEqual(expected);
  });

  it('gives the API its own prefix when the collection has none', () => {
    const result = compile(
      petstore.replace('pathPrefix: /stores, ', '') +
        access('a', '{groups: [g], apiCollections: [{name: stores}]}') +
        gateway('gw', '[a]'),
      GATEWAY,
    );
    expect(prefixes(result)).toEqual(['/petstore']);
    expect(guards(result)[0]?.api.collection?.name).toBe('stores');
  });

  it('unites the rights of several accesses to one composed path in one route', () => {
    const both =
      access('a', '{groups: [g], apis: [{name: petstore}]}') + access('b', '{groups: [h], apiSelector: {}}');
    const result = compile(petstore + both + gateway('gw', '[a, b]'), GATEWAY);
    expect(guards(result).map(({ api }) => api.grants.map((grant) => grant.groups))).toEqual([
      [['g'], ['h']],
    ]);
  });

  it('serves every domain of every gateway, and unites gateways that share one', () => {
    const both =
      access('a', '{groups: [g], apis: [{name: petstore}]}') +
      access('b', '{groups: [h], apis: [{name: petstore}]}');
    const result = compile(petstore + both + gateway('gw', '[a]') + gateway('gx', '[b]'), {
      'gateway/gw': ['gw.test', 'shared.test'],
      'gateway/gx': ['gx.test', 'shared.test'],
    });
    const byHost = (host: string): unknown =>
      guards(result)
        .filter(({ route }) => route.hosts.includes(host))
        .map(({ api }) => api.grants.map((grant) => grant.access.name));
    expect(byHost('gw.test')).toEqual([['a']]);
    expect(byHost('gx.test')).toEqual([['b']]);
    expect(byHost('shared.test')).toEqual([['a', 'b']]);
  });

  it('has no route while the gateway has no domain, and says so', () => {
    const result = compile(
      petstore + access('a', '{groups: [g], apis: [{name: petstore}]}') + gateway('gw', '[a]'),
    );
    expect(result.model.routes).toEqual([]);
    expect(messages(result)).toContain('metadata.name: has no domain yet, so its APIs are not served');
  });

  it('finds an API of another namespace for a collection, and its Service in that namespace', () => {
    const elsewhere = petstore
      .replaceAll('metadata: {name: ', 'metadata: {namespace: shop, name: ')
      .replace('namespace: shop, name: stores', 'name: stores');
    const result = compile(
      elsewhere + access('a', '{groups: [g], apiCollections: [{name: stores}]}') + gateway('gw', '[a]'),
      GATEWAY,
    );
    expect(result.problems).toEqual([]);
    expect(result.model.routes[0]?.target).toMatchObject({
      kind: 'service',
      service: { service: 'shop/app' },
    });
  });

  it('serves no API that no gateway lists an access to', () => {
    const result = compile(
      petstore + access('a', '{groups: [g], apis: [{name: petstore}]}') + gateway('gw', '[]'),
      GATEWAY,
    );
    expect(result.model.routes).toEqual([]);
    expect(messages(result)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('no APIGateway lists this APIAccess'),
        expect.stringContaining('lists no APIAccess'),
        expect.stringContaining('no APIGateway with a domain exposes this API'),
      ]),
    );
  });
});

describe('versions', () => {
  const version = (name: string, spec: string): string => `
apiVersion: hub.traefik.io/v1alpha1
kind: APIVersion
metadata: {name: ${name}}
spec: {apiName: weather, service: {name: app, port: {name: web}}, ${spec}}
---
`;
  const weather = `${SERVICE}
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: weather}
spec: {pathPrefix: /weather, currentVersion: stable}
---
${access('a', '{groups: [g], apis: [{name: weather}]}')}${gateway('gw', '[a]')}`;

  it('routes by path, header, query and media type, and to the version without routes otherwise', () => {
    const result = compile(
      weather +
        version('stable', 'release: v1.0.0') +
        version('path', 'stripPathPrefix: true, routes: [{pathPrefix: /v2}]') +
        version('header', 'routes: [{headers: {X-Version: "3"}}]') +
        version('both', 'routes: [{headers: {X-Version: "3", X-Beta: "1"}, queryParams: {preview: "yes"}}]') +
        version(
          'either',
          'routes: [{queryParams: {v: "5"}}, {headers: {Accept: application/vnd.weather.v5+json}}]',
        ),
      GATEWAY,
    );
    expect(result.problems).toEqual([]);
    const router = buildRouter(result.model);
    const chosen = (url: string, headers: Record<string, string> = {}): string | undefined => {
      const route = router.match(request({ url: `gw.test${url}`, headers }));
      return route?.guard.kind === 'api' ? route.guard.api.version?.name : undefined;
    };
    expect(chosen('/weather')).toBe('stable');
    expect(chosen('/weather/v2/today')).toBe('path');
    expect(chosen('/weather/v20')).toBe('stable');
    expect(chosen('/weather/v2', { 'x-version': '3' })).toBe('path');
    expect(chosen('/weather/today', { 'x-version': '3' })).toBe('header');
    expect(chosen('/weather?preview=yes', { 'x-version': '3', 'x-beta': '1' })).toBe('both');
    expect(chosen('/weather?preview=no', { 'x-version': '3', 'x-beta': '1' })).toBe('header');
    expect(chosen('/weather?v=5')).toBe('either');
    expect(chosen('/weather', { accept: 'application/vnd.weather.v5+json' })).toBe('either');
    const path = guards(result).find(({ api }) => api.version?.name === 'path');
    expect(path?.api).toMatchObject({ prefix: '/weather', versionPrefix: '/v2', stripVersionPrefix: true });
    expect(guards(result).find(({ api }) => api.version?.name === 'stable')?.api.release).toBe('v1.0.0');
  });

  it('answers nothing that no version claims', () => {
    const result = compile(weather + version('stable', 'routes: [{pathPrefix: /v1}]'), GATEWAY);
    expect(buildRouter(result.model).match(request({ url: 'gw.test/weather' }))).toBeNull();
  });

  it('names a current version that does not exist, and versions that claim the same requests', () => {
    expect(messages(compile(weather + version('other', 'release: v1.0.0'), GATEWAY))).toEqual([
      'spec.currentVersion: APIVersion "stable" of this API does not exist in namespace "default"',
    ]);
    const tie = compile(
      weather +
        version('stable', 'routes: [{pathPrefix: /v1}]') +
        version('twin', 'routes: [{pathPrefix: /v1}]'),
      GATEWAY,
    );
    expect(messages(tie)).toEqual([
      'spec.currentVersion: versions "stable" and "twin" claim the same requests; "stable" takes precedence',
    ]);
  });
});

describe('several APIs', () => {
  const twin = (name: string): string => `
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: ${name}}
spec: {pathPrefix: /same, service: {name: app, port: {number: 80}}}
---
`;
  it('lets the first by name answer a path that two compose, and tells the other', () => {
    const rest = access('a', '{groups: [g], apiSelector: {}}') + gateway('gw', '[a]');
    for (const order of [twin('alpha') + twin('beta'), twin('beta') + twin('alpha')]) {
      const result = compile(SERVICE + order + rest, GATEWAY);
      expect(buildRouter(result.model).match(request({ url: 'gw.test/same' }))?.owner.name).toBe('alpha');
      expect(result.problems).toMatchObject([
        { code: 'path-conflict', severity: 'warning', name: 'beta', field: 'spec.pathPrefix' },
      ]);
    }
  });

  it('does not let a gateway with longer or more domains outrank another on a domain they share', () => {
    const rest =
      access('a', '{groups: [g], apis: [{name: alpha}]}') +
      access('b', '{groups: [g], apis: [{name: beta}]}') +
      gateway('gw', '[a]') +
      gateway('gx', '[b]');
    const result = compile(SERVICE + twin('alpha') + twin('beta') + rest, {
      'gateway/gw': ['shared.test'],
      'gateway/gx': ['a-much-longer-domain.test', 'shared.test'],
    });
    const router = buildRouter(result.model);
    expect(router.match(request({ url: 'shared.test/same' }))?.owner.name).toBe('alpha');
    expect(router.match(request({ url: 'a-much-longer-domain.test/same' }))?.owner.name).toBe('beta');
    expect(result.problems).toMatchObject([
      { code: 'path-conflict', name: 'beta', message: expect.stringContaining('https://shared.test/same') },
    ]);
  });

  it('prefers the longer composed path', () => {
    const result = compile(
      SERVICE +
        twin('outer') +
        twin('inner').replace('/same', '/same/inner') +
        access('a', '{groups: [g], apiSelector: {}}') +
        gateway('gw', '[a]'),
      GATEWAY,
    );
    const router = buildRouter(result.model);
    expect(router.match(request({ url: 'gw.test/same/inner/x' }))?.owner.name).toBe('inner');
    expect(router.match(request({ url: 'gw.test/same/innerx' }))?.owner.name).toBe('outer');
    expect(result.model.routes.map(({ rule }) => formatRule(rule))).toEqual([
      'Host(`gw.test`) && (Path(`/same/inner`) || PathPrefix(`/same/inner/`))',
      'Host(`gw.test`) && (Path(`/same`) || PathPrefix(`/same/`))',
    ]);
  });
});

it('carries limits, operation sets, filters, headers and CORS', () => {
  const result = compile(
    `${SERVICE}
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: full, labels: {module: crm}}
spec:
  pathPrefix: /full
  service:
    name: app
    port: {number: 80}
    openApiSpec: {path: /openapi.json, operationSets: [{name: read, matchers: [{pathPrefix: /items, methods: [GET]}, {pathRegex: "^/(", methods: [GET]}]}]}
  headers: {request: {set: {X-A: "1"}, delete: [X-B]}}
  cors: {allowOriginList: ["https://a.test"], maxAge: 60}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIRateLimit
metadata: {name: crm, annotations: {portolan.dev/on-store-failure: closed}}
spec: {limit: 2, period: 5s, strategy: distributed, groups: [crm-user], apiSelector: {matchLabels: {module: crm}}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIRateLimit
metadata: {name: fallback, annotations: {portolan.dev/on-store-failure: maybe}}
spec: {limit: 2000, period: 65s, anyGroups: true, apiSelector: {}}
---
${access('a', '{anyGroups: true, apis: [{name: full}], operationFilter: {include: [read]}}')}${gateway('gw', '[a]')}`,
    GATEWAY,
  );
  expect(guards(result)[0]?.api).toMatchObject({
    grants: [{ groups: 'any', operations: ['read'] }],
    limits: [
      {
        source: { name: 'crm' },
        groups: ['crm-user'],
        limit: 2,
        periodMs: 5000,
        strategy: 'distributed',
        onStoreFailure: 'closed',
      },
      { source: { name: 'fallback' }, groups: 'any', limit: 2000, periodMs: 65_000, strategy: 'local' },
    ],
    headers: { request: { set: { 'X-A': '1' }, delete: ['X-B'] }, response: { set: {}, delete: [] } },
    cors: { allowOrigins: ['https://a.test'], maxAgeSeconds: 60 },
  });
  expect(guards(result)[0]?.api.operationSets.get('read')).toEqual([
    { pathPrefix: '/items', methods: ['GET'] },
  ]);
  expect(messages(result)).toEqual([
    expect.stringContaining('operationSets[0].matchers[1].pathRegex: bad regular expression'),
    expect.stringContaining('portolan.dev/on-store-failure]: Unsupported value: "maybe"'),
  ]);
});
