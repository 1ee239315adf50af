import type { CustomResourceDefinition, Schema } from './crds/custom-resource-definition.ts';
import { apiVersionOf, listKinds, type Generation } from './kinds/registry.ts';
import type { KindInfo } from './kinds/kind-info.ts';

/** A JSON Schema (draft-07), the newest that every YAML language server understands. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** JSON Schema of a kind for editors, or null for a kind that is not one of ours. Case does not matter. */
export function jsonSchemaFor(kind: string, generation: Generation): JsonSchema | null {
  const wanted = kind.toLowerCase();
  for (const info of listKinds(generation)) {
    const { crd } = info;
    if (crd === undefined) continue;
    if (info.kind.toLowerCase() === wanted || info.plural === wanted) return documentSchema(info, crd);
  }
  return null;
}

function documentSchema(info: KindInfo, crd: CustomResourceDefinition): JsonSchema {
  const root = crd.spec.versions[0].schema.openAPIV3Schema;
  const { properties, required = [], ...rest } = toJsonSchema(root);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: info.kind,
    ...rest,
    required: ['apiVersion', 'kind', 'metadata', ...(Array.isArray(required) ? required : [])],
    properties: {
      ...(typeof properties === 'object' ? properties : {}),
      apiVersion: { description: root.properties?.['apiVersion']?.description, const: apiVersionOf(info) },
      kind: { description: root.properties?.['kind']?.description, const: info.kind },
      metadata: metadataSchema(info),
    },
  };
}

function metadataSchema(info: KindInfo): JsonSchema {
  const strings = (description: string) => ({
    description,
    type: 'object',
    additionalProperties: { type: 'string' },
  });
  const label = { type: 'string', maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' };
  const namespace = { description: 'Namespace of the object. Absent, it is the current one.', ...label };
  return {
    description: 'Name and labels of the object.',
    type: 'object',
    required: ['name'],
    properties: {
      name: { description: 'Name of the object, unique for its kind and namespace.', ...label },
      ...(info.scope === 'Namespaced' ? { namespace } : {}),
      labels: strings('Labels, for selectors to find the object by.'),
      annotations: strings('Annotations, for people and programs to read.'),
    },
  };
}

// Both have the same words with the same meaning, and the same meaning with other words in draft-07.
const SAME = [
  'description',
  'default',
  'enum',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minProperties',
  'required',
] as const;

function toJsonSchema(schema: Schema): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const keyword of SAME) if (schema[keyword] !== undefined) result[keyword] = schema[keyword];
  return {
    ...result,
    ...typeOf(schema),
    ...formatOf(schema),
    ...members(schema),
    ...(schema['x-kubernetes-list-type'] === 'set' ? { uniqueItems: true } : {}),
  };
}

function typeOf(schema: Schema): Record<string, unknown> {
  if (schema['x-kubernetes-int-or-string'] === true) return { type: ['integer', 'string'] };
  if (schema.type === undefined) return {};
  return { type: schema.nullable === true ? [schema.type, 'null'] : schema.type };
}

// Other formats (int64, Go durations) mean something else, or nothing, to editors.
function formatOf({ format }: Schema): Record<string, unknown> {
  return format === 'date-time' ? { format } : {};
}

function members(schema: Schema): Record<string, unknown> {
  const { properties, items, additionalProperties } = schema;
  const entries = Object.entries(properties ?? {}).map(([name, property]) => [name, toJsonSchema(property)]);
  return {
    ...(properties === undefined ? {} : { properties: Object.fromEntries(entries) }),
    ...(items === undefined ? {} : { items: toJsonSchema(items) }),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: toJsonSchema(additionalProperties) }),
    // The API server drops unknown fields silently; an editor should point at them.
    ...(properties === undefined ? {} : { additionalProperties: false }),
  };
}
