/**
 * Makes a table of words safe to look up any text in: what an object inherits (`constructor`, `__proto__`) is not found.
 */
export function dictionary<V>(entries: Readonly<Record<string, V>>): Readonly<Record<string, V>> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, V>, entries));
}

/** Returns the value of a key of a parsed object; undefined for what the object inherits. */
export function ownValue<V>(object: Readonly<Record<string, V>>, key: string): V | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
