import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Generation } from '../kinds/registry.ts';
import { loadValues } from '../manifests/load.ts';
import {
  importConfiguration,
  secretObject,
  type ImportedProduct,
  type ImportResult,
} from './import-configuration.ts';

/** Imports a configuration in YAML. */
function importText(product: ImportedProduct, text: string, generation: Generation = 'v3'): ImportResult {
  const { values, problems } = loadValues(text, 'source.yaml');
  expect(problems).toEqual([]);
  const documents = values.map(({ value, origin }) => ({ value, file: origin.file }));
  return importConfiguration(documents, { product, generation, namespace: 'shop' });
}

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'testing', `${name}.yaml`), 'utf8');

const FIXTURES: readonly (readonly [ImportedProduct, string])[] = [
  ['kong', 'kong'],
  ['tyk', 'tyk'],
  ['apisix', 'apisix'],
  ['traefik', 'traefik'],
  ['traefik', 'traefik-objects'],
];

const lossesOf = ({ losses }: ImportResult) => losses.map(({ effect, path }) => `${effect} ${path}`);
const kindsOf = ({ objects }: ImportResult, kind: string) => objects.filter((object) => object.kind === kind);

describe('an imported configuration', () => {
  it.each(
    FIXTURES.flatMap(([product, name]) => (['v3', 'v2'] as const).map((g) => [product, name, g] as const)),
  )('of %s (%s) compiles without a problem in generation %s', (product, name, generation) => {
    const result = importText(product, fixture(name), generation);
    expect(result.problems).toEqual([]);
    expect(kindsOf(result, 'IngressRoute').length).toBeGreaterThan(0);
  });

  it.each(FIXTURES)('of %s (%s) is the same each time', (product, name) => {
    expect(importText(product, fixture(name))).toEqual(importText(product, fixture(name)));
  });

  it.each([
    [
      'kong',
      [
        'ignored plugins[0]',
        'changed services[1].plugins[2].config.replace.headers',
        'changed services[1].plugins[3].config.add.headers',
        'changed services[3].routes[0].plugins[1].config',
      ],
    ],
    ['apisix', ['changed routes[1].plugins.limit-req', 'ignored routes[1].plugins.prometheus']],
    [
      'tyk',
      [
        'changed [3]',
        'changed [2].global_rate_limit',
        'changed [1].x-tyk-api-gateway.upstream.rateLimit',
        'changed [1]',
      ],
    ],
    ['traefik', []],
  ] as const)('of %s names what is lost, and nothing else', (product, expected) => {
    expect(lossesOf(importText(product, fixture(product)))).toEqual(expected);
  });

  it('holds no secret of the source', () => {
    for (const [product, name] of FIXTURES) {
      const text = JSON.stringify(importText(product, fixture(name)).objects);
      for (const secret of ['alice-key', 'bob-key', 'carol-key', 'builder', 'not-a-secret', '9SMYoF5R'])
        expect(text).not.toContain(secret);
    }
  });

  it('has its secrets beside it, for the references in it', () => {
    const { secrets, objects } = importText('kong', fixture('kong'));
    expect(secrets.map(secretObject).map(({ metadata, stringData }) => [metadata.name, stringData])).toEqual([
      ['console-users', { users: 'bob:{SHA}9SMYoF5RilWWASry7TjeaKwmpGg=' }],
      ['carol-issuer-jwt', { secret: 'not-a-secret-but-long-enough-for-hs256' }],
    ]);
    for (const { name } of secrets) expect(JSON.stringify(objects)).toContain(name);
  });

  it('refers to a Secret where the source only says where the key is', () => {
    const result = importText(
      'kong',
      kong(
        'paths: [/a], plugins: [{name: key-auth}]',
        'consumers: [{username: a, keyauth_credentials: [{key: "{vault://env/key}"}]}]',
      ),
    );
    expect(result.secrets).toMatchObject([{ name: 'a-key', data: { value: null } }]);
  });
});

/** A configuration of Kong with one route. */
function kong(route: string, more = ''): string {
  return `_format_version: "3.0"\nservices: [{name: s, url: "http://s.internal", routes: [{name: r, ${route}}]}]\n${more}\n`;
}

describe('a route that would let more requests through', () => {
  it.each([
    ['a plugin that is not known', 'paths: [/], plugins: [{name: my-auth, config: {}}]'],
    ['a plugin that authenticates in another way', 'paths: [/], plugins: [{name: hmac-auth}]'],
    ['acl alone', 'paths: [/], plugins: [{name: acl, config: {allow: [a]}}]'],
    ['two plugins that authenticate', 'paths: [/], plugins: [{name: key-auth}, {name: basic-auth}]'],
    ['tokens of no consumer', 'paths: [/], plugins: [{name: jwt}]'],
    ['a condition on TLS', 'paths: [/], snis: [a.example.com]'],
    ['an expression', 'expression: http.path == "/"'],
    ['a look-ahead', "paths: ['~/(?=a)']"],
    ['a protocol of streams', 'protocols: [tcp], paths: [/]'],
  ])('of Kong is left out: %s', (_name, route) => {
    const result = importText('kong', kong(route));
    expect(kindsOf(result, 'IngressRoute')).toEqual([]);
    expect(result.losses.some(({ effect }) => effect === 'withheld')).toBe(true);
  });

  it('of Kong leaves out the credentials of a consumer that a plugin restricts', () => {
    const consumers =
      'consumers: [{username: a, keyauth_credentials: [{key: k}], plugins: [{name: ip-restriction, config: {allow: [10.0.0.1]}}]}]';
    const result = importText('kong', kong('paths: [/], plugins: [{name: key-auth}]', consumers));
    expect(kindsOf(result, 'ManagedApplication')).toEqual([]);
    expect(lossesOf(result)).toContain('withheld consumers[0].plugins[0]');
  });

  it.each([
    ['a condition', 'vars: [["arg_a", "==", "b"]]'],
    ['a plugin that is not known', 'plugins: {opa: {host: "http://opa"}}'],
    ['a way to authenticate that is not known', 'plugins: {ldap-auth: {}}'],
    ['an unknown service', 'service_id: missing'],
  ])('of APISIX is left out: %s', (_name, more) => {
    const result = importText(
      'apisix',
      `routes: [{id: r, uri: /*, upstream: {nodes: {"a.internal:80": 1}}, ${more}}]`,
    );
    expect(kindsOf(result, 'IngressRoute')).toEqual([]);
    expect(result.losses.some(({ effect }) => effect === 'withheld')).toBe(true);
  });

  it.each([
    ['OAuth', 'use_oauth2: true'],
    [
      'a list of allowed paths',
      'use_keyless: true, version_data: {not_versioned: true, versions: {D: {extended_paths: {white_list: [{path: /a}]}}}}',
    ],
    [
      'tokens with policies',
      'enable_jwt: true, jwt_source: "https://idp.example.com/keys", jwt_policy_field_name: pol',
    ],
  ])('of Tyk is left out: %s', (_name, more) => {
    const text = `{api_id: a, name: A, active: true, proxy: {listen_path: /a, target_url: "http://a.internal"}, ${more}}`;
    const result = importText('tyk', text);
    expect(kindsOf(result, 'IngressRoute')).toEqual([]);
    expect(result.losses.some(({ effect }) => effect === 'withheld')).toBe(true);
  });

  it.each([
    ['a middleware that is not there', 'middlewares: [gone], service: s'],
    ['a middleware of another provider', 'middlewares: [auth@docker], service: s'],
    ['digest authentication', 'middlewares: [digest], service: s'],
    ['a plugin', 'middlewares: [plugin], service: s'],
  ])('of Traefik is left out: %s', (_name, router) => {
    const result = importText(
      'traefik',
      `http: {routers: {r: {rule: "PathPrefix(\`/\`)", ${router}}}, services: {s: {loadBalancer: {servers: [{url: "http://s.internal"}]}}}, middlewares: {digest: {digestAuth: {users: [a]}}, plugin: {plugin: {x: {}}}}}`,
    );
    expect(kindsOf(result, 'IngressRoute')).toEqual([]);
    expect(lossesOf(result)).toContain('withheld http.routers.r');
  });
});

it('names fields that no importer knows', () => {
  const { losses } = importText('kong', kong('paths: [/a], future_field: 1'));
  expect(losses).toMatchObject([{ effect: 'ignored', path: 'services[0].routes[0].future_field' }]);
});

it.each([
  '[]',
  'null',
  '{}',
  '[1, a]',
  '{services: 1, routes: [1], plugins: {a: b}, http: [], consumers: [[]]}',
])('imports nothing from %s, whatever the product', (text) => {
  for (const product of ['kong', 'tyk', 'apisix', 'traefik'] as const)
    expect(importText(product, text).objects).toEqual([]);
});
