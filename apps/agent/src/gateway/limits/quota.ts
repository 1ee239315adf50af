import type { BucketRule, Take } from './buckets.ts';

/** What a caller learns of a counter. */
export type Counted = Pick<Take, 'isAllowed' | 'remaining' | 'retryAfterMs' | 'resetMs'>;

/**
 * Requests that a quota has counted: triples of the times of the first and the last request (milliseconds since the epoch) and
 * their number, oldest first. A triple spans at most a part of the period, so that there are few whatever the quota.
 */
export type QuotaSpans = readonly number[];

/** Requests of so much of the period are counted in one triple, and given back together when the last of them has gone by. */
export const QUOTA_PARTS = 60;

/** Returns the triples that still count: those with a request within the period that ends now. A clock that went back makes none younger. */
export function spansWithin(spans: QuotaSpans, periodMs: number, nowMs: number): number[] {
  const kept: number[] = [];
  for (let at = 0; at + 2 < spans.length; at += 3) {
    const [first = 0, last = 0, count = 0] = [spans[at], spans[at + 1], spans[at + 2]];
    if (last > nowMs - periodMs) kept.push(Math.min(first, nowMs), Math.min(last, nowMs), count);
  }
  return kept;
}

/** Returns the number of requests in triples. */
export function usedIn(spans: QuotaSpans): number {
  let used = 0;
  for (let at = 2; at < spans.length; at += 3) used += spans[at] ?? 0;
  return used;
}

/** Adds one request to triples that still count, in place. */
export function countIn(spans: number[], periodMs: number, nowMs: number): void {
  const first = spans.at(-3);
  if (first !== undefined && nowMs - first < periodMs / QUOTA_PARTS) {
    spans[spans.length - 2] = nowMs;
    spans[spans.length - 1] = (spans.at(-1) ?? 0) + 1;
  } else spans.push(nowMs, nowMs, 1);
}

/** Returns the state of a quota for the caller: what is left, when some of it is restored, and when all is. */
export function quotaState(
  { limit, periodMs }: BucketRule,
  {
    used,
    isAllowed,
    oldestMs,
    newestMs,
    nowMs,
  }: {
    readonly used: number;
    readonly isAllowed: boolean;
    /** Last request of the oldest and of the newest triple; null without any. */
    readonly oldestMs: number | null;
    readonly newestMs: number | null;
    readonly nowMs: number;
  },
): Counted {
  const until = (lastMs: number | null): number =>
    lastMs === null ? 0 : Math.max(0, lastMs + periodMs - nowMs);
  return {
    isAllowed,
    remaining: Math.max(0, limit - used),
    // A quota of nothing never gives anything back.
    retryAfterMs: isAllowed ? 0 : limit === 0 ? periodMs : until(oldestMs),
    resetMs: until(newestMs),
  };
}
