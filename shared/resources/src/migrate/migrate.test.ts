import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Compiler } from '../compile/compiler.ts';
import { request } from '../compile/test-objects.ts';
import { decide } from '../decide/decide.ts';
import { buildRouter, type Router } from '../decide/router.ts';
import type { KubernetesObject } from '../kinds/object.ts';
import { loadManifests } from '../manifests/load.ts';
import type { Identity } from '../model/request.ts';
import { customDomainsOf } from './context.ts';
import { migrateToV3 } from './migrate.ts';
import { objectKey } from '../kinds/object.ts';

const AIRLINE = join(import.meta.dirname, '../../../../examples/airline');

const service = (name: string): string => `
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {ports: [{port: 80}]}
`;

const hub = (kind: string, name: string, spec: string, namespace = ''): string => `
---
apiVersion: hub.traefik.io/v1alpha1
kind: ${kind}
metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec: ${spec}
`;

/** Every feature of v2 that decides something. */
const SHOP =
  service('pets') +
  service('pets2') +
  service('orders') +
  hub(
    'API',
    'pets',
    '{pathPrefix: /pets, service: {name: pets, port: {number: 80}, openApiSpec: {path: /d.json, operationSets: [{name: read, matchers: [{methods: [GET]}]}]}, }, headers: {request: {set: {X-Api: pets}, delete: [X-Gone]}}}',
    'shop',
  ) +
  hub('API', 'orders', '{pathPrefix: /orders, currentVersion: v1}', 'shop') +
  hub(
    'APIVersion',
    'v1',
    '{apiName: orders, release: v1.0.0, service: {name: orders, port: {number: 80}}}',
    'shop',
  ) +
  hub(
    'APIVersion',
    'v2',
    '{apiName: orders, routes: [{pathPrefix: /v2}, {headers: {X-Version: "2"}, queryParams: {beta: "yes"}}], stripPathPrefix: true, service: {name: pets2, port: {number: 80}}}',
    'shop',
  ) +
  hub('APICollection', 'store', '{pathPrefix: /store, apis: [{name: pets, namespace: shop}]}') +
  hub(
    'APIAccess',
    'crew',
    '{groups: [crew], apis: [{name: pets, namespace: shop}, {name: orders, namespace: shop}]}',
  ) +
  hub(
    'APIAccess',
    'guests',
    '{anyGroups: true, apiCollections: [{name: store}], operationFilter: {include: [read]}}',
  ) +
  hub('APIRateLimit', 'slow', '{limit: 5, period: 1m, anyGroups: true, apiSelector: {}}') +
  hub(
    'APIRateLimit',
    'crew',
    '{limit: 50, period: 1m, groups: [crew], apis: [{name: pets, namespace: shop}]}',
  ) +
  hub('APIGateway', 'gw', '{apiAccesses: [crew, guests], customDomains: [api.shop.test, shop.test]}') +
  hub('EdgeIngress', 'raw', '{service: {name: pets, port: 80}, customDomains: [raw.test]}', 'shop') +
  hub('APIPortal', 'portal', '{title: Shop, apiGateway: gw, customDomains: [portal.test]}');

function objectsOf(yaml: string): KubernetesObject[] {
  const { objects, problems } = loadManifests(yaml, 'test.yaml', { namespace: 'default' });
  expect(problems).toEqual([]);
  return objects.map(({ object }) => object);
}

function routerOf(objects: readonly KubernetesObject[], generation: 'v2' | 'v3'): Router {
  const domains = new Map(
    objects
      .filter(({ kind }) => ['APIGateway', 'EdgeIngress', 'APIPortal'].includes(kind) && generation === 'v2')
      .map((object) => {
        const custom = customDomainsOf(object);
        const generated = custom.length === 0 ? `${object.metadata.name}.edge.invalid` : null;
        return [objectKey(object), { generated, custom }];
      }),
  );
  const { model } = new Compiler({ generation }).update({
    upserts: objects.map((object) => ({ object, origin: { kind: 'cluster' } })),
    context: { domains, apiAuth: { kind: 'apiKey', source: {} } },
  });
  return buildRouter(model);
}

const user = (...groups: string[]): Identity => ({ kind: 'user', userId: 'u', email: 'u@test', groups });
const CALLERS = [null, user(), user('crew'), user('support'), user('crew', 'support')];

/** Every combination that could be decided differently. */
function* questions(hosts: readonly string[], paths: readonly string[]) {
  for (const host of hosts)
    for (const path of paths)
      for (const method of ['GET', 'POST'])
        for (const headers of [{}, { 'x-version': '2', 'x-tickets-version': '2' }])
          for (const query of ['', '?beta=yes'])
            for (const identity of CALLERS)
              yield { request: request({ method, url: `${host}${path}${query}`, headers }), identity };
}

/** What a caller notices: the status, where it goes and under which path, and the limit that counts it. */
function outcome(
  router: Router,
  question: { request: ReturnType<typeof request>; identity: Identity | null },
) {
  const { status, target, operation, limit } = decide(router, question.request, question.identity);
  return { status, target, path: operation?.path, limit: limit && [limit.limit, limit.periodMs] };
}

describe('a migration from v2 to v3', () => {
  const shopPaths = [
    '/pets',
    '/pets/1',
    '/petsx',
    '/store/pets',
    '/store/pets/1',
    '/orders',
    '/orders/1',
    '/orders/v2',
    '/orders/v2/1',
    '/other',
    '/',
  ];
  const airline = readdirSync(AIRLINE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n---\n');
  const airlinePaths = [
    '/flights',
    '/flights/PO101',
    '/employees',
    '/tickets',
    '/passengers/tickets',
    '/passengers/tickets/1',
    '/passengers/tickets/v2',
    '/passengers/customers/7',
    '/',
  ];

  it.each([
    ['a shop', SHOP, ['api.shop.test', 'shop.test', 'raw.test', 'unknown.test'], shopPaths],
    [
      'the airline',
      airline,
      ['airline.edge.invalid', 'ops.airline.localhost', 'duty.airline.localhost', 'status.edge.invalid'],
      airlinePaths,
    ],
  ])('decides every request of %s as before', (_name, yaml, hosts, paths) => {
    const before = objectsOf(yaml);
    const { objects } = migrateToV3(before);
    const [was, is] = [routerOf(before, 'v2'), routerOf(objects, 'v3')];
    const statuses = new Set<number>();
    for (const question of questions(hosts, paths)) {
      const expected = outcome(was, question);
      statuses.add(expected.status);
      const { method, host, path, query } = question.request;
      expect([method, host, path, query, question.identity?.groups, outcome(is, question)]).toEqual([
        method,
        host,
        path,
        query,
        question.identity?.groups,
        expected,
      ]);
    }
    expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 401, 403, 404]);
  });

  it('writes valid manifests, and says what cannot be kept', () => {
    const { objects, notes } = migrateToV3(objectsOf(SHOP));
    const { problems } = new Compiler({ generation: 'v3' }).update({
      upserts: objects.map((object) => ({ object, origin: { kind: 'cluster' } })),
    });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(
      new Set([
        'Service',
        'API',
        'APIVersion',
        'APIAccess',
        'APIRateLimit',
        'APIPortal',
        'IngressRoute',
        'Middleware',
      ]),
    );
    expect(notes.map(({ kind, name, message }) => `${kind} ${name}: ${message}`)).toEqual([
      expect.stringMatching(/^API pets: is granted to different callers/),
      expect.stringMatching(/^API orders: v3 has no current version/),
      expect.stringMatching(/^APIVersion v2: v3 requires a release/),
      expect.stringMatching(/^EdgeIngress raw: its generated host/),
    ]);
  });
});
