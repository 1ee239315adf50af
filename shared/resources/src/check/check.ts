import { DEFAULT_GENERATION, type Generation } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';
import { checkExposure } from './exposure.ts';
import { type Located, ObjectSet } from './object-set.ts';
import { checkDefaultAuths, checkPolicies } from './policies.ts';
import { checkMissing } from './references.ts';
import { checkEqualWeights } from './equal-weights.ts';
import { checkUnserved } from './unserved.ts';

/** What looks wrong across objects. Only warnings: an object may be applied before those it names. */
export function checkReferences(
  objects: Iterable<Located>,
  generation: Generation = DEFAULT_GENERATION,
): readonly Problem[] {
  const set = new ObjectSet(objects);
  const own =
    generation === 'v2' ? checkExposure(set) : [...checkEqualWeights(set), ...checkDefaultAuths(set)];
  return [...checkMissing(set, generation), ...checkPolicies(set), ...checkUnserved(set, generation), ...own];
}
