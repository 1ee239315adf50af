import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { listKinds, type Generation } from './kinds/registry.ts';
import { objectOf } from './validate/rows/row.ts';
import { v2Valid } from './validate/rows/v2-rows.ts';
import { v3Valid } from './validate/rows/v3-valid-rows.ts';
import { isRecord } from './kinds/object.ts';
import { jsonSchemaFor } from './json-schema.ts';

const kinds = (['v2', 'v3'] as const).flatMap((generation) =>
  listKinds(generation)
    .filter(({ crd }) => crd !== undefined)
    .map(({ kind, scope }) => ({ generation, kind, scope })),
);

/** Asks zod, which reads draft-07 and knows nothing of ours. */
function accepts(kind: string, object: unknown, generation: Generation = 'v2'): boolean {
  const schema = jsonSchemaFor(kind, generation);
  return z.fromJSONSchema(z.looseObject({}).parse(schema)).safeParse(object).success;
}

describe.each(kinds)('$kind of generation $generation', ({ generation, kind, scope }) => {
  test('has a schema that says what it is and describes every field', () => {
    const schema = jsonSchemaFor(kind, generation);
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      title: kind,
      properties: { apiVersion: { const: 'hub.traefik.io/v1alpha1' }, kind: { const: kind } },
    });
    const text = JSON.stringify(schema);
    expect(text).not.toContain('x-kubernetes');
    expect(text.includes('"namespace":{"description":"Namespace of the object.')).toBe(
      scope === 'Namespaced',
    );
    expect(undescribed(schema, kind)).toEqual([]);
    expect(() => z.fromJSONSchema(z.looseObject({}).parse(schema))).not.toThrow();
  });
});

function undescribed(node: unknown, path: string): string[] {
  if (!isRecord(node)) return [];
  const properties = isRecord(node['properties']) ? Object.entries(node['properties']) : [];
  return properties.flatMap(([name, property]) => [
    ...(isRecord(property) && typeof property['description'] === 'string' ? [] : [`${path}.${name}`]),
    ...undescribed(property, `${path}.${name}`),
    ...undescribed(isRecord(property) ? property['items'] : null, `${path}.${name}[]`),
  ]);
}

describe('an editor with the schema', () => {
  const limit = (spec: unknown, metadata: unknown = { name: 'l' }) => ({
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'APIRateLimit',
    metadata,
    spec,
  });

  test.each([
    [limit({ limit: 1, period: '1s', strategy: 'local', apis: [{ name: 'a' }] }), true],
    [limit({ limit: 1, limits: 2 }), false],
    [limit({ limit: 1, strategy: 'global' }), false],
    [limit({ limit: 1.5 }), false],
    [limit({}), false],
    [limit({ limit: 1, apis: [{ namespace: 'n' }] }), false],
    [limit({ limit: 1 }, { name: 'No.Label' }), false],
    [{ ...limit({ limit: 1 }), apiVersion: 'v1' }, false],
    [{ apiVersion: 'hub.traefik.io/v1alpha1', kind: 'APIRateLimit', metadata: { name: 'l' } }, false],
  ])('%j: %s', (object, isAccepted) => {
    expect(accepts('APIRateLimit', object)).toBe(isAccepted);
  });
});

test.each([
  ['v2', v2Valid],
  ['v3', v3Valid],
] as const)('what is valid in generation %s has no squiggle in an editor', (generation, sections) => {
  for (const [kind, spec] of Object.values(sections).flat()) {
    const object = objectOf(kind, spec, generation);
    expect([spec, accepts(kind, object, generation)]).toEqual([spec, true]);
  }
});

test('a kind is found by its plural and in any case; others have no schema', () => {
  expect(jsonSchemaFor('apigateways', 'v2')?.['title']).toBe('APIGateway');
  expect(jsonSchemaFor('aPiGateWay', 'v2')?.['title']).toBe('APIGateway');
  expect(jsonSchemaFor('APIGateway', 'v3')).toBeNull();
  expect(jsonSchemaFor('Service', 'v2')).toBeNull();
});
