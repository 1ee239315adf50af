import type { RecordedObjects } from './recorded.ts';

const VALID = ' valid';
const VALID_PER_KIND = 12;

/** The fewest objects that show everything these show: each has an error that none before it has, of its kind. */
export function distil(objects: RecordedObjects): RecordedObjects {
  const seen = new Map<string, number>();
  const bySize = objects.toSorted((a, b) => size(a.object) - size(b.object));
  return bySize.filter((entry) => shapesOf(entry).filter((shape) => isNew(shape, seen)).length > 0);
}

function isNew(shape: string, seen: Map<string, number>): boolean {
  const count = seen.get(shape) ?? 0;
  seen.set(shape, count + 1);
  return count < (shape.endsWith(VALID) ? VALID_PER_KIND : 1);
}

function shapesOf({ answer }: RecordedObjects[number]): readonly string[] {
  const kind = JSON.stringify(answer.object?.['kind']);
  if (answer.refused !== undefined) return [`refused ${answer.refused.replaceAll(/\d+/g, '')}`];
  if (answer.errors.length === 0) return [`${kind}${VALID}`];
  return answer.errors.map(({ field, message }) => {
    const place = field.startsWith('metadata') ? field : `${kind} ${field}`;
    return `${place}: ${message}`.replaceAll(/\[[^\]]*\]|"(?:[^"\\]|\\.)*"|\d+/g, '#');
  });
}

function size(value: unknown): number {
  return JSON.stringify(value).length;
}
