import * as fc from 'fast-check';
import { HUB_GROUP, listKinds, type Generation } from '@portolan/resources/kinds/registry';
import type { KindInfo } from '@portolan/resources/kinds/kind-info';
import type { Schema } from '@portolan/resources/crds/custom-resource-definition';
import { numbersFor, stringsFor, wild } from './generate-scalars.ts';

/** Objects of a generation's own kinds, most of them wrong in a few ways; the same ones for the same seed. */
export function generateObjects(generation: Generation, count: number, seed: number): readonly unknown[] {
  const kinds = listKinds(generation).filter(({ crd }) => crd !== undefined);
  return fc.sample(fc.oneof(...kinds.map(objectOf)), { numRuns: count, seed });
}

function objectOf({ kind, scope, crd }: KindInfo): fc.Arbitrary<unknown> {
  const { properties = {} } = crd?.spec.versions[0].schema.openAPIV3Schema ?? {};
  const { spec, status } = properties;
  return fc
    .record(
      {
        apiVersion: fc.constant(`${HUB_GROUP}/v1alpha1`),
        kind: fc.constant(kind),
        metadata: metadataOf(scope),
        spec: valueOf(spec ?? {}, 0),
        status: valueOf(status ?? {}, 0),
        extra: wild,
      },
      { requiredKeys: ['apiVersion', 'kind', 'metadata'] },
    )
    .map((object) => (fullOdds(object) ? object : without(object, ['status', 'extra'])));
}

// Most objects have a spec and neither a status nor a field nobody knows.
function fullOdds(object: Readonly<Record<string, unknown>>): boolean {
  return JSON.stringify(object).length % 5 === 0;
}

function without(object: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function metadataOf(scope: 'Cluster' | 'Namespaced'): fc.Arbitrary<unknown> {
  const namespace = scope === 'Cluster' ? {} : { namespace: 'shop' };
  const usual = fc.constant({ name: 'thing', ...namespace });
  const text = fc.oneof({ weight: 6, arbitrary: names }, { weight: 1, arbitrary: wild });
  const map = fc.oneof(
    { weight: 6, arbitrary: fc.dictionary(names, names, { maxKeys: 3 }) },
    { weight: 1, arbitrary: wild },
  );
  const odd = fc.record(
    { name: text, namespace: text, labels: map, annotations: map, more: wild, finalizers: fc.array(names) },
    { requiredKeys: ['name'] },
  );
  return fc.oneof({ weight: 12, arbitrary: usual }, { weight: 2, arbitrary: odd });
}

const names = fc.constantFrom(
  'a',
  'a-b',
  'A',
  'a.b',
  '-a',
  'a_b',
  '',
  'ü',
  'x/y',
  'example.com/name',
  '/y',
  'x/',
  'a/b/c',
  'x'.repeat(63),
  'x'.repeat(64),
  'x'.repeat(254),
);

function valueOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 40, arbitrary: rightType(schema, depth) }, { weight: 1, arbitrary: wild });
}

function rightType(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'object':
      return objectValue(schema, depth);
    case 'array':
      return arrayValue(schema, depth);
    case 'string':
      return stringsFor(schema);
    case 'integer':
    case 'number':
      return numbersFor(schema);
    case 'boolean':
      return fc.boolean();
    default:
      return wild;
  }
}

function objectValue(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  if (typeof additionalProperties === 'object') {
    const keys = fc.constantFrom('a', 'x-y', 'a.b', '', 'ü', '__proto__', 'constructor', 'namespace');
    return fc.dictionary(keys, valueOf(additionalProperties, depth + 1), { maxKeys: 3 });
  }
  const members = Object.entries(properties).map(([name, property]) => {
    const isRequired = required.includes(name);
    const value = valueOf(property, depth + 1).map((inner) => ({ [name]: inner }));
    const present = isRequired ? 15 : depth === 0 ? 3 : 1;
    return fc.oneof(
      { weight: present, arbitrary: value },
      { weight: isRequired ? 1 : 2, arbitrary: fc.constant({}) },
    );
  });
  const unknown = fc.oneof(
    { weight: 30, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: wild.map((value) => ({ nobodyKnows: value })) },
  );
  return fc.tuple(...members, unknown).map((parts) => Object.fromEntries(parts.flatMap(Object.entries)));
}

function arrayValue(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const { items = {}, maxItems } = schema;
  const item = valueOf(items, depth + 1);
  const few = fc.array(item, { maxLength: 3 });
  const repeated = fc
    .tuple(few, fc.nat(2))
    .map(([list, index]) => [...list, ...(index in list ? [list[index]] : [])]);
  const full =
    maxItems === undefined || depth > 2
      ? few
      : fc
          .tuple(rightType(items, 9), fc.constantFrom(maxItems, maxItems + 1))
          .map(([one, count]) => Array.from({ length: count }, () => one));
  return fc.oneof(
    { weight: 20, arbitrary: few },
    { weight: 10, arbitrary: repeated },
    { weight: 1, arbitrary: full },
  );
}
