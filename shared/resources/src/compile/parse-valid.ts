import type { KubernetesObject } from '../kinds/object.ts';
import { validateObject } from '../validate/validate.ts';
import type { Fault, Parsed } from './unit.ts';

/**
 * Reads an object as the API server would store it. The type argument holds once validation has passed; `judge`
 * adds what only a compiler can tell.
 */
export function parseValid<T>(
  object: KubernetesObject,
  judge: (spec: T) => readonly Fault[] = () => [],
): Parsed<T> {
  const { valid, errors, object: stored } = validateObject(object, { generation: 'v2' });
  if (!valid) {
    return {
      faults: errors.map(({ field, message }) => ({
        code: 'invalid',
        field,
        message: object.kind === 'Secret' ? withoutValue(message) : message,
        fix: 'correct the field',
      })),
    };
  }
  const spec = stored as unknown as T;
  const faults = judge(spec);
  return faults.length === 0 ? { spec } : { faults };
}

/** The API server's words quote the offending value, which in a Secret is one. */
function withoutValue(message: string): string {
  return message.replace(/^Invalid value: ".*": /s, 'Invalid value: ');
}
