import type { ValidObject, Reader } from '../reader.ts';

/**
 * Whether an object leads back to itself. Asked of the objects, not of their results, so that the answer does not
 * depend on which of them is compiled first.
 */
export function isCircular<T>(
  reader: Reader,
  next: (object: ValidObject<T>) => readonly (ValidObject<T> | null)[],
): boolean {
  const self = reader.get<T>(reader.self.key);
  const seen = new Set<string>();
  const pending = self === null ? [] : [...next(self)];
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
    if (object === null || seen.has(object.key)) continue;
    if (object.key === reader.self.key) return true;
    seen.add(object.key);
    pending.push(...next(object));
  }
  return false;
}
