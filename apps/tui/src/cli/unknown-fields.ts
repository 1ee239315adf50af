import { closestName } from '@portolan/resources/kinds/closest-name';

/** A field that is not of the kind, as a strict API server words it; null when there is none. */
export function findUnknownField(given: unknown, stored: unknown, path = ''): string | null {
  if (Array.isArray(given))
    return first(given, (value, at) =>
      findUnknownField(value, Array.isArray(stored) ? stored[at] : null, `${path}[${at}]`),
    );
  if (!isMap(given) || !isMap(stored)) return null;
  return first(Object.entries(given), ([key, value]) => {
    const field = path === '' ? key : `${path}.${key}`;
    if (Object.hasOwn(stored, key)) return findUnknownField(value, stored[key], field);
    const near = closestName(key, Object.keys(stored));
    return `unknown field "${field}"${near === null ? '' : `; did you mean ${near}?`}`;
  });
}

function first<T>(items: readonly T[], find: (item: T, at: number) => string | null): string | null {
  for (const [at, item] of items.entries()) {
    const found = find(item, at);
    if (found !== null) return found;
  }
  return null;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
