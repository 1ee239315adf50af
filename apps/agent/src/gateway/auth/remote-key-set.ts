import type { ClientSettings } from '@portolan/resources/model/authentication';
import type { Logger } from 'pino';
import type { AuxiliarySender } from '../http/auxiliary-client.ts';
import { KeySet } from './key-set.ts';
import { withRetries } from './with-retries.ts';

/** Thrown while there is no key set at all: tokens can be neither accepted nor refused. */
export class KeySetUnavailable extends Error {
  readonly retryAfterSeconds: number;

  constructor(url: string, retryAfterMs: number) {
    super(`the key set of ${url} cannot be fetched`);
    this.retryAfterSeconds = retryAfterMs / 1000;
  }
}

const REFRESH_MS = 10 * 60_000;
/** Between two fetches, whatever their outcome. */
const COOLDOWN_MS = 10_000;
const TIMEOUT_MS = 5000;
const DEFAULTS: ClientSettings = {
  ca: null,
  certificate: null,
  insecureSkipVerify: false,
  timeoutMs: TIMEOUT_MS,
  maxRetries: 0,
};
const BYTES_MAX = 1024 * 1024;

/**
 * A key set at a URL, fetched on first use. It is refreshed in the background after ten minutes, and when a token names a key that it
 * does not hold (rotation), at most every ten seconds. While its server is away, or sends no keys, the last good set stays.
 */
export class RemoteKeySet {
  readonly #url: string;
  readonly #client: AuxiliarySender;
  readonly #settings: ClientSettings;
  readonly #logger: Logger;
  readonly #now: () => number;
  #keys: KeySet | null = null;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #hasFailed = false;
  #running: Promise<void> | null = null;

  constructor(
    url: string,
    services: {
      readonly auxiliary: AuxiliarySender;
      readonly logger: Logger;
      /** Absent: one attempt of 5 s. */
      readonly client?: ClientSettings | undefined;
    },
    now: () => number = () => Date.now(),
  ) {
    this.#url = url;
    this.#client = services.auxiliary;
    this.#settings = services.client ?? DEFAULTS;
    this.#logger = services.logger;
    this.#now = now;
  }

  /** Returns the keys a token may be signed with. @throws KeySetUnavailable while there never was a set. */
  async candidates(alg: string, kid: string | undefined): Promise<ReturnType<KeySet['candidates']>> {
    if (this.#keys === null) await this.#refresh();
    else if (!this.#isWithin(REFRESH_MS, this.#fetchedAt)) void this.#refresh();
    const found = this.#current().candidates(alg, kid);
    if (found.length > 0) return found;
    await this.#refresh();
    const renewed = this.#current().candidates(alg, kid);
    // The key may be one that the issuer would name if it could be asked.
    if (renewed.length === 0 && this.#hasFailed) throw this.#unavailable();
    return renewed;
  }

  #current(): KeySet {
    if (this.#keys === null) throw this.#unavailable();
    return this.#keys;
  }

  #unavailable(): KeySetUnavailable {
    return new KeySetUnavailable(this.#url, this.#triedAt + COOLDOWN_MS - this.#now());
  }

  #refresh(): Promise<void> {
    if (this.#running !== null) return this.#running;
    if (this.#isWithin(COOLDOWN_MS, this.#triedAt)) return Promise.resolve();
    this.#triedAt = this.#now();
    this.#running = this.#fetch().finally(() => (this.#running = null));
    return this.#running;
  }

  /** A clock that was set back is no reason to wait. */
  #isWithin(ms: number, since: number): boolean {
    return Math.abs(this.#now() - since) < ms;
  }

  async #fetch(): Promise<void> {
    try {
      const { status, body } = await withRetries(this.#settings, () =>
        this.#client.send({
          method: 'GET',
          url: this.#url,
          headers: ['accept', 'application/jwk-set+json, application/json'],
          timeoutMs: this.#settings.timeoutMs,
          bytesMax: BYTES_MAX,
          tls: this.#settings,
        }),
      );
      if (status !== 200) throw new Error(`its server responded with ${status}`);
      this.#keys = new KeySet(body.toString('utf8'));
      this.#fetchedAt = this.#now();
      if (this.#hasFailed)
        this.#logger.info({ event: 'jwks.back', url: this.#url }, 'key set is fetched again');
      this.#hasFailed = false;
    } catch (error) {
      this.#hasFailed = true;
      const reason = error instanceof Error ? error.message : String(error);
      const rest = this.#keys === null ? 'tokens cannot be checked' : 'the last one stays in use';
      this.#logger.warn(
        { event: 'jwks.failed', url: this.#url, reason },
        `key set cannot be fetched; ${rest}`,
      );
    }
  }
}
