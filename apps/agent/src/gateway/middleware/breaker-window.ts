import type { BreakerMetrics } from './breaker-expression.ts';

const SECONDS = 10;
const LATENCY_SAMPLES = 200;

interface Second {
  at: number;
  total: number;
  networkErrors: number;
  readonly byStatus: Map<number, number>;
  readonly latenciesMs: number[];
}

/** What happened in the last ten seconds. */
export class BreakerWindow implements BreakerMetrics {
  readonly #now: () => number;
  #seconds: Second[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  add(request: {
    readonly status: number;
    readonly latencyMs: number;
    readonly isNetworkError: boolean;
  }): void {
    const second = this.#current();
    second.total += 1;
    if (request.isNetworkError) second.networkErrors += 1;
    second.byStatus.set(request.status, (second.byStatus.get(request.status) ?? 0) + 1);
    // A fair sample of bounded size: later requests replace random earlier ones (reservoir sampling).
    if (second.latenciesMs.length < LATENCY_SAMPLES) second.latenciesMs.push(request.latencyMs);
    else {
      const index = Math.floor(Math.random() * second.total);
      if (index < LATENCY_SAMPLES) second.latenciesMs[index] = request.latencyMs;
    }
  }

  clear(): void {
    this.#seconds = [];
  }

  networkErrorRatio(): number {
    const recent = this.#recent();
    const total = recent.reduce((sum, second) => sum + second.total, 0);
    return total === 0 ? 0 : recent.reduce((sum, second) => sum + second.networkErrors, 0) / total;
  }

  responseCodeRatio(from: number, to: number, dividedByFrom: number, dividedByTo: number): number {
    const all = this.#countStatuses(dividedByFrom, dividedByTo);
    return all === 0 ? 0 : this.#countStatuses(from, to) / all;
  }

  latencyAtQuantileMs(quantile: number): number {
    const latencies = this.#recent().flatMap((second) => second.latenciesMs);
    latencies.sort((a, b) => a - b);
    const index = Math.min(latencies.length - 1, Math.floor((quantile / 100) * latencies.length));
    return latencies[index] ?? 0;
  }

  #countStatuses(from: number, to: number): number {
    let count = 0;
    for (const { byStatus } of this.#recent())
      for (const [status, times] of byStatus) if (status >= from && status < to) count += times;
    return count;
  }

  #recent(): readonly Second[] {
    const oldest = Math.floor(this.#now() / 1000) - SECONDS;
    this.#seconds = this.#seconds.filter((second) => second.at > oldest);
    return this.#seconds;
  }

  #current(): Second {
    const at = Math.floor(this.#now() / 1000);
    const last = this.#seconds.at(-1);
    if (last?.at === at) return last;
    const second: Second = { at, total: 0, networkErrors: 0, byStatus: new Map(), latenciesMs: [] };
    this.#seconds.push(second);
    if (this.#seconds.length > SECONDS * 2) this.#recent();
    return second;
  }
}
