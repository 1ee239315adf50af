import type { Schema } from '../crds/custom-resource-definition.ts';
import { closestName } from '../kinds/closest-name.ts';
import { isRecord } from '../kinds/object.ts';
import { schemaOf } from './defaults.ts';
import type { FieldError } from './field-error.ts';
import { childPath } from './structural.ts';

/**
 * Returns the fields of a value that its schema does not have, as a strict API server reports them. Without
 * `fieldValidation=Strict` it drops them silently.
 */
export function findUnknownFields(value: unknown, schema: Schema, path = ''): readonly FieldError[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return [];
    return value.flatMap((item, index) => findUnknownFields(item, items, `${path}[${index}]`));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = childPath(path, name);
    const property = schemaOf(name, schema);
    if (property !== null) return findUnknownFields(inner, property, field);
    const near = closestName(name, Object.keys(schema.properties ?? {}));
    return [{ field, message: `unknown field "${field}"${near === null ? '' : `; did you mean ${near}?`}` }];
  });
}
