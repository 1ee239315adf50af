import { Redis } from 'ioredis';
import { takeTokens, type BucketRule, type Take } from './buckets.ts';
import type { Buckets } from './buckets.ts';

const CONNECTIONS = 4;
const CONFLICTS_MAX = 16;
const KEY_PREFIX = 'portolan:bucket:';

interface Waiting {
  readonly resolve: (take: Take) => void;
  readonly reject: (error: Error) => void;
}

/** Takes waiting for one bucket; a round trip serves them all. */
interface Queue {
  readonly key: string;
  readonly rule: BucketRule;
  waiting: Waiting[];
}

/**
 * Buckets shared by every agent through Redis, exact without scripts: a bucket is changed with WATCH, GET, MULTI, SET, EXEC, which
 * every Redis-compatible server understands, on the server's own clock. Takes of one process on one bucket share a transaction, so
 * only other processes can conflict with it.
 */
export class RedisBuckets implements Buckets {
  readonly #all: Redis[] = [];
  /** Those that can be asked now: each comes and goes by itself. */
  readonly #connected = new Set<Redis>();
  readonly #busy = new Set<Redis>();
  readonly #queues = new Map<string, Queue>();
  readonly #waiting: Queue[] = [];
  readonly #onStateChange: (isUp: boolean, reason: string) => void;
  #reason = 'not connected yet';

  /** `onStateChange` hears when the first connection stands and when the last one is gone. */
  constructor(url: string, onStateChange: (isUp: boolean, reason: string) => void) {
    this.#onStateChange = onStateChange;
    for (let i = 0; i < CONNECTIONS; i++) {
      const redis = new Redis(url, {
        // A request must not wait for a store that is away.
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        commandTimeout: 1000,
        connectTimeout: 2000,
        retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 6), 5000),
      });
      redis.on('ready', () => this.#onReady(redis));
      redis.on('error', (error: Error) => this.#onTrouble(error.message));
      redis.on('close', () => {
        this.#connected.delete(redis);
        this.#onTrouble('connection closed');
      });
      this.#all.push(redis);
    }
  }

  take(key: string, rule: BucketRule): Promise<Take> {
    return new Promise((resolve, reject) => {
      const queued = this.#queues.get(key);
      if (queued !== undefined) {
        queued.waiting.push({ resolve, reject });
        return;
      }
      const queue: Queue = { key, rule, waiting: [{ resolve, reject }] };
      this.#queues.set(key, queue);
      this.#waiting.push(queue);
      this.#serve();
    });
  }

  close(): void {
    for (const redis of this.#all) redis.disconnect();
  }

  #onReady(redis: Redis): void {
    this.#connected.add(redis);
    this.#onStateChange(true, '');
    this.#serve();
  }

  // As long as one connection stands, the store is there.
  #onTrouble(reason: string): void {
    if (this.#connected.size > 0) return;
    this.#reason = reason;
    this.#onStateChange(false, reason);
    this.#serve();
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const redis = this.#free();
      // All are busy: the next one that is done goes on here.
      if (redis === undefined && this.#connected.size > 0) return;
      const queue = this.#waiting.shift();
      if (queue === undefined) return;
      if (redis === undefined) this.#giveUp(queue);
      else void this.#serveQueue(redis, queue);
    }
  }

  #free(): Redis | undefined {
    for (const redis of this.#connected) if (!this.#busy.has(redis)) return redis;
    return undefined;
  }

  async #serveQueue(redis: Redis, queue: Queue): Promise<void> {
    this.#busy.add(redis);
    await this.#settle(redis, queue);
    this.#busy.delete(redis);
    if (queue.waiting.length > 0) this.#waiting.push(queue);
    else this.#queues.delete(queue.key);
    this.#serve();
  }

  #giveUp({ key, waiting }: Queue): void {
    this.#queues.delete(key);
    for (const { reject } of waiting) reject(new Error(this.#reason));
  }

  async #settle(redis: Redis, queue: Queue): Promise<void> {
    const batch = queue.waiting;
    queue.waiting = [];
    try {
      const takes = await takeTogether(redis, KEY_PREFIX + queue.key, {
        rule: queue.rule,
        count: batch.length,
      });
      for (const [index, { resolve }] of batch.entries()) {
        const take = takes[index];
        if (take !== undefined) resolve(take);
      }
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      for (const { reject } of batch) reject(reason);
    }
  }
}

async function takeTogether(
  redis: Redis,
  key: string,
  wanted: { rule: BucketRule; count: number },
): Promise<Take[]> {
  for (let conflict = 0; conflict < CONFLICTS_MAX; conflict++) {
    const seen = await redis.pipeline().watch(key).get(key).time().exec();
    const { stored, nowUs } = readState(seen);
    const takes: Take[] = [];
    let fullAt = stored;
    for (let i = 0; i < wanted.count; i++) {
      const take = takeTokens(wanted.rule, fullAt, nowUs);
      if (take.isAllowed) fullAt = take.fullAt;
      takes.push(take);
    }
    if (fullAt === stored || fullAt === null) {
      await redis.unwatch();
      return takes;
    }
    const ttlMs = Math.max(1, Math.ceil((fullAt - nowUs) / 1000));
    // Null: somebody else changed the bucket since it was read.
    if ((await redis.multi().set(key, String(fullAt), 'PX', ttlMs).exec()) !== null) return takes;
  }
  throw new Error(`bucket changed ${CONFLICTS_MAX} times while being updated`);
}

function readState(replies: [Error | null, unknown][] | null): { stored: number | null; nowUs: number } {
  for (const [error] of replies ?? []) if (error !== null) throw error;
  const value = replies?.[1]?.[1];
  const time = replies?.[2]?.[1];
  if (!Array.isArray(time)) throw new Error('TIME gave no time');
  const [seconds, micros] = time;
  return {
    stored: typeof value === 'string' ? Number(value) : null,
    nowUs: Number(seconds) * 1e6 + Number(micros),
  };
}
