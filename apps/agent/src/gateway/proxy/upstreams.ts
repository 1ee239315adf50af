import type { Endpoint, ServiceTarget } from '@portolan/resources/model/model';
import type { GatewayLimits } from '../options.ts';
import { Upstream, upstreamKey } from './upstream.ts';

const IDLE_MS = 60_000;
const SWEEP_MS = 30_000;

/** Every endpoint in use, by what it is and how it is reached; outlives route tables, so that swaps keep connections. */
export class Upstreams {
  readonly #limits: GatewayLimits;
  readonly #byKey = new Map<string, Upstream>();
  readonly #sweep: NodeJS.Timeout;

  constructor(limits: GatewayLimits) {
    this.#limits = limits;
    this.#sweep = setInterval(() => this.#closeIdle(), SWEEP_MS);
    this.#sweep.unref();
  }

  get(endpoint: Endpoint, target: ServiceTarget): Upstream {
    const key = upstreamKey(endpoint, target);
    let upstream = this.#byKey.get(key);
    if (upstream === undefined) {
      upstream = new Upstream(endpoint, target, this.#limits);
      this.#byKey.set(key, upstream);
    }
    return upstream;
  }

  listUnavailable(): readonly string[] {
    const now = performance.now();
    return [...this.#byKey.values()]
      .filter((upstream) => !upstream.isAvailable(now))
      .map((upstream) => upstream.origin);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    const all = [...this.#byKey.values()];
    this.#byKey.clear();
    await Promise.all(all.map((upstream) => upstream.pool.destroy()));
  }

  /** An endpoint nobody asked for in a while has left its Service, or might as well have: it comes back on demand. */
  #closeIdle(): void {
    const before = performance.now() - IDLE_MS;
    for (const [key, upstream] of this.#byKey) {
      if (upstream.inFlight > 0 || upstream.lastUsedAt > before) continue;
      this.#byKey.delete(key);
      // A request that picked it in this very tick still finishes: close waits for what was dispatched.
      void upstream.pool.close();
    }
  }
}
