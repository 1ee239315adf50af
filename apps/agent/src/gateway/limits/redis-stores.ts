import type { RedisSettings } from '@portolan/resources/model/redis-settings';
import type { Logger } from 'pino';
import type { BucketRule, Take } from './buckets.ts';
import { RedisBuckets } from './redis-buckets.ts';
import type { RedisClient } from './redis-client.ts';

/** The Redis servers that middlewares name, one connection for equal settings, open as long as the model names them. */
export class RedisStores {
  readonly #logger: Logger;
  readonly #stores = new Map<string, RedisStore>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Opens what is wanted and closes what no longer is. */
  keepOnly(wanted: readonly RedisSettings[]): void {
    const keys = new Set(wanted.map(keyOf));
    for (const [key, store] of this.#stores) {
      if (keys.has(key)) continue;
      store.close();
      this.#stores.delete(key);
    }
    for (const settings of wanted) this.#open(settings);
  }

  /** @throws Error when the store does not respond, or is not one of the model. */
  async take(settings: RedisSettings, key: string, rule: BucketRule): Promise<Take> {
    return this.#find(settings).take(key, rule);
  }

  /** Runs commands on a store. @throws Error when the store does not respond, or is not one of the model. */
  async run<T>(settings: RedisSettings, commands: (client: RedisClient) => Promise<T>): Promise<T> {
    return commands(await this.#find(settings).client());
  }

  close(): void {
    for (const store of this.#stores.values()) store.close();
    this.#stores.clear();
  }

  #find(settings: RedisSettings): RedisStore {
    const store = this.#stores.get(keyOf(settings));
    if (store === undefined) throw new Error('the model no longer names this store');
    return store;
  }

  #open(settings: RedisSettings): void {
    const key = keyOf(settings);
    if (!this.#stores.has(key)) this.#stores.set(key, new RedisStore(settings, this.#logger));
  }
}

const keys = new WeakMap<RedisSettings, string>();

/** Equal settings of several middlewares share a connection. */
function keyOf(settings: RedisSettings): string {
  let key = keys.get(settings);
  if (key === undefined) {
    key = JSON.stringify(settings);
    keys.set(settings, key);
  }
  return key;
}

class RedisStore {
  readonly #buckets: RedisBuckets;
  readonly #settings: RedisSettings;
  readonly #logger: Logger;
  /** Settled when the first connection is ready, or has taken too long: what comes with it must not be refused. */
  readonly #begun: Promise<void>;
  readonly #stopWaiting: () => void;
  #isUp: boolean | null = null;

  constructor(settings: RedisSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#begun = promise;
    const timer = setTimeout(resolve, settings.timeoutMs);
    this.#stopWaiting = () => {
      clearTimeout(timer);
      resolve();
    };
    this.#buckets = new RedisBuckets(settings, (isUp, reason) => {
      this.#note(isUp, reason);
      if (isUp) this.#stopWaiting();
    });
  }

  async take(key: string, rule: BucketRule): Promise<Take> {
    if (this.#isUp !== true) await this.#begun;
    return this.#buckets.take(key, rule);
  }

  async client(): Promise<RedisClient> {
    if (this.#isUp !== true) await this.#begun;
    return this.#buckets.client;
  }

  close(): void {
    this.#stopWaiting();
    this.#buckets.close();
  }

  #note(isUp: boolean, reason: string): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    const endpoints = this.#settings.endpoints.join(', ');
    if (isUp)
      this.#logger.info({ event: 'middleware.store.up', endpoints }, 'Redis of a middleware is connected');
    else
      this.#logger.warn(
        { event: 'middleware.store.down', endpoints, reason },
        'Redis of a middleware is away',
      );
  }
}
