import { limitsOf, type Ordered } from '../orders/limits.ts';
import type { Life, RenewalWindow } from '../orders/renewal-time.ts';
import type { Limit } from '../../auth/rate-limit-store.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
const BACKDATE_MS = HOUR_MS;

/** Token buckets in memory, by the same rule as those in PostgreSQL (GCRA). Times are in milliseconds. */
export class Buckets {
  readonly #arrivals = new Map<string, number>();

  /** Returns 0, or the milliseconds to wait if the bucket is empty. */
  take({ key, burst, everySeconds }: Limit, now: number): number {
    const stepMs = everySeconds * 1000;
    const next = Math.max(this.#arrivals.get(key) ?? 0, now) + stepMs;
    const wait = next - now - stepMs * burst;
    if (wait > 0) return Math.max(1_000, Math.ceil(wait / 1000) * 1000);
    this.#arrivals.set(key, next);
    return 0;
  }
}

/** Returns the part of a life after which the authority suggests to renew. */
export function renewedAtPart(lifeMs: number): number {
  return lifeMs < 10 * DAY_MS ? 1 / 2 : 2 / 3;
}

export interface Trouble {
  /** Part of the orders that fail. */
  readonly failures: number;
  /** Intervals in which nothing responds. */
  readonly outages: readonly (readonly [fromMs: number, untilMs: number])[];
  /** When all certificates are revoked that were issued before. */
  readonly revocationAt: number;
}

/** An authority with the limits of Let's Encrypt, renewal information and trouble. */
export class SimulatedAuthority {
  readonly #limiter = new Buckets();
  readonly #trouble: Trouble;
  readonly #random: () => number;
  issued = 0;
  /** Orders that were refused for a limit. */
  limited = 0;

  constructor(trouble: Trouble, random: () => number) {
    this.#trouble = trouble;
    this.#random = random;
  }

  isAway(now: number): boolean {
    return this.#trouble.outages.some(([from, until]) => now >= from && now < until);
  }

  /** Returns the life of a new certificate; null when the order fails. */
  order(ordered: Ordered, lifeMs: number, now: number): Life | null {
    if (this.isAway(now)) return null;
    const isRefused = limitsOf(ordered).some((limit) => this.#limiter.take(limit, now) > 0);
    if (isRefused) this.limited += 1;
    if (isRefused || this.#random() < this.#trouble.failures) return null;
    this.issued += 1;
    const start = now - BACKDATE_MS;
    return { notBefore: new Date(start), notAfter: new Date(start + lifeMs) };
  }

  /**
   * Suggests to renew as Boulder does (core/objects.go, RenewalInfoSimple): around two thirds of a life, or half of one below ten
   * days, give or take a fiftieth of it; in the past for what was revoked. Undefined while it is away.
   */
  renewalInfo({ notBefore, notAfter }: Life, now: number): RenewalWindow | undefined {
    if (this.isAway(now)) return undefined;
    const issuedAt = notBefore.getTime() + BACKDATE_MS;
    const { revocationAt } = this.#trouble;
    if (now >= revocationAt && issuedAt < revocationAt)
      return { start: new Date(revocationAt - 2 * HOUR_MS), end: new Date(revocationAt - HOUR_MS) };
    const lifeMs = notAfter.getTime() - notBefore.getTime();
    const ideal = notBefore.getTime() + lifeMs * renewedAtPart(lifeMs);
    return { start: new Date(ideal - lifeMs / 50), end: new Date(ideal + lifeMs / 50) };
  }
}
