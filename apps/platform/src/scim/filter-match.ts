import { findAttribute, type Attribute } from './attributes.ts';
import type { Comparable, Comparison, Filter } from './filter.ts';
import { ScimError } from '../http/scim-error.ts';
import { isObject, type Attributes } from './resource.ts';

/** Returns whether an element of a multi-valued attribute matches the filter of a value path (RFC 7644 §3.5.2). */
export function matchesElement(attribute: Attribute, filter: Filter, element: unknown): boolean {
  switch (filter.type) {
    case 'and':
      return filter.parts.every((part) => matchesElement(attribute, part, element));
    case 'or':
      return filter.parts.some((part) => matchesElement(attribute, part, element));
    case 'not':
      return !matchesElement(attribute, filter.of, element);
    case 'present':
      return valueAt(attribute, filter.path, element).value !== undefined;
    case 'compare': {
      const { value, caseExact } = valueAt(attribute, filter.path, element);
      return compare(filter.op, fold(value, caseExact), fold(filter.value, caseExact));
    }
    case 'element':
      throw new ScimError('invalidFilter', 'A value path cannot contain another one.');
  }
}

/**
 * Returns the element that a filter of `eq` conditions describes, for adding to an attribute without such an element:
 * `emails[type eq "work"].value` adds an element of type work. Null for other filters.
 */
export function elementOf(attribute: Attribute, filter: Filter): Attributes | null {
  if (filter.type === 'and') {
    const parts = filter.parts.map((part) => elementOf(attribute, part));
    return parts.includes(null) ? null : Object.assign({}, ...parts);
  }
  if (filter.type !== 'compare' || filter.op !== 'eq' || filter.value === null) return null;
  return { [subAttribute(attribute, filter.path).name]: filter.value };
}

function valueAt(attribute: Attribute, path: string, element: unknown) {
  const sub = subAttribute(attribute, path);
  return { value: isObject(element) ? element[sub.name] : undefined, caseExact: sub.caseExact };
}

function subAttribute(attribute: Attribute, path: string): Attribute {
  const sub = findAttribute(attribute.subAttributes ?? [], path);
  if (sub) return sub;
  throw new ScimError('invalidFilter', `${attribute.name} has no sub-attribute ${path}.`);
}

function fold(value: unknown, caseExact: boolean): Comparable {
  if (typeof value === 'string') return caseExact ? value : value.toLowerCase();
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function compare(op: Comparison, value: Comparable, wanted: Comparable): boolean {
  if (op === 'eq') return value === wanted;
  if (op === 'ne') return value !== wanted;
  if (typeof value !== 'string' || typeof wanted !== 'string') return false;
  switch (op) {
    case 'co':
      return value.includes(wanted);
    case 'sw':
      return value.startsWith(wanted);
    case 'ew':
      return value.endsWith(wanted);
    case 'gt':
      return value > wanted;
    case 'ge':
      return value >= wanted;
    case 'lt':
      return value < wanted;
    case 'le':
      return value <= wanted;
  }
}
