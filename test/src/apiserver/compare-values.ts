import { isDeepStrictEqual } from 'node:util';
import type { Evaluation } from './answer.ts';

/** How a value of ours differs from Kubernetes' evaluation, or null; errors need not have the same words. */
export function evaluationDifference(evaluate: () => unknown, theirs: Evaluation): string | null {
  let ours: unknown;
  try {
    ours = toJson(evaluate());
  } catch (error) {
    return theirs.error === undefined ? `${String(error)}, not ${JSON.stringify(theirs.value)}` : null;
  }
  if (theirs.error !== undefined) return `${JSON.stringify(ours)}, not an error: ${theirs.error}`;
  return isDeepStrictEqual(ours, theirs.value)
    ? null
    : `${JSON.stringify(ours)}, not ${JSON.stringify(theirs.value)}`;
}

function toJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? Number(member) : member)),
  );
}
