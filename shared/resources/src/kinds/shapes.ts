import type { RatedError } from '../validate/field-error.ts';
import type { KubernetesObject } from './object.ts';
import type { KindInfo } from './registry.ts';

/** What is wrong with the shape of an object of a kind we do not define ourselves. */
export function checkShape(_info: KindInfo, _object: KubernetesObject): readonly RatedError[] {
  return [];
}
