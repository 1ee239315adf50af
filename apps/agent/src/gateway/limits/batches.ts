interface Waiting<T> {
  readonly resolve: (result: T) => void;
  readonly reject: (error: Error) => void;
}

interface Queue<Request, T> {
  readonly request: Request;
  waiting: Waiting<T>[];
}

/** Joins equal requests that are made while an earlier one is on its way: they go together, in one round trip. */
export class Batches<Request, T> {
  readonly #queues = new Map<string, Queue<Request, T>>();
  readonly #send: (request: Request, count: number) => Promise<readonly T[]>;

  /** `send` makes a request `count` times and returns as many results, in order. */
  constructor(send: (request: Request, count: number) => Promise<readonly T[]>) {
    this.#send = send;
  }

  /** `key` is the same for equal requests. */
  add(key: string, request: Request): Promise<T> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(key);
      if (queue !== undefined) {
        queue.waiting.push({ resolve, reject });
        return;
      }
      const begun: Queue<Request, T> = { request, waiting: [{ resolve, reject }] };
      this.#queues.set(key, begun);
      void this.#serve(key, begun);
    });
  }

  async #serve(key: string, queue: Queue<Request, T>): Promise<void> {
    while (queue.waiting.length > 0) {
      const batch = queue.waiting;
      queue.waiting = [];
      try {
        const results = await this.#send(queue.request, batch.length);
        for (const [index, { resolve, reject }] of batch.entries()) {
          const result = results[index];
          if (result === undefined) reject(new Error('the store returned too few results'));
          else resolve(result);
        }
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error));
        for (const { reject } of batch) reject(reason);
      }
    }
    this.#queues.delete(key);
  }
}
