import { z } from 'zod';
import { isRecord } from '../../../kinds/object.ts';
import { readSecret } from '../../core/secret.ts';
import type { Reader } from '../../reader.ts';
import type { Fault, Resolved } from '../../unit.ts';

/** Text; Traefik takes numbers and booleans for it too (mapstructure, WeaklyTypedInput). */
export const text = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
  z.string(),
);
/** A whole number, or the text of one. */
export const wholeNumber = z.preprocess(
  (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
  z.number().int(),
);
/** A boolean, or the text of one. */
export const flag = z.preprocess(
  (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
  z.boolean(),
);
export const texts = z.array(text);
export const textMap = z.record(z.string(), text);

/** Returns options with their names as the shape spells them: Traefik matches names of options without case. */
export function withKnownNames(type: z.ZodType, value: unknown): unknown {
  const shape = type instanceof z.ZodOptional ? type.unwrap() : type;
  if (shape instanceof z.ZodArray && Array.isArray(value)) {
    const { element } = shape;
    return element instanceof z.ZodType ? value.map((item) => withKnownNames(element, item)) : value;
  }
  if (!(shape instanceof z.ZodObject) || !isRecord(value)) return value;
  const known = new Map(Object.keys(shape.shape).map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(value).map(([written, inner]) => {
      const name = known.get(written.toLowerCase()) ?? written;
      const innerType: unknown = shape.shape[name];
      return [name, innerType instanceof z.ZodType ? withKnownNames(innerType, inner) : inner];
    }),
  );
}

/** Returns what is wrong with the types of options. Messages name fields and never quote values, which may be credentials. */
export function optionFaults(shape: z.ZodType, options: unknown, path: string): Fault[] {
  const result = shape.safeParse(options);
  if (result.success) return [];
  return result.error.issues.map((issue) => {
    const field = issue.path.reduce<string>(
      (parent, key) => (typeof key === 'number' ? `${parent}[${key}]` : `${parent}.${String(key)}`),
      path,
    );
    const isMissing = issue.code === 'invalid_type' && valueAt(options, issue.path) === undefined;
    return {
      code: 'invalid',
      field,
      message: isMissing ? 'Required value' : issue.message,
      fix: 'correct the field',
    };
  });
}

function valueAt(options: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, key) => (typeof parent === 'object' && parent !== null ? Reflect.get(parent, key) : undefined),
    options,
  );
}

const REFERENCE = 'urn:k8s:';
/** https://doc.traefik.io/traefik-hub/api-gateway/reference/routing/http/middlewares/ref-api-key */
const SECRET_REFERENCE = /^urn:k8s:secret:([^:]+):([^:]+)$/;

/** Replaces each `urn:k8s:secret:NAME:KEY` in options by that value of a Secret of the middleware's namespace. */
export function withSecrets(options: unknown, reader: Reader): Resolved<unknown> {
  if (typeof options === 'string')
    return options.startsWith(REFERENCE) ? secretOf(options, reader) : { ok: true, value: options };
  if (Array.isArray(options)) return all(options.map((item) => withSecrets(item, reader)));
  if (!isRecord(options)) return { ok: true, value: options };
  const names = Object.keys(options);
  const values = all(Object.values(options).map((inner) => withSecrets(inner, reader)));
  if (!values.ok) return values;
  return { ok: true, value: Object.fromEntries(names.map((name, index) => [name, values.value[index]])) };
}

function secretOf(reference: string, reader: Reader): Resolved<string> {
  const [, name, key] = SECRET_REFERENCE.exec(reference) ?? [];
  if (name === undefined || key === undefined)
    return {
      ok: false,
      reason: `"${reference}" does not name a value of a Secret`,
      fix: 'write urn:k8s:secret:NAME:KEY, with a Secret of the same namespace and one of its keys',
    };
  return readSecret(reader, { namespace: reader.self.namespace, name, keys: [key] });
}

function all<T>(parts: readonly Resolved<T>[]): Resolved<readonly T[]> {
  const values: T[] = [];
  for (const part of parts) {
    if (!part.ok) return part;
    values.push(part.value);
  }
  return { ok: true, value: values };
}
