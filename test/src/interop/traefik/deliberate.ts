import type { Difference } from './compare.ts';

/** A difference to Traefik that is intended. */
export interface Deliberate {
  /** What the gateway does, and what Traefik does. */
  readonly title: string;
  /** Why. */
  readonly reason: string;
  readonly cases: RegExp;
  readonly texts: RegExp;
}

/** Differences that docs/gateway.md lists, in its order. */
export const DELIBERATE: readonly Deliberate[] = [];

export function isExample({ cases, texts }: Deliberate, difference: Difference): boolean {
  return cases.test(difference.case) && texts.test(difference.text);
}

/** Returns the differences that no entry explains, as one line each. */
export function unlistedOf(found: readonly Difference[]): readonly string[] {
  return found
    .filter((difference) => !DELIBERATE.some((entry) => isExample(entry, difference)))
    .map((difference) => `${difference.case}: ${difference.text}`);
}
