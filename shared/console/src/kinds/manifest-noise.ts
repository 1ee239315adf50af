/** Fields the cluster writes itself; a change of theirs is nobody's intent. */
const NOISE = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'status',
]);

/** An object without what the cluster writes itself. */
export function withoutNoise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNoise);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !NOISE.has(key))
      .map(([key, held]) => [key, withoutNoise(held)]),
  );
}
