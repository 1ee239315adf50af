import { DEFAULT_GENERATION, type Generation } from '../kinds/registry.ts';
import type { Problem } from '../problem.ts';
import { checkExposure } from './exposure.ts';
import { type Located, ObjectSet } from './object-set.ts';
import { checkDefaultAuths, checkPolicies } from './policies.ts';
import { checkReferences } from './references.ts';
import { checkEqualWeights } from './equal-weights.ts';
import { checkUnserved } from './unserved.ts';

/** Returns warnings about objects that do not fit together. Never errors: an object may be applied before those it names. */
export function checkObjects(
  objects: Iterable<Located>,
  generation: Generation = DEFAULT_GENERATION,
): readonly Problem[] {
  const set = new ObjectSet(objects);
  const own =
    generation === 'v2' ? checkExposure(set) : [...checkEqualWeights(set), ...checkDefaultAuths(set)];
  return [
    ...checkReferences(set, generation),
    ...checkPolicies(set),
    ...checkUnserved(set, generation),
    ...own,
  ];
}
