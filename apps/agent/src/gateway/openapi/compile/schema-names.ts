import { isRecord } from '@portolan/resources/kinds/object';
import { pointerTo } from './faults.ts';
import type { Json } from './references.ts';

/** The named schemas of a document, with ids that are fit for URLs. */
export class SchemaNames {
  readonly #byPointer = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #schemas = new Map<string, { readonly pointer: string; readonly value: unknown }>();

  constructor(root: Json) {
    const { components, definitions } = root;
    const ids = new UniqueIds();
    const add = (schemas: unknown, base: string): void => {
      if (!isRecord(schemas)) return;
      for (const [name, value] of Object.entries(schemas)) {
        const id = ids.take(name);
        const pointer = pointerTo(base, name);
        this.#byPointer.set(pointer, id);
        this.#names.set(id, name);
        this.#schemas.set(id, { pointer, value });
      }
    };
    if (isRecord(components)) add(components['schemas'], '/components/schemas');
    // Swagger 2.0.
    add(definitions, '/definitions');
  }

  get all(): ReadonlyMap<string, { readonly pointer: string; readonly value: unknown }> {
    return this.#schemas;
  }

  /** Returns the id of the named schema at a pointer, or null. */
  idOf(pointer: string): string | null {
    return this.#byPointer.get(pointer) ?? null;
  }

  nameOf(id: string): string {
    return this.#names.get(id) ?? id;
  }
}

const ID_LENGTH_MAX = 80;

/** Ids of letters, digits, `-`, `_` and `.`, each given once. */
export class UniqueIds {
  readonly #taken = new Set<string>();
  /** By base, the next number to try: thousands of names may have one base. */
  readonly #next = new Map<string, number>();

  take(text: string): string {
    const slug = text
      .replaceAll(/[^\w.]+/g, '-')
      .replaceAll(/^[-.]+|[-.]+$/g, '')
      .slice(0, ID_LENGTH_MAX);
    const base = slug === '' ? 'unnamed' : slug;
    let id = base;
    let count = this.#next.get(base) ?? 2;
    // Compared without case, as people compare them.
    while (this.#taken.has(id.toLowerCase())) id = `${base}-${count++}`;
    this.#next.set(base, count);
    this.#taken.add(id.toLowerCase());
    return id;
  }
}
