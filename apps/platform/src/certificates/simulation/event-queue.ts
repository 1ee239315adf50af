interface Event<T> {
  readonly at: number;
  readonly value: T;
}

/** Events in the order of their times: a binary heap. */
export class EventQueue<T> {
  readonly #heap: Event<T>[] = [];

  push(at: number, value: T): void {
    const heap = this.#heap;
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = { at, value };
  }

  /** Returns the earliest event; null when there is none. */
  pop(): Event<T> | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts an event at the top, and down to where it belongs. */
  #sink(event: Event<T>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const isRight =
        (heap[right]?.at ?? Number.POSITIVE_INFINITY) < (heap[left]?.at ?? Number.POSITIVE_INFINITY);
      const child = isRight ? right : left;
      const below = heap[child];
      if (below === undefined || below.at >= event.at) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = event;
  }
}
