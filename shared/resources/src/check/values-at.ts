import { isRecord } from '../kinds/object.ts';

/** A value of an object and its path there. */
export interface Found {
  readonly value: unknown;
  readonly field: string;
}

/** Values at a path such as `spec.apis[].name`; none where the object, which may be invalid, has another shape. */
export function valuesAt(root: unknown, path: string): readonly Found[] {
  let found: readonly Found[] = [{ value: root, field: '' }];
  for (const step of path.split('.')) {
    const name = step.replace('[]', '');
    found = found.flatMap(({ value, field }) => {
      if (!isRecord(value) || !Object.hasOwn(value, name)) return [];
      const child = { value: value[name], field: field === '' ? name : `${field}.${name}` };
      return step.endsWith('[]') ? itemsOf(child) : [child];
    });
  }
  return found;
}

/** The text at a path, or null. */
export function textAt(root: unknown, path: string): string | null {
  const value = valuesAt(root, path)[0]?.value;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** All texts at a path. */
export function textsAt(root: unknown, path: string): readonly string[] {
  return valuesAt(root, path)
    .map(({ value }) => value)
    .filter((value) => typeof value === 'string');
}

function itemsOf({ value, field }: Found): readonly Found[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown, index) => ({ value: item, field: `${field}[${index}]` }));
}
