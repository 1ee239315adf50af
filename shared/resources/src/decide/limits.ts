import type { Limit } from '../model/model.ts';

/**
 * The limit that applies to a caller: limits that name one of the caller's groups go before those for everybody;
 * within a group the strictest counts, between groups the most favourable.
 */
export function selectLimit(limits: readonly Limit[], groups: readonly string[]): Limit | null {
  let best: Limit | null = null;
  for (const group of groups) {
    const strictest = strictestOf(limits, group);
    if (strictest !== null && (best === null || compareStrictness(strictest, best) > 0)) best = strictest;
  }
  return best ?? strictestOf(limits, null);
}

/** The strictest limit of one group, or of those for everybody. */
function strictestOf(limits: readonly Limit[], group: string | null): Limit | null {
  let strictest: Limit | null = null;
  for (const limit of limits) {
    const applies = limit.groups === 'any' ? group === null : group !== null && limit.groups.includes(group);
    if (applies && (strictest === null || compareStrictness(limit, strictest) < 0)) strictest = limit;
  }
  return strictest;
}

/** Negative when `a` is stricter: by rate, then by burst, then by name so that ties never depend on order. */
function compareStrictness(a: Limit, b: Limit): number {
  const byRate = a.limit / a.periodMs - b.limit / b.periodMs;
  if (byRate !== 0) return byRate;
  return a.limit - b.limit || (a.source.key < b.source.key ? -1 : a.source.key > b.source.key ? 1 : 0);
}
