import type { KubernetesObject } from '@portolan/resources/kinds/object';

/** An object as it is kept: what was made of it, and the version it was made of. */
export interface StoredObject<T> {
  readonly version: string;
  readonly value: T;
}

/** What changed, by `NAMESPACE/NAME`. */
export interface StoreChange<T> {
  readonly upserts: ReadonlyMap<string, T>;
  readonly deletes: readonly string[];
}

/** Returns `NAMESPACE/NAME`; the namespace of cluster-scoped objects is empty. */
export function storeKey({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The objects of one resource as far as they were seen. */
export class StoredObjects<T> {
  #objects = new Map<string, StoredObject<T>>();

  get objects(): ReadonlyMap<string, StoredObject<T>> {
    return this.#objects;
  }

  set(key: string, object: StoredObject<T>): void {
    this.#objects.set(key, object);
  }

  delete(key: string): boolean {
    return this.#objects.delete(key);
  }

  /**
   * Replaces everything, and returns what changed by it; objects of the same version are kept as they are. What is not among the
   * new objects was deleted while nobody watched.
   */
  replace(objects: Map<string, StoredObject<T>>): StoreChange<T> {
    const before = this.#objects;
    const upserts = new Map<string, T>();
    for (const [key, stored] of objects) {
      const known = before.get(key);
      if (known?.version === stored.version) objects.set(key, known);
      else upserts.set(key, stored.value);
    }
    this.#objects = objects;
    return { upserts, deletes: [...before.keys()].filter((key) => !objects.has(key)) };
  }
}
