import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { GENERATIONS, type Generation } from '@portolan/resources/kinds/registry';
import { validateObject } from '@portolan/resources/validate/validate';

/**
 * Returns what is wrong with an object to write; null when nothing is. Without a generation it may be of any: the platform
 * validates it by that of its cluster. Stricter than reading: a field that would be dropped
 * silently is an error, as it is for `kubectl apply`.
 */
export function faultOf(object: KubernetesObject, generation?: Generation): string | null {
  if (generation !== undefined) return faultIn(object, generation);
  const faults = GENERATIONS.map((one) => faultIn(object, one));
  return faults.includes(null) ? null : (faults[0] ?? null);
}

function faultIn(object: KubernetesObject, generation: Generation): string | null {
  const { valid, errors, unknownFields } = validateObject(object, { generation });
  const [unknown] = unknownFields;
  if (unknown !== undefined) return unknown.message;
  if (valid) return null;
  return (
    errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ') ||
    'not valid'
  );
}

/** Returns the name of an object on the command line: `apiaccess/crew-flights`. */
export function objectName(object: {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}): string {
  return `${object.kind.toLowerCase()}/${object.metadata.name}`;
}
