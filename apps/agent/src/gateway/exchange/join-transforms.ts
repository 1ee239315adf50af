import type { Transform } from 'node:stream';

/** Where content enters what it streams through, and where it comes out. */
export interface JoinedTransforms {
  readonly input: Transform;
  readonly output: Transform;
}

/** Joins what the content of a response streams through; null for nothing. `onError` is called when any of it fails. */
export function joinTransforms(
  transforms: readonly Transform[],
  onError: () => void,
): JoinedTransforms | null {
  const [input] = transforms;
  const output = transforms.at(-1);
  if (input === undefined || output === undefined) return null;
  for (const [index, transform] of transforms.entries()) {
    transform.on('error', onError);
    const next = transforms[index + 1];
    if (next !== undefined) transform.pipe(next);
  }
  return { input, output };
}
