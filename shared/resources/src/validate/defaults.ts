import type { Schema } from '../crds/custom-resource-definition.ts';
import { isRecord } from '../kinds/object.ts';

/** A copy of a value without the fields its schema does not know and with the schema's defaults filled in. */
export function pruneAndDefault(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return value.map((item: unknown) =>
      items === undefined ? structuredClone(item) : pruneAndDefault(item, items),
    );
  }
  if (!isRecord(value)) return value;
  const { properties } = schema;
  const entries: [string, unknown][] = [];
  for (const name of Object.keys(value)) {
    const property = schemaOf(name, schema);
    if (property === null) continue;
    if (property === true) entries.push([name, structuredClone(value[name])]);
    // The API server drops a null where a default could stand instead.
    else if (value[name] !== null || property.default === undefined || property.nullable === true) {
      entries.push([name, pruneAndDefault(value[name], property)]);
    }
  }
  // Not assignment: a key named __proto__ must stay a key.
  const copy = Object.fromEntries(entries);
  if (properties !== undefined) addDefaults(copy, properties);
  return copy;
}

function schemaOf(name: string, schema: Schema): Schema | true | null {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name] ?? null;
  if (typeof additionalProperties === 'object') return additionalProperties;
  return additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true
    ? true
    : null;
}

function addDefaults(copy: Record<string, unknown>, properties: Readonly<Record<string, Schema>>): void {
  for (const name in properties) {
    const property = properties[name];
    if (property?.default === undefined || Object.hasOwn(copy, name)) continue;
    copy[name] = pruneAndDefault(property.default, property);
  }
}
