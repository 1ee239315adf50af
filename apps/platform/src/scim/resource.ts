import { ScimError } from '../http/scim-error.ts';
import {
  attributesOf,
  ENTERPRISE_SCHEMA,
  findAttribute,
  resolvePath,
  type Attribute,
  type ResourceType,
} from './attributes.ts';

/** A resource or a complex value with canonical attribute names. */
export type Attributes = Record<string, unknown>;

const TEXT_MAX = 1024;
const ELEMENTS_MAX = 100;
const MEMBERS_MAX = 100_000;

export function isObject(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns what a client sent with canonical names. Attributes that this server does not have or that clients cannot write are
 * left out (RFC 7644 §3.3); null and empty lists mean unassigned (RFC 7643 §2.5).
 * @throws ScimError `invalidValue`.
 */
export function readResource(type: ResourceType, input: Attributes): Attributes {
  const resource = readAttributes(attributesOf(type), input);
  const given = Object.entries(input).find(([key]) => key.toLowerCase() === ENTERPRISE_SCHEMA.toLowerCase());
  if (type === 'Group' || !given || !isObject(given[1])) return resource;
  const extension = readAttributes(attributesOf(type, ENTERPRISE_SCHEMA), given[1]);
  return Object.keys(extension).length === 0 ? resource : { ...resource, [ENTERPRISE_SCHEMA]: extension };
}

function readAttributes(attributes: readonly Attribute[], input: Attributes): Attributes {
  const read: Attributes = {};
  for (const [key, given] of Object.entries(input)) {
    const found = findAttribute(attributes, key);
    if (!found || found.mutability === 'readOnly') continue;
    const value = readValue(found, given);
    if (value !== undefined) read[found.name] = value;
  }
  return read;
}

/** Returns a value of an attribute, all elements of a multi-valued one; undefined for an unassigned one. */
export function readValue(attribute: Attribute, given: unknown): unknown {
  if (given === null || given === undefined) return undefined;
  if (!attribute.multiValued) return readElement(attribute, given);
  const elements = (Array.isArray(given) ? given : [given])
    .map((element) => readElement(attribute, element))
    .filter((element) => element !== undefined);
  const most = attribute.name === 'members' ? MEMBERS_MAX : ELEMENTS_MAX;
  if (elements.length > most) throw invalidValue(attribute, `has more than ${most} values`);
  return elements.length === 0 ? undefined : elements;
}

/**
 * Returns one value of an attribute. A plain value of a complex attribute is its `value`, as Microsoft Entra sends managers.
 * @throws ScimError `invalidValue`.
 */
export function readElement(attribute: Attribute, given: unknown): unknown {
  if (given === null) return undefined;
  if (attribute.type !== 'complex') return readSimple(attribute, given);
  const subAttributes = attribute.subAttributes ?? [];
  if (isObject(given)) {
    const read = readAttributes(subAttributes, given);
    return Object.keys(read).length === 0 ? undefined : read;
  }
  if (Array.isArray(given) || !findAttribute(subAttributes, 'value'))
    throw invalidValue(attribute, 'must be an object');
  return readAttributes(subAttributes, { value: given });
}

function readSimple(attribute: Attribute, given: unknown): unknown {
  if (attribute.type === 'boolean') {
    if (typeof given === 'boolean') return given;
    // Microsoft Entra sends booleans as texts unless the tenant URL has the flag aadOptscim062020.
    const word = typeof given === 'string' ? given.toLowerCase() : '';
    if (word === 'true' || word === 'false') return word === 'true';
    throw invalidValue(attribute, 'must be true or false');
  }
  if (typeof given === 'number' || typeof given === 'boolean') return String(given);
  if (typeof given !== 'string') throw invalidValue(attribute, 'must be a text');
  if (given.length > TEXT_MAX) throw invalidValue(attribute, `is longer than ${TEXT_MAX} characters`);
  return given;
}

function invalidValue({ name }: Attribute, problem: string): ScimError {
  return new ScimError('invalidValue', `The attribute ${name} ${problem}.`);
}

/** Attributes that a client asked for, or asked to leave out (RFC 7644 §3.9). */
export interface Projection {
  readonly attributes?: string | undefined;
  readonly excludedAttributes?: string | undefined;
}

/** Returns the part of a resource that a client wants. `id` and `schemas` are always in it. */
export function project(type: ResourceType, resource: Attributes, wanted: Projection): Attributes {
  if (wanted.attributes !== undefined) {
    const always = { schemas: resource['schemas'], id: resource['id'] };
    return pathsOf(wanted.attributes).reduce<Attributes>(
      (projected, path) => include(type, { resource, projected }, path),
      always,
    );
  }
  return pathsOf(wanted.excludedAttributes ?? '').reduce((left, path) => exclude(type, left, path), resource);
}

/** Returns whether a client wants an attribute, so that values that are costly to read are read only then. */
export function wants(type: ResourceType, name: string, wanted: Projection): boolean {
  return name in project(type, { schemas: [], id: '', [name]: [{ value: '' }] }, wanted);
}

function pathsOf(text: string): string[] {
  return text
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}

function include(
  type: ResourceType,
  { resource, projected }: { readonly resource: Attributes; readonly projected: Attributes },
  path: string,
): Attributes {
  const found = resolvePath(type, path);
  if (!found) return projected;
  const { extension, attribute, sub } = found;
  if (extension !== null) {
    const all = resource[extension];
    if (!isObject(all)) return projected;
    const before = isObject(projected[extension]) ? projected[extension] : {};
    const added = attribute === null ? all : pick(all, attribute.name, sub?.name);
    return { ...projected, [extension]: { ...before, ...added } };
  }
  if (attribute === null) return projected;
  const before = projected[attribute.name];
  const added = pick(resource, attribute.name, sub?.name);
  const value = added[attribute.name];
  if (isObject(before) && isObject(value)) return { ...projected, [attribute.name]: { ...before, ...value } };
  return { ...projected, ...added };
}

function pick(resource: Attributes, name: string, sub: string | undefined): Attributes {
  const value = resource[name];
  if (value === undefined) return {};
  if (sub === undefined) return { [name]: value };
  const narrow = (one: unknown) => (isObject(one) && sub in one ? { [sub]: one[sub] } : {});
  return { [name]: Array.isArray(value) ? value.map(narrow) : narrow(value) };
}

function exclude(type: ResourceType, resource: Attributes, path: string): Attributes {
  const found = resolvePath(type, path);
  if (!found || found.attribute?.returned === 'always') return resource;
  const { extension, attribute, sub } = found;
  if (extension !== null && attribute !== null) {
    const all = resource[extension];
    return isObject(all) ? { ...resource, [extension]: without(all, attribute.name) } : resource;
  }
  const name = extension ?? attribute?.name ?? '';
  if (sub === null) return without(resource, name);
  const value = resource[name];
  const narrow = (one: unknown) => (isObject(one) ? without(one, sub.name) : one);
  if (value === undefined) return resource;
  return { ...resource, [name]: Array.isArray(value) ? value.map(narrow) : narrow(value) };
}

export function without(object: Attributes, name: string): Attributes {
  const { [name]: _, ...rest } = object;
  return rest;
}
