import type { Schema } from '../crds/custom-resource-definition.ts';
import { isRecord } from '../kinds/object.ts';
import * as errors from './field-error.ts';
import type { RatedError } from './field-error.ts';
import { hasFormat, isKnownFormat } from './formats.ts';
import { isInt64 } from './go-text.ts';
import { findDuplicates } from './find-duplicates.ts';
import { compileRegex } from '../rules/regex.ts';

/**
 * Adds everything wrong with a value against the OpenAPI part of its schema; `field` is the value's path. Like
 * kube-openapi, it goes on after a wrong type, so that a number where an enum wants a text has two errors.
 */
export function checkStructure(value: unknown, schema: Schema, field: string, found: RatedError[]): void {
  if (value === null && schema.nullable === true) return;
  const type = typeError(value, schema, field);
  if (type !== null) found.push(type);
  if (typeof value === 'string') checkString(value, schema, field, found);
  else if (typeof value === 'number') checkNumber(value, schema, field, found);
  else if (Array.isArray(value)) checkList(value, schema, field, found);
  else if (isRecord(value)) checkObject(value, schema, field, found);
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    found.push(errors.notSupported(field, value, schema.enum));
  }
}

// k8s.io/kube-openapi/pkg/validation/validate/type.go
function typeError(value: unknown, schema: Schema, field: string): RatedError | null {
  const actual = typeName(value);
  const types = typesOf(schema);
  if (types.length === 0 || types.includes(actual)) return null;
  if (actual === 'integer' && types.includes('number')) return null;
  const { format } = schema;
  if (format !== undefined && isCheckedFormat(format, types) && actual !== 'null') {
    if (actual === 'array' && types.includes('string')) return null;
    if (actual !== 'array' && actual !== 'string') return errors.wrongFormat(field, format, goFormat(actual));
  }
  return errors.wrongType(field, types.join(','), actual);
}

function typesOf(schema: Schema): readonly string[] {
  if (schema['x-kubernetes-int-or-string'] === true) return ['integer', 'string'];
  return schema.type === undefined ? [] : [schema.type];
}

function isCheckedFormat(format: string, types: readonly string[]): boolean {
  return types.includes('string') ? isKnownFormat(format) : true;
}

// What Go's own type of a number is called; other types have no name there.
function goFormat(actual: string): string {
  return { integer: 'int64', number: 'float64' }[actual] ?? '';
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return isInt64(value) ? 'integer' : 'number';
  return typeof value;
}

function checkString(value: string, schema: Schema, field: string, found: RatedError[]): void {
  const { format } = schema;
  const limit = limitError(value, schema, field);
  if (limit !== null) found.push(limit);
  if (format !== undefined && !hasFormat(value, format)) found.push(errors.wrongFormat(field, format, value));
}

function limitError(value: string, schema: Schema, field: string): RatedError | null {
  const { minLength, maxLength, pattern } = schema;
  if (maxLength !== undefined && value.length > maxLength && countRunes(value) > maxLength) {
    return errors.tooLong(field, maxLength);
  }
  if (minLength !== undefined && countRunes(value) < minLength) {
    return errors.invalid(field, value, `${field} in body should be at least ${minLength} chars long`);
  }
  return pattern !== undefined && !compileRegex(pattern).test(value)
    ? errors.invalid(field, value, `${field} in body should match '${pattern}'`)
    : null;
}

// The API server counts Unicode code points although its message says bytes.
function countRunes(text: string): number {
  let count = 0;
  for (const _rune of text) count += 1;
  return count;
}

function checkNumber(value: number, schema: Schema, field: string, found: RatedError[]): void {
  const { minimum, maximum } = schema;
  const complain = (detail: string): void => {
    found.push(errors.invalid(field, value, `${field} in body should be ${detail}`));
  };
  if (minimum !== undefined && value < minimum) complain(`greater than or equal to ${minimum}`);
  if (maximum !== undefined && value > maximum) complain(`less than or equal to ${maximum}`);
  if (schema.format === 'int32' && isInt64(value) && (value < -(2 ** 31) || value >= 2 ** 31)) {
    // Kubernetes shows neither path nor value of this one, and still checks rules.
    const detail = `Checked value must be of type integer with format int32 in ${field}`;
    found.push(errors.invalid(field, '', detail));
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
  const { minProperties, properties, additionalProperties, required } = schema;
  const names = Object.keys(value);
  if (minProperties !== undefined && names.length < minProperties) {
    const detail = `${field} in body should have at least ${minProperties} properties`;
    found.push(errors.invalid(field, names.length, detail));
  }
  for (const name of required ?? []) {
    if (!Object.hasOwn(value, name)) found.push(errors.required(childPath(field, name)));
  }
  for (const name of names) {
    const isKnown = properties !== undefined && Object.hasOwn(properties, name);
    const property = isKnown ? properties[name] : additionalProperties;
    if (property !== undefined) checkStructure(value[name], property, childPath(field, name), found);
  }
}

/** Path of a field of the object at `field`; the root has the empty path. */
export function childPath(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}
