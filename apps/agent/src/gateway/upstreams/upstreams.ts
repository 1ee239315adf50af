import type { Endpoint, ServiceTarget } from '@portolan/resources/model/service';
import type { GatewayLimits } from '../http/limits.ts';
import { Upstream, upstreamKey } from './upstream.ts';

const IDLE_MS = 60_000;
const SWEEP_MS = 30_000;

/** Every endpoint in use, by what it is and how it is reached; outlives route tables, so that swaps keep connections. */
export class Upstreams {
  readonly #limits: GatewayLimits;
  readonly #byKey = new Map<string, Upstream>();
  /** Those with connections. A route table may go on using one that has left `#byKey`: it opens itself again. */
  readonly #open = new Set<Upstream>();
  readonly #sweep: NodeJS.Timeout;

  constructor(limits: GatewayLimits) {
    this.#limits = limits;
    this.#sweep = setInterval(() => this.closeIdle(performance.now()), SWEEP_MS);
    this.#sweep.unref();
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
    clearInterval(this.#sweep);
    this.#byKey.clear();
    await Promise.all([...this.#open].map((upstream) => upstream.destroy()));
    this.#open.clear();
  }

  /** An endpoint nobody asked for in a while has left its Service, or might as well have: it comes back on demand. */
  closeIdle(now: number): void {
    const before = now - IDLE_MS;
    const isIdle = (upstream: Upstream) => upstream.inFlight === 0 && upstream.lastUsedAt <= before;
    for (const [key, upstream] of this.#byKey) if (isIdle(upstream)) this.#byKey.delete(key);
    for (const upstream of this.#open) {
      if (!isIdle(upstream)) continue;
      this.#open.delete(upstream);
      void upstream.release();
    }
  }
}
