import type { ImportedLimit, ImportedLimits } from './imported.ts';
import type { Losses } from './losses.ts';

/** A limit of the source: so many requests in so many seconds. */
export interface Window {
  readonly limit: number;
  readonly seconds: number;
}

/**
 * Returns the limits of a plan: the shortest window as its rate, the next as its quota. A single window of more than a minute is
 * a quota. A plan has no room for further windows, which are losses.
 */
export function planLimits(
  windows: readonly Window[],
  { path, losses }: { readonly path: string; readonly losses: Losses },
): ImportedLimits {
  const usable = windows
    .filter(({ limit, seconds }) => limit >= 0 && seconds >= 1)
    .toSorted((a, b) => a.seconds - b.seconds);
  const [first, second, ...rest] = usable;
  for (const { limit, seconds } of rest)
    losses.add(
      'changed',
      path,
      `a plan has one rate and one quota; ${limit} per ${goDuration(seconds)} is left out`,
    );
  if (first === undefined) return {};
  if (second !== undefined) return { rate: limitOf(first), quota: limitOf(second) };
  return first.seconds <= 60 ? { rate: limitOf(first) } : { quota: limitOf(first) };
}

function limitOf({ limit, seconds }: Window): ImportedLimit {
  return { limit: Math.floor(limit), period: goDuration(seconds) };
}

/** Returns a number of seconds as a Go duration of one unit. */
export function goDuration(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60}m`;
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.max(1, Math.round(seconds * 1000))}ms`;
}
