import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { checkObjects } from '../check/check.ts';
import { decide } from '../decide/decide.ts';
import { buildRouter } from '../decide/router.ts';
import { redact } from '../kinds/redact.ts';
import { isRecord, type KubernetesObject } from '../kinds/object.ts';
import type { Origin } from '../kinds/origin.ts';
import { formatYaml } from '../manifests/format-yaml.ts';
import { loadManifests } from '../manifests/load.ts';
import { objectOf } from '../validate/rows/row.ts';
import { v2Valid } from '../validate/rows/v2-rows.ts';
import { Compiler } from './compiler.ts';
import { context, request } from './test-objects.ts';

const own = Object.values(v2Valid)
  .flat()
  .map(([kind, spec]) => objectOf(kind, spec, 'v2'));
const others = [
  'apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {ingressClassName: portolan, tls: [{hosts: [a.test], secretName: s}], rules: [{host: a.test, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}}]}',
  'apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nspec: {routes: [{kind: Rule, match: "Host(`b.test`) && PathPrefix(`/x`)", middlewares: [{name: m}], services: [{name: s, port: 80, weight: 1}]}], tls: {secretName: s, options: {name: o}}}',
  'apiVersion: traefik.io/v1alpha1\nkind: Middleware\nspec: {headers: {customRequestHeaders: {A: b}}}',
  'apiVersion: traefik.io/v1alpha1\nkind: Middleware\nspec: {rateLimit: {average: 1, period: 1s, sourceCriterion: {ipStrategy: {depth: 1}}}}',
  'apiVersion: traefik.io/v1alpha1\nkind: Middleware\nspec: {forwardAuth: {address: "http://auth/", authResponseHeadersRegex: "^X-"}}',
  'apiVersion: traefik.io/v1alpha1\nkind: TraefikService\nspec: {weighted: {services: [{name: s, port: 80, weight: 1}]}}',
  'apiVersion: traefik.io/v1alpha1\nkind: TLSOption\nspec: {minVersion: VersionTLS12, clientAuth: {clientAuthType: NoClientCert}}',
  'apiVersion: traefik.io/v1alpha1\nkind: ServersTransport\nspec: {serverName: a, forwardingTimeouts: {dialTimeout: 42s}}',
  'apiVersion: v1\nkind: Service\nspec: {type: ExternalName, externalName: up.test, ports: [{port: 80}]}',
  'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\naddressType: IPv4\nendpoints: [{addresses: [10.0.0.1]}]\nports: [{port: 80}]',
  'apiVersion: v1\nkind: Secret\ndata: {users: YTpi}\nstringData: {tls.crt: x}',
].map((text): KubernetesObject => {
  const value = load(text) as KubernetesObject;
  return {
    ...value,
    metadata: { name: 'thing', namespace: 'shop', labels: { 'kubernetes.io/service-name': 's' } },
  };
});

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    Infinity,
    2 ** 53,
    '',
    ' ',
    '/',
    '//',
    '/%',
    '*',
    '`',
    '(',
    '\u0000',
    'http://',
  ),
  fc.constantFrom<unknown>(
    [],
    {},
    [[]],
    { constructor: 1 },
    '{a',
    '__proto__',
    'x'.repeat(5_000),
    '127.0.0.1',
    '::1',
    'constructor',
    'constructor(`a`)',
  ),
  fc.string(),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Replaces, removes or adds something at a random place. */
function mutate(value: unknown, path: readonly number[], replacement: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    const index = step % (value.length + 1);
    return [...value.slice(0, index), mutate(value[index], rest, replacement), ...value.slice(index + 1)];
  }
  if (!isRecord(value)) return replacement;
  const names = [...Object.keys(value), 'added', 'constructor', '__proto__'];
  const name = names[step % names.length] ?? 'added';
  return Object.fromEntries([...Object.entries(value), [name, mutate(value[name], rest, replacement)]]);
}

const mutated = fc
  .tuple(
    fc.constantFrom(...own, ...others),
    fc.array(fc.tuple(fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }), hostile), { maxLength: 3 }),
  )
  .map(([object, changes]) => {
    const { apiVersion, kind, metadata, ...content } = object;
    let changed: unknown = content;
    for (const [path, replacement] of changes) changed = mutate(changed, path, replacement);
    return { ...(isRecord(changed) ? changed : {}), apiVersion, kind, metadata };
  });

const origins: readonly Origin[] = [
  { kind: 'file', file: 'a.yaml', line: 1 },
  { kind: 'cluster' },
  { kind: 'platform' },
];

test('names that every object has are nothing special', () => {
  const made = (kind: string, spec: object): KubernetesObject => ({
    apiVersion: 'traefik.io/v1alpha1',
    kind,
    metadata: { name: 'thing', namespace: 'shop' },
    spec,
  });
  const codes = (object: KubernetesObject) =>
    new Compiler({ generation: 'v2' })
      .update({ upserts: [{ object, origin: { kind: 'cluster' } }] })
      .problems.map(({ code }) => code);
  expect(codes(made('Middleware', { constructor: {} }))).toContain('middleware-not-usable');
  expect(codes(made('TLSOption', { minVersion: 'constructor' }))).toEqual(['invalid']);
  expect(codes(made('IngressRoute', { routes: [{ match: 'constructor(`a`)', services: [] }] }))).toEqual([
    'bad-rule',
  ]);
});

test('whatever objects hold, each gives a model or problems, and none affects the others', () => {
  const compiler = new Compiler({ generation: 'v2' });
  fc.assert(
    fc.property(
      fc.array(mutated, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...origins),
      (objects, origin) => {
        const upserts = objects.map((object) => ({ object, origin }));
        const { model, problems } = compiler.update({
          upserts,
          context: context({ 'gateway/thing': ['gw.test'] }),
        });
        expect(problems.filter(({ code }) => code === 'not-compiled')).toEqual([]);
        for (const url of ['gw.test/a', 'a.test/', 'b.test/x'])
          expect(
            decide(buildRouter(model), request({ url }), null, { explain: true }).status,
          ).toBeGreaterThan(0);
        for (const { object } of upserts) redact(object);
        expect(checkObjects(upserts)).toBeInstanceOf(Array);
        const written = objects.map((object) => formatYaml(object)).join('---\n');
        expect(
          loadManifests(written, 'a.yaml').problems.filter(({ code }) => code.startsWith('manifest-')),
        ).toEqual([]);
      },
    ),
    { numRuns: 1_500 },
  );
}, 60_000);
