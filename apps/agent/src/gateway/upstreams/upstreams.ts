import type { Endpoint, ServiceTarget } from '@portolan/resources/model/service';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { GatewayLimits } from '../http/limits.ts';
import { Upstream, upstreamKey } from './upstream.ts';

const IDLE_MS = 60_000;
const SWEEP_MS = 30_000;

/** Every endpoint in use, by address and transport; outlives route tables, so that swaps keep connections. */
export class Upstreams {
  readonly #limits: GatewayLimits;
  readonly #byKey = new Map<string, Upstream>();
  /** Those with connections. A route table may go on using one that has left `#byKey`, which then opens again. */
  readonly #open = new Set<Upstream>();
  readonly #sweep: IntervalJob;

  constructor(limits: GatewayLimits, onError: (error: unknown) => void) {
    this.#limits = limits;
    this.#sweep = startInterval({ everyMs: SWEEP_MS, run: () => this.closeIdle(performance.now()), onError });
  }

  get(endpoint: Endpoint, target: ServiceTarget): Upstream {
    const key = upstreamKey(endpoint, target);
    let upstream = this.#byKey.get(key);
    if (upstream === undefined) {
      upstream = new Upstream(endpoint, target, this.#limits, (opened) => this.#open.add(opened));
      this.#byKey.set(key, upstream);
    }
    return upstream;
  }

  listUnavailable(): readonly string[] {
    const now = performance.now();
    return [...new Set([...this.#byKey.values(), ...this.#open])]
      .filter((upstream) => !upstream.isAvailable(now))
      .map((upstream) => upstream.origin);
  }

  async close(): Promise<void> {
    await this.#sweep.close();
    this.#byKey.clear();
    await Promise.all([...this.#open].map((upstream) => upstream.destroy()));
    this.#open.clear();
  }

  /** Closes connections of endpoints without requests for a minute; they open again on demand. */
  closeIdle(now: number): void {
    const before = now - IDLE_MS;
    const isIdle = (upstream: Upstream) => upstream.inFlight === 0 && upstream.lastUsedAt <= before;
    for (const [key, upstream] of this.#byKey) if (isIdle(upstream)) this.#byKey.delete(key);
    for (const upstream of this.#open) {
      if (!isIdle(upstream)) continue;
      this.#open.delete(upstream);
      upstream.release().catch(() => undefined);
    }
  }
}
