import { getMetrics, type Figures } from '@portolan/contract/telemetry';
import type { Session } from '../kinds/kind.ts';
import type { Busy } from './busy.ts';

/** All APIs of the workspace together, over one step of time. */
export interface TrafficPoint {
  readonly at: string;
  readonly seconds: number;
  readonly requests: number;
  readonly errors: number;
  readonly timeSum: number;
  readonly timeCount: number;
}

const WINDOW_MS = 30 * 60_000;

/** The traffic of the last half hour, for the home screen; null until it was read once. */
export class Traffic {
  points: readonly TrafficPoint[] | null = null;
  readonly #from: { session: Session; busy: Busy; changed: () => void; now: () => number };
  readonly #stop = new AbortController();
  #reading = false;

  constructor(from: { session: Session; busy: Busy; changed: () => void; now: () => number }) {
    this.#from = from;
  }

  async refresh(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      const { client, workspace } = this.#from.session;
      const since = new Date(this.#from.now() - WINDOW_MS).toISOString();
      const work = client.call(
        getMetrics,
        { params: { workspace }, query: { kind: 'api', since } },
        this.#stop.signal,
      );
      const { series } = await this.#from.busy.track(work);
      this.points = sum(series.flatMap((one) => one.points));
      this.#from.changed();
    } catch {
      // The lists say what is wrong with the connection; figures only wait for the next time.
    } finally {
      this.#reading = false;
    }
  }

  close(): void {
    this.#stop.abort();
  }
}

function sum(points: readonly Figures[]): readonly TrafficPoint[] {
  const byTime = new Map<string, TrafficPoint>();
  for (const point of points) {
    const known = byTime.get(point.timestamp);
    byTime.set(point.timestamp, {
      at: point.timestamp,
      seconds: point.seconds,
      requests: point.requests + (known?.requests ?? 0),
      errors: point.errors + (known?.errors ?? 0),
      timeSum: point.responseTimeSum + (known?.timeSum ?? 0),
      timeCount: point.responseTimeCount + (known?.timeCount ?? 0),
    });
  }
  return [...byTime.values()].toSorted((a, b) => a.at.localeCompare(b.at));
}
