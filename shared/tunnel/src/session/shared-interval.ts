/** Something that is checked at regular intervals. */
export interface IntervalMember {
  tick(): void;
}

/** A tick that is later than this means that the process was suspended; ticks that were missed are skipped. */
const SUSPEND_THRESHOLD_MS = 1_000;

const intervals = new Map<number, SharedInterval>();

/** Calls `tick` of a member every `periodMs` until it leaves. Members with the same period share a timer: there may be thousands. */
export function joinInterval(periodMs: number, member: IntervalMember): void {
  let interval = intervals.get(periodMs);
  if (!interval) intervals.set(periodMs, (interval = new SharedInterval(periodMs)));
  interval.members.add(member);
}

/** Stops the calls. The timer stops with the last member. */
export function leaveInterval(periodMs: number, member: IntervalMember): void {
  const interval = intervals.get(periodMs);
  if (!interval?.members.delete(member) || interval.members.size > 0) return;
  interval.stop();
  intervals.delete(periodMs);
}

class SharedInterval {
  readonly members = new Set<IntervalMember>();
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
