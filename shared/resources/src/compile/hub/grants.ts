import { compareText } from '../../model/compare.ts';
import type { Grant } from '../../model/model.ts';

/** By weight, then by name: of several grants that let a caller through, the first applies. */
export function compareGrants(a: Grant, b: Grant): number {
  return (
    (b.weight ?? 0) - (a.weight ?? 0) ||
    compareText(a.access.name, b.access.name) ||
    compareText(a.access.key, b.access.key)
  );
}
