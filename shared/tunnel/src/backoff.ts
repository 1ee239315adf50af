/** How long to wait before the next try. */
export interface Backoff {
  readonly baseMs: number;
  readonly capMs: number;
}

/** Full jitter: uniform between 0 and the doubled, capped base, so that a herd of clients does not come back at once. */
export function fullJitter({ baseMs, capMs }: Backoff, attempt: number, random = Math.random): number {
  return random() * Math.min(capMs, baseMs * 2 ** Math.max(0, attempt));
}
