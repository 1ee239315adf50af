const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** RFC 9773 §4.3: renewal information is asked for at least this often. */
const INFO_EVERY_MS = 6 * HOUR_MS;
/** Lives below this are renewed at half of them, others when a third is left, as Let's Encrypt advises. */
const SHORT_LIFE_MS = 10 * DAY_MS;
/** In the last part of a life, renewal information is no longer waited for. */
const LAST_PART = 1 / 20;
/** Of lives that short at least this is left at a renewal, so that an authority may be away for two days. */
const SHORT_LIFE_PART = 1 / 3;
/** Fallback times are spread over this part of the life, so that certificates issued together are not renewed together. */
const SPREAD_PART = 1 / 50;
/** Waits after failures in a row (Let's Encrypt, integration guide: 1, 10, 100 minutes, then daily). */
const RETRY_LADDER_MS = [MINUTE_MS, 10 * MINUTE_MS, 100 * MINUTE_MS, DAY_MS];

export interface Life {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** When the authority suggests to renew (RFC 9773). */
export interface RenewalWindow {
  readonly start: Date;
  readonly end: Date;
}

/** What a renewal was planned by. */
export interface RenewalPlan {
  readonly window: RenewalWindow | null;
  readonly renewAt: Date;
}

/**
 * Returns when to renew a certificate: a random point of the window, kept as long as the window is the same, else by its own life.
 * @param random A number from 0 to 1.
 */
export function planRenewal(
  life: Life,
  window: RenewalWindow | null,
  before: RenewalPlan | null,
  random: number,
): RenewalPlan {
  if (window === null) {
    const kept = before !== null && before.window === null ? before.renewAt : null;
    return { window, renewAt: kept ?? byLife(life, random) };
  }
  if (before?.window && isSame(before.window, window)) return before;
  const span = window.end.getTime() - window.start.getTime();
  const chosen = window.start.getTime() + random * span;
  const lengthMs = lengthOf(life);
  const latest =
    life.notAfter.getTime() - lengthMs * (lengthMs < SHORT_LIFE_MS ? SHORT_LIFE_PART : LAST_PART);
  return { window, renewAt: new Date(Math.min(chosen, latest)) };
}

/** Returns when to ask for renewal information again, or to renew if that is earlier. */
export function nextLook(life: Life, renewAt: Date, retryAt: Date | null, now: Date): Date {
  const isEnding = life.notAfter.getTime() - now.getTime() < lengthOf(life) * LAST_PART;
  const pause = Math.min(INFO_EVERY_MS, Math.max(MINUTE_MS, lengthOf(life) / 50));
  const asked = Math.max(now.getTime() + (isEnding ? MINUTE_MS : pause), retryAt?.getTime() ?? 0);
  return new Date(Math.max(now.getTime(), Math.min(asked, renewAt.getTime())));
}

/**
 * Returns when to try again after `failures` attempts in a row. A certificate that would end before is tried again at a tenth of
 * the time that it has left, but not more often than every minute.
 */
export function nextAttempt(failures: number, notAfter: Date | null, now: Date): Date {
  const pause = RETRY_LADDER_MS[Math.min(failures, RETRY_LADDER_MS.length) - 1] ?? MINUTE_MS;
  const left = notAfter === null ? Number.POSITIVE_INFINITY : notAfter.getTime() - now.getTime();
  const urgent = left > 0 ? Math.max(MINUTE_MS, left / 10) : Number.POSITIVE_INFINITY;
  return new Date(now.getTime() + Math.min(pause, urgent));
}

function byLife(life: Life, random: number): Date {
  const length = lengthOf(life);
  const part = length < SHORT_LIFE_MS ? 1 / 2 : 2 / 3;
  return new Date(life.notBefore.getTime() + length * part + random * length * SPREAD_PART);
}

function lengthOf({ notBefore, notAfter }: Life): number {
  return notAfter.getTime() - notBefore.getTime();
}

function isSame(a: RenewalWindow, b: RenewalWindow): boolean {
  return a.start.getTime() === b.start.getTime() && a.end.getTime() === b.end.getTime();
}
