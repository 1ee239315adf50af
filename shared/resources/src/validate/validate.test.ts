import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../kinds/object.ts';
import { listKinds, type Generation } from '../kinds/registry.ts';
import { validateObject } from './validate.ts';

const hub = 'hub.traefik.io/v1alpha1';
const api = (spec: unknown, more: object = {}): KubernetesObject => ({
  apiVersion: hub,
  kind: 'API',
  metadata: { name: 'a', namespace: 'n' },
  spec,
  ...more,
});

describe('the object validation gives back', () => {
  test('has no unknown fields, and the original is untouched', () => {
    const service = { name: 's', port: { number: 80, extra: 1 } };
    const original = api(
      { pathPrefix: '/a', service, typo: true, headers: { request: { set: { Any: 'key' } } } },
      { more: 1 },
    );
    const before = structuredClone(original);
    expect(validateObject(original).object).toEqual(
      api({
        pathPrefix: '/a',
        service: { name: 's', port: { number: 80 } },
        headers: { request: { set: { Any: 'key' } } },
      }),
    );
    expect(original).toEqual(before);
  });

  test('has defaults, also in place of a null', () => {
    const policy = (oidc: object, oAuthIntro: object): KubernetesObject => ({
      apiVersion: hub,
      kind: 'AccessControlPolicy',
      metadata: { name: 'p' },
      spec: { oidc, oAuthIntro },
    });
    const given = policy({ session: { refresh: null } }, { clientConfig: { url: 'u' }, tokenSource: {} });
    expect(validateObject(given)).toEqual({
      valid: true,
      errors: [],
      unknownFields: [],
      object: policy(
        { session: { refresh: true } },
        { clientConfig: { url: 'u', maxRetries: 3, timeoutSeconds: 5 }, tokenSource: {} },
      ),
    });
  });

  test('keeps the metadata', () => {
    const metadata = { name: 'a', namespace: 'n', labels: { a: 'b' }, uid: 'u', managedFields: [{ x: 1 }] };
    expect(validateObject({ ...api({}), metadata }).object.metadata).toEqual(metadata);
  });
});

test('all errors of an object are reported at once', () => {
  const object = {
    ...api({ pathPrefix: 'a', currentVersion: 'v', service: { port: {} } }),
    metadata: { name: 'A' },
  };
  expect(validateObject(object).errors.map(({ field }) => field)).toEqual([
    'metadata.name',
    'metadata.namespace',
    'spec.service.name',
    'spec',
    'spec.pathPrefix',
    'spec.service.port',
  ]);
});

test('rules that would see a value of a wrong type are not run, the others are', () => {
  const spec = { pathPrefix: 7, currentVersion: 'v', service: { name: 's', port: {} } };
  expect(validateObject(api(spec)).errors).toEqual([
    {
      field: 'spec.pathPrefix',
      message: 'Invalid value: "integer": spec.pathPrefix in body must be of type string: "integer"',
    },
    { field: 'spec.service.port', message: 'Invalid value: name or number must be defined' },
  ]);
});

test('a kind that is not known is an error with a remedy', () => {
  expect(validateObject({ ...api({}), kind: 'Api' }).errors).toEqual([
    { field: 'kind', message: 'no kind "Api" in version "hub.traefik.io/v1alpha1"; did you mean API?' },
  ]);
});

describe.each(['v2', 'v3'] as const)(
  'on any content of any kind of generation %s',
  (generation: Generation) => {
    const kinds = listKinds(generation);
    const names = new Set<string>(['name', 'spec', 'a']);
    const collect = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key === 'properties' && typeof value === 'object')
          for (const name of Object.keys(value ?? {})) names.add(name);
        collect(value);
      }
    };
    for (const { crd } of kinds) collect(crd);
    // Names the schemas know make the generated values reach deep into them.
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<unknown>(
          null,
          true,
          0,
          -1,
          1.5,
          '',
          '/a',
          '1s',
          'https://a.example',
          'local',
          '\u0000',
        ),
        fc.string(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor', 'toString'), tie('value'), {
          maxKeys: 6,
        }),
      ),
    })).value;
    const object = fc.tuple(fc.constantFrom(...kinds), json, json).map(([info, spec, metadata]) => ({
      apiVersion: `${info.group === '' ? '' : `${info.group}/`}${info.versions[0]}`,
      kind: info.kind,
      metadata,
      spec,
    })) as fc.Arbitrary<unknown> as fc.Arbitrary<KubernetesObject>;

    test('never throws, and prunes and defaults once and for all', () => {
      fc.assert(
        fc.property(object, (given) => {
          const first = validateObject(given, { generation });
          expect(first.valid).toBe(first.errors.length === 0);
          const second = validateObject(first.object, { generation });
          expect(second.object).toEqual(first.object);
          expect(second.errors.filter(({ field }) => !field.startsWith('metadata'))).toEqual(
            first.errors.filter(({ field }) => !field.startsWith('metadata')),
          );
        }),
        { numRuns: 1_500 },
      );
    });
  },
);
