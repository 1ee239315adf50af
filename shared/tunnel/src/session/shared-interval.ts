/** Something that wants a look at regular intervals. */
export interface Watched {
  tick(): void;
}

/** Later than this means that the process stood still: the ticks missed are not made up for. */
const SUSPEND_THRESHOLD_MS = 1_000;

const intervals = new Map<number, SharedInterval>();

/** Has `watched` ticked every `periodMs` until `unwatch`; all with one period share a timer, for there may be thousands. */
export function watch(periodMs: number, watched: Watched): void {
  let interval = intervals.get(periodMs);
  if (!interval) intervals.set(periodMs, (interval = new SharedInterval(periodMs)));
  interval.members.add(watched);
}

/** Ends `watch`; the last one stops the timer. */
export function unwatch(periodMs: number, watched: Watched): void {
  const interval = intervals.get(periodMs);
  if (!interval?.members.delete(watched) || interval.members.size > 0) return;
  interval.stop();
  intervals.delete(periodMs);
}

class SharedInterval {
  readonly members = new Set<Watched>();
  readonly #periodMs: number;
  #dueAt: number;
  #timer: NodeJS.Timeout;

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
    this.#dueAt = performance.now() + periodMs;
    this.#timer = setTimeout(() => this.#beat(), periodMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #beat(): void {
    const now = performance.now();
    const base = now - this.#dueAt > SUSPEND_THRESHOLD_MS ? now : this.#dueAt;
    this.#dueAt = base + this.#periodMs;
    this.#timer = setTimeout(() => this.#beat(), Math.max(1, this.#dueAt - now));
    for (const member of this.members) member.tick();
  }
}
