import type { Schema } from '../crds/custom-resource-definition.ts';
import { isRecord } from '../kinds/object.ts';

/** What a list's items are when the schema does not say: whatever they hold is unknown. */
const NOTHING: Schema = {};

/**
 * A copy of a value without the fields its schema does not know, with the schema's defaults filled in, and without
 * nulls that the schema does not allow and has no default for.
 */
export function pruneAndDefault(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return value.map((item: unknown) => pruneAndDefault(item, items ?? NOTHING));
  }
  if (!isRecord(value)) return value;
  const { properties } = schema;
  const entries: [string, unknown][] = [];
  for (const name of Object.keys(value)) {
    const property = schemaOf(name, schema);
    if (property === null || (value[name] === null && property.nullable !== true)) continue;
    entries.push([name, pruneAndDefault(value[name], property)]);
  }
  // Not assignment: a key named __proto__ must stay a key.
  const copy = Object.fromEntries(entries);
  if (properties !== undefined) addDefaults(copy, properties);
  return copy;
}

/** Returns the schema of a field, or null for one that the schema does not have. */
export function schemaOf(name: string, schema: Schema): Schema | null {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name] ?? null;
  return typeof additionalProperties === 'object' ? additionalProperties : null;
}

function addDefaults(copy: Record<string, unknown>, properties: Readonly<Record<string, Schema>>): void {
  for (const name in properties) {
    const property = properties[name];
    if (property?.default === undefined || Object.hasOwn(copy, name)) continue;
    copy[name] = pruneAndDefault(property.default, property);
  }
}
