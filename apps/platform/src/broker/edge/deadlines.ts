/** A member that must make progress before `deadlineAt` (of `performance.now()`). */
export interface Timed {
  deadlineAt: number;
  onDeadline(): void;
}

/** One timer for all connections of a listener: setting a deadline costs an assignment, not a timer per request. */
export class Deadlines {
  readonly #members = new Set<Timed>();
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs = 250) {
    this.#timer = setInterval(() => this.#sweep(), everyMs).unref();
  }

  add(member: Timed): void {
    this.#members.add(member);
  }

  remove(member: Timed): void {
    this.#members.delete(member);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#members.clear();
  }

  #sweep(): void {
    const now = performance.now();
    for (const member of this.#members) if (member.deadlineAt <= now) member.onDeadline();
  }
}
