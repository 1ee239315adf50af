import { closestName } from '@portolan/resources/kinds/closest-name';
import { isRecord } from '@portolan/resources/kinds/object';
import { namesOf, type Faults } from './faults.ts';

export type Json = Readonly<Record<string, unknown>>;

/** A part of a document, and where it is. */
export interface Place<T> {
  readonly value: T;
  readonly pointer: string;
}

/** References that lead to references are followed so many times. */
const HOPS_MAX = 32;

/** Follows references inside one document; none ever leads out of it. */
export class References {
  readonly #root: Json;
  readonly #faults: Faults;

  constructor(root: Json, faults: Faults) {
    this.#root = root;
    this.#faults = faults;
  }

  /** Returns the object that a value is or refers to; null, with a fault, where there is none. */
  object(value: unknown, pointer: string): Place<Json> | null {
    const seen = new Set<string>();
    let at: Place<unknown> = { value, pointer };
    for (;;) {
      if (!isRecord(at.value)) return this.#notAnObject(at, pointer);
      const target = referenceOf(at.value);
      if (target === null) return { value: at.value, pointer: at.pointer };
      if (seen.has(target) || seen.size >= HOPS_MAX) return this.#endless(pointer, target);
      seen.add(target);
      const found = this.find(target, pointer);
      if (found === null) return null;
      at = found;
    }
  }

  /** Returns what a reference leads to; null, with a fault, for one that leads nowhere. */
  find(reference: string, from: string): Place<unknown> | null {
    if (!reference.startsWith('#')) {
      this.#faults.add(from, 'reference-external', {
        message: `"${reference}" refers to another document, which is not read`,
        fix: 'put what it refers to into components of this document',
      });
      return null;
    }
    const pointer = decode(reference.slice(1));
    let value: unknown = this.#root;
    for (const name of namesOf(pointer)) {
      const next = memberOf(value, name);
      if (next === undefined) return this.#unresolved(reference, from, { value, name });
      value = next;
    }
    return { value, pointer };
  }

  #unresolved(reference: string, from: string, { value, name }: { value: unknown; name: string }): null {
    const nearest = isRecord(value) ? closestName(name, Object.keys(value).slice(0, 2000)) : null;
    this.#faults.add(from, 'reference-unresolved', {
      message: `"${reference}" refers to nothing`,
      fix: nearest === null ? 'define it, or correct the reference' : `define it, or refer to "${nearest}"`,
    });
    return null;
  }

  #endless(pointer: string, target: string): null {
    this.#faults.add(pointer, 'reference-to-itself', {
      message: `"${target}" leads back to itself through references alone`,
      fix: 'replace one of the references with a definition',
    });
    return null;
  }

  #notAnObject({ value, pointer }: Place<unknown>, from: string): null {
    this.#faults.add(from, 'not-an-object', {
      message: `${pointer || 'the document'} is ${describe(value)} instead of an object`,
      fix: 'write an object, or remove it',
    });
    return null;
  }
}

/** Returns the `$ref` of an object, or null. */
export function referenceOf(value: Json): string | null {
  const { $ref: reference } = value;
  return typeof reference === 'string' ? reference : null;
}

function memberOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d{1,9}$/.test(name) ? (value as unknown[])[Number(name)] : undefined;
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A JSON pointer in a fragment is percent-encoded (RFC 6901 §6). */
function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return value === undefined ? 'missing' : `a ${typeof value}`;
}
