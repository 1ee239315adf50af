import type { Schema } from '../crds/custom-resource-definition.ts';
import { isRecord } from '../kinds/object.ts';
import * as errors from './field-error.ts';
import type { RatedError } from './field-error.ts';
import { hasFormat } from './formats.ts';
import { findDuplicates } from './list-types.ts';
import { compileRe2 } from './re2.ts';

/** Adds everything wrong with a value against the OpenAPI part of its schema; `field` is the value's path. */
export function checkStructure(value: unknown, schema: Schema, field: string, found: RatedError[]): void {
  const type = typeError(value, schema, field);
  if (type === 'null') return;
  if (type !== null) {
    found.push(type);
    return;
  }
  if (typeof value === 'string') checkString(value, schema, field, found);
  else if (typeof value === 'number') checkNumber(value, schema, field, found);
  else if (Array.isArray(value)) checkList(value, schema, field, found);
  else if (isRecord(value)) checkObject(value, schema, field, found);
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    found.push(errors.notSupported(field, value, schema.enum));
  }
}

function typeError(value: unknown, schema: Schema, field: string): RatedError | 'null' | null {
  const actual = typeName(value);
  if (actual === 'null' && schema.nullable === true) return 'null';
  if (schema['x-kubernetes-int-or-string'] === true) {
    return actual === 'integer' || actual === 'string'
      ? null
      : errors.wrongType(field, 'integer,string', actual);
  }
  if (schema.type === undefined || actual === schema.type) return null;
  return schema.type === 'number' && actual === 'integer'
    ? null
    : errors.wrongType(field, schema.type, actual);
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function checkString(value: string, schema: Schema, field: string, found: RatedError[]): void {
  const { minLength, maxLength, pattern, format } = schema;
  if (maxLength !== undefined && value.length > maxLength && countRunes(value) > maxLength) {
    found.push(errors.tooLong(field, maxLength));
  }
  if (minLength !== undefined && countRunes(value) < minLength) {
    found.push(errors.invalid(field, value, `${field} in body should be at least ${minLength} chars long`));
  }
  if (pattern !== undefined && !compileRe2(pattern).test(value)) {
    found.push(errors.invalid(field, value, `${field} in body should match '${pattern}'`));
  }
  if (format !== undefined && !hasFormat(value, format)) found.push(errors.wrongFormat(field, format, value));
}

// The API server counts Unicode code points although its message says bytes.
function countRunes(text: string): number {
  let count = 0;
  for (const _rune of text) count += 1;
  return count;
}

function checkNumber(value: number, schema: Schema, field: string, found: RatedError[]): void {
  const { minimum, maximum, multipleOf } = schema;
  const complain = (detail: string): void => {
    found.push(errors.invalid(field, value, `${field} in body should be ${detail}`));
  };
  if (minimum !== undefined) {
    if (schema.exclusiveMinimum === true ? value <= minimum : value < minimum) {
      complain(`greater than ${schema.exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`);
    }
  }
  if (maximum !== undefined) {
    if (schema.exclusiveMaximum === true ? value >= maximum : value > maximum) {
      complain(`less than ${schema.exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`);
    }
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf))
    complain(`a multiple of ${multipleOf}`);
  if (schema.format === 'int32' && (value < -(2 ** 31) || value >= 2 ** 31)) {
    found.push(errors.wrongFormat(field, 'int32', String(value)));
  }
}

function checkList(value: readonly unknown[], schema: Schema, field: string, found: RatedError[]): void {
  const { minItems, maxItems, items } = schema;
  if (minItems !== undefined && value.length < minItems) {
    found.push(
      errors.invalid(field, value.length, `${field} in body should have at least ${minItems} items`),
    );
  }
  if (maxItems !== undefined && value.length > maxItems) {
    found.push(errors.tooMany(field, value.length, maxItems));
  }
  if (items !== undefined) {
    for (const [index, item] of value.entries()) checkStructure(item, items, `${field}[${index}]`, found);
  }
  found.push(...findDuplicates(value, schema, field));
}

function checkObject(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  field: string,
  found: RatedError[],
): void {
  const { minProperties, maxProperties, properties, additionalProperties, required } = schema;
  const names = Object.keys(value);
  if (minProperties !== undefined && names.length < minProperties) {
    const detail = `${field} in body should have at least ${minProperties} properties`;
    found.push(errors.invalid(field, names.length, detail));
  }
  if (maxProperties !== undefined && names.length > maxProperties) {
    found.push(errors.tooMany(field, names.length, maxProperties));
  }
  for (const name of required ?? []) {
    if (!Object.hasOwn(value, name)) found.push(errors.required(childPath(field, name)));
  }
  for (const name of names) {
    const isKnown = properties !== undefined && Object.hasOwn(properties, name);
    const property = isKnown ? properties[name] : additionalProperties;
    if (typeof property === 'object') checkStructure(value[name], property, childPath(field, name), found);
  }
}

/** Path of a field of the object at `field`; the root has the empty path. */
export function childPath(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}
