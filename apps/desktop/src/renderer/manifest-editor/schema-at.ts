import type { Schema } from '@portolan/resources/crds/custom-resource-definition';
import { findKind, GENERATIONS, type Generation } from '@portolan/resources/kinds/registry';

/** Returns the schema of an object's kind; null for kinds without a CRD of ours. */
export function schemaOfKind(apiVersion: string, kind: string, generation?: Generation): Schema | null {
  for (const each of generation === undefined ? GENERATIONS : [generation]) {
    const crd = findKind(apiVersion, kind, each)?.crd;
    if (crd !== undefined) return crd.spec.versions[0].schema.openAPIV3Schema;
  }
  return null;
}

/** Returns the schema below a path of keys and `[]`; null where it says nothing. */
export function schemaAt(root: Schema, path: readonly string[]): Schema | null {
  let schema: Schema | undefined = root;
  for (const step of path) {
    if (schema === undefined) return null;
    schema = step === '[]' ? schema.items : childOf(schema, step);
  }
  return schema ?? null;
}

function childOf({ properties, additionalProperties }: Schema, name: string): Schema | undefined {
  return properties !== undefined && Object.hasOwn(properties, name)
    ? properties[name]
    : additionalProperties;
}

/** Returns a schema in a few words: `string: one of A, B`, `list of objects`. */
export function typeWords({ type, enum: allowed, items, format }: Schema): string {
  if (allowed !== undefined) return `one of ${allowed.map(String).join(', ')}`;
  if (type === 'array') return `list of ${items?.type ?? 'value'}s`;
  return [type ?? 'value', format].filter((part) => part !== undefined).join(', ');
}
