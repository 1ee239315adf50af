import type { Schema } from '../crds/custom-resource-definition.ts';
import { isRecord } from '../kinds/object.ts';
import { duplicate, type RatedError } from './field-error.ts';

/** Items that occur twice in a list that is a set, or whose keys occur twice in a list that is a map. */
export function findDuplicates(
  list: readonly unknown[],
  schema: Schema,
  field: string,
): readonly RatedError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'set' && type !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Map<string, number>();
  const found: RatedError[] = [];
  for (const [index, item] of list.entries()) {
    const identity = type === 'set' ? item : keyOf(item, keys);
    const text = canonical(identity);
    const times = seen.get(text) ?? 0;
    // A third time is not reported again.
    if (times === 1) found.push(duplicate(`${field}[${index}]`, identity));
    seen.set(text, times + 1);
  }
  return found;
}

function keyOf(item: unknown, keys: readonly string[]): unknown {
  if (!isRecord(item)) return item;
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(item, key)).map((key) => [key, item[key]]));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value).toSorted();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}
