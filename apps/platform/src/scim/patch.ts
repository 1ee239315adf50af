import { ScimError } from '../http/scim-error.ts';
import {
  ENTERPRISE_SCHEMA,
  findAttribute,
  requirePath,
  resolvePath,
  type Attribute,
  type ResourceType,
} from './attributes.ts';
import { elementOf, matchesElement } from './filter-match.ts';
import { parsePatchPath, type Filter } from './filter.ts';
import { isObject, readElement, readValue, without, type Attributes } from './resource.ts';

type Op = 'add' | 'replace' | 'remove';

/** Operation of a PATCH request (RFC 7644 §3.5.2) as clients send it. */
export interface PatchOperation {
  readonly op: string;
  readonly path?: string | undefined;
  readonly value?: unknown;
}

interface Target {
  readonly attribute: Attribute;
  readonly sub: Attribute | null;
  readonly filter: Filter | null;
}

/**
 * Returns a resource after PATCH operations. Accepts what Microsoft Entra sends beside the RFC: names of operations in any case,
 * booleans as texts, paths as keys of a value, and members to remove as a value.
 * @throws ScimError.
 */
export function applyPatch(
  type: ResourceType,
  resource: Attributes,
  operations: readonly PatchOperation[],
): Attributes {
  return operations.reduce((before, operation) => applyOperation(type, before, operation), resource);
}

function applyOperation(type: ResourceType, resource: Attributes, operation: PatchOperation): Attributes {
  const op = operation.op.toLowerCase();
  if (op !== 'add' && op !== 'replace' && op !== 'remove')
    throw new ScimError('invalidSyntax', `There is no operation ${operation.op.slice(0, 50)}.`);
  const { path, value } = operation;
  if (path !== undefined && path.trim() !== '') return applyAt(type, resource, { op, path, value });
  if (op === 'remove') throw new ScimError('noTarget', 'An operation that removes needs a path.');
  if (!isObject(value))
    throw new ScimError('invalidValue', 'An operation without a path needs an object as its value.');
  return applyAll(type, resource, op, value);
}

/** Applies an operation without a path. Attributes that clients cannot write, such as `id`, are ignored. */
function applyAll(type: ResourceType, resource: Attributes, op: Op, values: Attributes): Attributes {
  let after = resource;
  for (const [path, value] of Object.entries(values)) {
    if (path.toLowerCase() === 'schemas') continue;
    const found = resolvePath(type, parsePatchPath(path).path);
    if (!found || found.attribute?.mutability === 'readOnly') continue;
    after = applyAt(type, after, { op, path, value });
  }
  return after;
}

function applyAt(
  type: ResourceType,
  resource: Attributes,
  { op, path, value }: { readonly op: Op; readonly path: string; readonly value: unknown },
): Attributes {
  const parsed = parsePatchPath(path);
  const { extension, attribute, sub } = requirePath(type, parsed.path);
  if (attribute === null) return applyToExtension(type, resource, { op, value });
  if (attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly')
    throw new ScimError('mutability', `The attribute ${parsed.path} cannot be changed.`);
  const target = { attribute, sub: sub ?? filteredSub(attribute, parsed.sub), filter: parsed.filter };
  if (extension === null) return setAttribute(resource, target, op, value);
  const all = isObject(resource[extension]) ? resource[extension] : {};
  const after = setAttribute(all, target, op, value);
  if (Object.keys(after).length === 0) return without(resource, extension);
  return { ...resource, [extension]: after };
}

function filteredSub(attribute: Attribute, name: string | null): Attribute | null {
  if (name === null) return null;
  const sub = findAttribute(attribute.subAttributes ?? [], name);
  if (sub) return sub;
  throw new ScimError('invalidPath', `${attribute.name} has no sub-attribute ${name}.`);
}

function applyToExtension(
  type: ResourceType,
  resource: Attributes,
  { op, value }: { readonly op: Op; readonly value: unknown },
): Attributes {
  if (op === 'remove') return without(resource, ENTERPRISE_SCHEMA);
  if (!isObject(value)) throw new ScimError('invalidValue', 'An extension needs an object as its value.');
  const values = Object.entries(value).map(([key, one]) => [`${ENTERPRISE_SCHEMA}:${key}`, one] as const);
  return applyAll(type, resource, op, Object.fromEntries(values));
}

function setAttribute(resource: Attributes, target: Target, op: Op, value: unknown): Attributes {
  const { attribute } = target;
  if (op !== 'remove' && value === undefined)
    throw new ScimError('invalidValue', `The operation on ${attribute.name} has no value.`);
  if (!attribute.multiValued && target.filter !== null)
    throw new ScimError('invalidPath', `${attribute.name} has one value; it cannot be filtered.`);
  const before = resource[attribute.name];
  const after = attribute.multiValued
    ? changeElements(Array.isArray(before) ? before : [], target, op, value)
    : changeSingle(before, target, op, value);
  return after === undefined ? without(resource, attribute.name) : { ...resource, [attribute.name]: after };
}

function changeSingle(before: unknown, { attribute, sub }: Target, op: Op, value: unknown): unknown {
  const object = isObject(before) ? before : {};
  if (sub !== null) return nonEmpty(setSub(object, sub, op === 'remove' ? null : value));
  const after = op === 'remove' ? undefined : readValue(attribute, value);
  return isObject(after) ? { ...object, ...after } : after;
}

function setSub(element: Attributes, sub: Attribute, value: unknown): Attributes {
  const read = readValue(sub, value);
  return read === undefined ? without(element, sub.name) : { ...element, [sub.name]: read };
}

function nonEmpty(element: Attributes): Attributes | undefined {
  return Object.keys(element).length === 0 ? undefined : element;
}

function changeElements(before: readonly unknown[], target: Target, op: Op, value: unknown): unknown {
  const { attribute, filter, sub } = target;
  if (filter !== null) return changeMatches(before, { ...target, filter }, op, value);
  if (sub !== null) return someOrNone(changeEach(before.length === 0 ? [{}] : before, sub, op, value));
  if (op === 'replace') return onePrimary([], asList(readValue(attribute, value)));
  if (op === 'add') return onePrimary(before, asList(readValue(attribute, value)));
  if (value === undefined || value === null) return undefined;
  const removed = new Set(asList(readValue(attribute, value)).map(keyOf));
  return someOrNone(before.filter((element) => !removed.has(keyOf(element))));
}

/** Changes the elements that a value path selects. */
function changeMatches(
  before: readonly unknown[],
  { attribute, filter, sub }: Target & { readonly filter: Filter },
  op: Op,
  value: unknown,
): unknown {
  const isMatch = (element: unknown) => matchesElement(attribute, filter, element);
  if (op === 'remove' && sub === null) return someOrNone(before.filter((element) => !isMatch(element)));
  const matches = before.filter(isMatch);
  const rest = before.filter((element) => !isMatch(element));
  if (op === 'remove') return someOrNone([...rest, ...(sub ? changeEach(matches, sub, op, value) : [])]);
  const found = matches.length > 0 ? matches : [missingElement(attribute, filter, op)];
  const changed =
    sub === null
      ? found.map((element) => ({ ...(isObject(element) ? element : {}), ...objectOf(attribute, value) }))
      : changeEach(found, sub, op, value);
  return onePrimary(rest, changed);
}

/** Returns the element to add where a filter selects none. @throws ScimError `noTarget` (RFC 7644 §3.5.2.3). */
function missingElement(attribute: Attribute, filter: Filter, op: Op): Attributes {
  const element = op === 'add' ? elementOf(attribute, filter) : null;
  if (element) return element;
  throw new ScimError('noTarget', `No value of ${attribute.name} matches the filter.`);
}

function objectOf(attribute: Attribute, value: unknown): Attributes {
  const read = readElement(attribute, value);
  return isObject(read) ? read : {};
}

function changeEach(elements: readonly unknown[], sub: Attribute, op: Op, value: unknown): unknown[] {
  return elements
    .map((element) => nonEmpty(setSub(isObject(element) ? element : {}, sub, op === 'remove' ? null : value)))
    .filter((element) => element !== undefined);
}

/**
 * Returns existing elements and added ones, those that exist once. At most one element is primary: an added one takes that from
 * the others (RFC 7644 §3.5.2).
 */
function onePrimary(existing: readonly unknown[], added: readonly unknown[]): unknown {
  const isPrimary = (element: unknown) => isObject(element) && element['primary'] === true;
  const kept = added.some(isPrimary)
    ? existing.map((element) =>
        isPrimary(element) && isObject(element) ? { ...element, primary: false } : element,
      )
    : existing;
  const byKey = new Map([...kept, ...added].map((element) => [keyOf(element), element]));
  return someOrNone([...byKey.values()]);
}

/** Returns what identifies an element: its value and type, since one address may be of two types. */
function keyOf(element: unknown): string {
  if (!isObject(element)) return JSON.stringify(element);
  const { value, type } = element;
  return typeof value === 'string' ? JSON.stringify([value, type ?? null]) : JSON.stringify(element);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function someOrNone(elements: readonly unknown[]): unknown {
  return elements.length === 0 ? undefined : elements;
}
