import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Router } from '../decide/router.ts';
import { type KubernetesObject, objectKey } from '../kinds/object.ts';
import type { SourcedObject } from '../manifests/load.ts';
import type { Model } from '../model/model.ts';
import { type CompileContext, Compiler } from './compiler.ts';
import { context, request } from './test-objects.ts';

const HUB = 'hub.traefik.io/v1alpha1';
const TRAEFIK = 'traefik.io/v1alpha1';

const name = fc.constantFrom('a', 'b', 'c');
const labels = fc.record({ area: fc.constantFrom('x', 'y') }, { requiredKeys: [] });
const selector = fc.oneof(
  fc.constant({}),
  fc.constantFrom('x', 'y').map((area) => ({ matchLabels: { area } })),
  fc.constant({ matchExpressions: [{ key: 'area', operator: 'Exists' }] }),
  fc.constant({ matchExpressions: [{ key: 'area', operator: 'DoesNotExist' }] }),
);
const groups = fc.subarray(['g', 'h']);
const port = { number: 80 };

function of(
  apiVersion: string,
  kind: string,
  spec: fc.Arbitrary<unknown>,
  namespace: string | null = 'default',
): fc.Arbitrary<KubernetesObject> {
  return fc.record({ name, labels, spec }).map((made) => ({
    apiVersion,
    kind,
    metadata: { name: made.name, labels: made.labels, ...(namespace === null ? {} : { namespace }) },
    spec: made.spec,
  }));
}

const optional = <T>(arbitrary: fc.Arbitrary<T>, key: string): fc.Arbitrary<Record<string, T>> =>
  fc.option(arbitrary).map((value): Record<string, T> => (value === null ? {} : { [key]: value }));
const merged = (...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc.tuple(...parts).map((all) => Object.assign({}, ...all) as object);
const apis = fc.uniqueArray(name, { maxLength: 2 }).map((names) => names.map((each) => ({ name: each })));

const object: fc.Arbitrary<KubernetesObject> = fc.oneof(
  of(
    HUB,
    'API',
    fc.oneof(
      name.map((prefix) => ({ pathPrefix: `/${prefix}`, service: { name: 'a', port } })),
      fc.record({ pathPrefix: name.map((prefix) => `/${prefix}`), currentVersion: name }),
    ),
  ),
  of(
    HUB,
    'APIVersion',
    fc.record({
      apiName: name,
      service: fc.constant({ name: 'a', port }),
      routes: fc.array(fc.record({ pathPrefix: name.map((prefix) => `/${prefix}`) }, { requiredKeys: [] }), {
        maxLength: 2,
      }),
    }),
  ),
  of(
    HUB,
    'APICollection',
    merged(
      optional(selector, 'apiSelector'),
      optional(apis, 'apis'),
      optional(
        name.map((prefix) => `/${prefix}`),
        'pathPrefix',
      ),
    ),
    null,
  ),
  of(
    HUB,
    'APIAccess',
    merged(
      groups.map((list) => ({ groups: list })),
      optional(selector, 'apiSelector'),
      optional(apis, 'apis'),
      optional(selector, 'apiCollectionSelector'),
    ),
    null,
  ),
  of(
    HUB,
    'APIGateway',
    fc.subarray(['a', 'b', 'c']).map((apiAccesses) => ({ apiAccesses })),
    null,
  ),
  of(
    HUB,
    'APIRateLimit',
    merged(
      fc.record({ limit: fc.integer({ min: 1, max: 9 }), groups }),
      optional(selector, 'apiSelector'),
      optional(apis, 'apis'),
    ),
    null,
  ),
  of(
    HUB,
    'AccessControlPolicy',
    fc.constantFrom(
      { jwt: { signingSecret: 's' } },
      {},
      { oidc: { issuer: 'https://i.test', clientId: 'c', secret: { name: 'a', namespace: 'default' } } },
    ),
    null,
  ),
  of(
    HUB,
    'EdgeIngress',
    merged(
      fc.constant({ service: { name: 'a', port: 80 } }),
      optional(
        name.map((acp) => ({ name: acp })),
        'acp',
      ),
    ),
  ),
  of(
    'v1',
    'Service',
    fc.constantFrom(
      { ports: [{ port: 80 }] },
      { ports: [{ port: 81 }] },
      { type: 'ExternalName', externalName: 'e.test' },
    ),
  ),
  of('v1', 'Secret', fc.constant(null)).map(({ spec: _spec, ...rest }) => ({
    ...rest,
    stringData: { clientSecret: 's', users: 'u:h' },
  })),
  of(
    TRAEFIK,
    'Middleware',
    fc.oneof(
      fc.constantFrom(
        { addPrefix: { prefix: '/p' } },
        { digestAuth: { secret: 'a' } },
        { basicAuth: { secret: 'a' } },
      ),
      name.map((next) => ({ chain: { middlewares: [{ name: next }] } })),
    ),
  ),
  of(
    TRAEFIK,
    'TraefikService',
    name.chain((next) =>
      fc.constantFrom(
        {
          weighted: {
            services: [
              { name: next, kind: 'TraefikService' },
              { name: 'a', port: 80 },
            ],
          },
        },
        { weighted: { services: [{ name: next, port: 80 }] } },
      ),
    ),
  ),
  of(
    TRAEFIK,
    'IngressRoute',
    fc
      .record({ host: name, middleware: fc.option(name), service: name, isTraefik: fc.boolean() })
      .map((made) => ({
        routes: [
          {
            match: `Host(\`${made.host}.test\`)`,
            services: [
              made.isTraefik
                ? { name: made.service, kind: 'TraefikService' }
                : { name: made.service, port: 80 },
            ],
            middlewares: made.middleware === null ? [] : [{ name: made.middleware }],
          },
        ],
      })),
  ),
  of(
    'networking.k8s.io/v1',
    'Ingress',
    merged(
      name.map((host) => ({
        rules: [
          {
            host: `${host}.test`,
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port } } }] },
          },
        ],
      })),
      optional(name, 'ingressClassName'),
    ),
  ),
  of(
    'networking.k8s.io/v1',
    'IngressClass',
    fc.constantFrom('traefik.io/ingress-controller', 'other').map((controller) => ({ controller })),
    null,
  ).map((made) => ({
    ...made,
    metadata: {
      ...made.metadata,
      annotations: {
        'ingressclass.kubernetes.io/is-default-class': String(made.metadata.labels?.['area'] === 'x'),
      },
    },
  })),
);

/** Dense enough that most changes meet something that depends on them. */
const world = fc.uniqueArray(object, { selector: objectKey, minLength: 35, maxLength: 50, size: 'max' });

type Step =
  | { readonly upsert: KubernetesObject }
  | { readonly remove: number }
  | { readonly domains: Record<string, string[]> };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: object.map((upsert) => ({ upsert })) },
  { weight: 3, arbitrary: fc.nat().map((remove) => ({ remove })) },
  {
    weight: 1,
    arbitrary: fc.subarray(['gateway/a', 'gateway/b', 'edge/default/a']).map((keys) => ({
      domains: Object.fromEntries(
        keys.map((key) => [key, [`${key.replaceAll('/', '-')}.test`, 'shared.test']]),
      ),
    })),
  },
);

const sourced = (found: KubernetesObject): SourcedObject => ({
  object: found,
  origin: { kind: 'file', file: 'f', line: 1 },
});

/** Maps and all, in a form that compares deeply. */
function plain(model: Model): unknown {
  return {
    ...model,
    services: Object.fromEntries(model.services),
    certificates: [...model.certificates],
    tlsOptions: [...model.tlsOptions],
  };
}

function probe(router: Router): unknown[] {
  return ['gateway-a.test', 'shared.test', 'a.test', 'b.test'].flatMap((host) =>
    ['/', '/a', '/a/b', '/b/a/c', '/c'].map((path) => router.match(request({ url: `${host}${path}` }))?.id),
  );
}

it('gives after any changes what compiling everything anew gives, and so does the router', () => {
  fc.assert(
    fc.property(world, fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }), (start, steps) => {
      const live = new Map(start.map((each) => [objectKey(each), each]));
      const compiler = new Compiler({ generation: 'v2' });
      let current: CompileContext = context({ 'gateway/a': ['gateway-a.test'] });
      let result = compiler.update({ upserts: start.map(sourced), context: current });
      const router = new Router(result.model);
      for (const change of steps) {
        if ('upsert' in change) {
          live.set(objectKey(change.upsert), change.upsert);
          result = compiler.update({ upserts: [sourced(change.upsert)] });
        } else if ('remove' in change) {
          const key = [...live.keys()][change.remove % Math.max(1, live.size)];
          if (key !== undefined) live.delete(key);
          result = compiler.update({ deletes: key === undefined ? [] : [key] });
        } else {
          current = context(change.domains);
          result = compiler.update({ context: current });
        }
        router.update(result.model);
      }
      const anew = new Compiler({ generation: 'v2' }).update({
        upserts: [...live.values()].map(sourced),
        context: current,
      });
      expect(plain(result.model)).toEqual(plain(anew.model));
      expect(probe(router)).toEqual(probe(new Router(anew.model)));
    }),
    { numRuns: 200 },
  );
});

it('does not depend on the order objects arrive in', () => {
  fc.assert(
    fc.property(world, (all) => {
      const domains = context({
        'gateway/a': ['gateway-a.test', 'shared.test'],
        'gateway/b': ['shared.test'],
        'edge/default/a': ['edge.test'],
      });
      const forwards = new Compiler({ generation: 'v2' }).update({
        upserts: all.map(sourced),
        context: domains,
      });
      const backwards = new Compiler({ generation: 'v2' }).update({
        upserts: all.toReversed().map(sourced),
        context: domains,
      });
      expect(plain(forwards.model)).toEqual(plain(backwards.model));
    }),
    { numRuns: 100 },
  );
});
