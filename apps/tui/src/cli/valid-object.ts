import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Generation } from '@portolan/resources/kinds/registry';
import { validateObject } from '@portolan/resources/validate/validate';

/**
 * What is wrong with an object that is to be written; null when nothing is. Stricter than reading is: a field that would
 * be dropped without a word is a slip, as it is for `kubectl apply`.
 */
export function faultOf(object: KubernetesObject, generation: Generation = 'v2'): string | null {
  const { valid, errors, unknownFields } = validateObject(object, { generation });
  const [unknown] = unknownFields;
  if (unknown !== undefined) return unknown.message;
  if (valid) return null;
  return (
    errors.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ') ||
    'not valid'
  );
}
