import type { LeaseRecord, LeaseStore, StoredLease } from './lease-store.ts';
import { monotonicMs } from './monotonic.ts';

/** Times of client-go's leader election, in milliseconds: a replica that is gone is replaced after `leaseMs`. */
export const TIMING = {
  leaseMs: 15_000,
  /** A holder that cannot renew stops this long after the last renewal was sent. */
  renewWithinMs: 10_000,
  renewEveryMs: 2_000,
  /** How often the others look whether the lease is free: often enough that a release is noticed within two seconds. */
  lookEveryMs: 1_000,
} as const;

const REQUEST_MS = TIMING.renewWithinMs / 2;
/** A released lease expires at once for those who only look at its duration. */
const RELEASED_SECONDS = 1;

/** An attempt to hold the lease. */
export interface Attempt {
  /** Monotonic time at which the request that took or renewed the lease was sent; null when another holds it. */
  readonly heldSinceMs: number | null;
  readonly holder: string;
}

/**
 * Competes for a Lease by the rules of client-go: whether the holder is gone is judged by this machine's monotonic clock, from
 * when the record was last seen to change, so that clocks need not agree.
 * Source: k8s.io/client-go/tools/leaderelection/leaderelection.go.
 */
export class Elector {
  readonly #store: LeaseStore;
  readonly #identity: string;
  #observed: (StoredLease & { readonly atMs: number }) | null = null;

  constructor(store: LeaseStore, identity: string) {
    this.#store = store;
    this.#identity = identity;
  }

  /** Takes the lease, renews it or sees who holds it. Rejects when the API server cannot be asked. */
  async attempt(): Promise<Attempt> {
    const known = this.#observed;
    if (known?.record.holder === this.#identity) {
      const renewed = await this.#take(known);
      if (renewed !== null) return renewed;
    }
    const found = await this.#store.read(REQUEST_MS);
    this.#observe(found);
    if (found !== null && this.#isHeldByAnother()) return { heldSinceMs: null, holder: found.record.holder };
    const taken = await this.#take(found);
    return taken ?? { heldSinceMs: null, holder: '' };
  }

  /** Lets another replica take the lease at once. */
  async release(): Promise<void> {
    for (let tries = 0; tries < 3; tries += 1) {
      const found = await this.#store.read(REQUEST_MS);
      if (found?.record.holder !== this.#identity) return;
      const record = {
        ...found.record,
        holder: '',
        durationSeconds: RELEASED_SECONDS,
        renewedAt: microTime(),
      };
      if ((await this.#store.write(record, found.resourceVersion, REQUEST_MS)) !== null) return;
    }
  }

  async #take(current: StoredLease | null): Promise<Attempt | null> {
    const heldSinceMs = monotonicMs();
    const record = this.#recordAfter(current?.record ?? null);
    const written = await this.#store.write(record, current?.resourceVersion ?? null, REQUEST_MS);
    if (written === null) return null;
    this.#observe(written);
    return { heldSinceMs, holder: this.#identity };
  }

  #recordAfter(former: LeaseRecord | null): LeaseRecord {
    const now = microTime();
    const isRenewal = former?.holder === this.#identity;
    return {
      holder: this.#identity,
      durationSeconds: TIMING.leaseMs / 1000,
      acquiredAt: isRenewal ? former.acquiredAt : now,
      renewedAt: now,
      transitions: (former?.transitions ?? 0) + (former === null || isRenewal ? 0 : 1),
    };
  }

  #observe(found: StoredLease | null): void {
    if (found === null) this.#observed = null;
    else if (found.resourceVersion !== this.#observed?.resourceVersion)
      this.#observed = { ...found, atMs: monotonicMs() };
  }

  #isHeldByAnother(): boolean {
    if (this.#observed === null) return false;
    const { record, atMs } = this.#observed;
    if (record.holder === '' || record.holder === this.#identity) return false;
    return monotonicMs() < atMs + record.durationSeconds * 1000;
  }
}

/** Now, as `metav1.MicroTime`. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
