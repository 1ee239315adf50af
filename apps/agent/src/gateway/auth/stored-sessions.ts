import { createHash } from 'node:crypto';
import type { RedisSettings } from '@portolan/resources/model/redis-settings';
import { z } from 'zod';
import type { Exchange } from '../exchange/exchange.ts';
import type { RedisClient } from '../limits/redis-client.ts';
import type { RedisStores } from '../limits/redis-stores.ts';
import { Seal } from './seal.ts';
import { SealedCookie, type SealedCookieOptions } from './session-cookie.ts';
import { sessionShape, type Session, type SessionPlace } from './session.ts';

/** What the cookie holds: which session, and by which marks the provider may have ended it. */
const referenceShape = z.object({
  id: z.string(),
  sessionId: z.string().nullable(),
  subject: z.string().nullable(),
});

/** Whom a provider has signed out: of one session, or of all that began before a time (seconds since the epoch). */
export interface SignedOut {
  readonly sessionId: string | null;
  readonly subject: string | null;
  readonly at: number;
}

/** The session cannot be read or written: its store does not respond. */
export class SessionStoreAway extends Error {
  override readonly name = 'SessionStoreAway';
}

type Options = Omit<SealedCookieOptions<Session>, 'shape'> & {
  readonly store: RedisSettings;
  readonly stores: RedisStores;
};

/**
 * Sessions in a Redis, for every agent alike; cookies hold references to them. What is stored is sealed. A provider ends sessions by marks,
 * which are looked at with each use: a session that is written at the same moment cannot outlive its end.
 */
export class StoredSessions implements SessionPlace {
  readonly #options: Options;
  readonly #cookie: SealedCookie<z.infer<typeof referenceShape>>;
  readonly #seal: Seal<Session>;
  /** One hash slot of a cluster, so that a session and its marks are read together. */
  readonly #prefix: string;

  constructor(options: Options) {
    const { secret, scope } = options;
    this.#options = options;
    this.#cookie = new SealedCookie({ ...options, shape: referenceShape });
    this.#seal = new Seal({ secret, purpose: `session of ${scope}`, shape: sessionShape });
    this.#prefix = `portolan:oidc:{${digest(scope)}}`;
  }

  /** @throws SessionStoreAway. */
  async read(exchange: Exchange): Promise<Session | null> {
    const reference = await this.#cookie.read(exchange);
    if (reference === null) return null;
    const { id, sessionId, subject } = reference;
    const [sealed = null, ofSession = null, ofUser = null] = await this.#run((client) =>
      client.mget(this.#keyOf(id), this.#markOf('sid', sessionId), this.#markOf('sub', subject)),
    );
    const session = sealed === null ? null : await this.#seal.open(sealed);
    if (session === null || (sessionId !== null && ofSession !== null)) return null;
    const isEnded = subject !== null && ofUser !== null && (session.startedAt ?? 0) <= Number(ofUser);
    return isEnded ? null : session;
  }

  /** @throws SessionStoreAway. */
  async write(session: Session, seconds: number, isNew: boolean): Promise<readonly string[]> {
    const { id = '', claims, providerSession = null } = session;
    const sealed = await this.#seal.seal(session, seconds);
    const key = this.#keyOf(id);
    const written = await this.#run((client) =>
      isNew ? client.set(key, sealed, 'EX', seconds) : client.set(key, sealed, 'EX', seconds, 'XX'),
    );
    if (written === null) return [];
    const reference = { id, sessionId: providerSession, subject: subjectOf(claims) };
    return this.#cookie.write(reference, seconds);
  }

  /** @throws SessionStoreAway. */
  async clear(exchange: Exchange): Promise<readonly string[]> {
    const reference = await this.#cookie.read(exchange);
    if (reference !== null) await this.#run((client) => client.del(this.#keyOf(reference.id)));
    return this.#cookie.clear(exchange);
  }

  namesIn(cookies: ReadonlyMap<string, string>): readonly string[] {
    return this.#cookie.namesIn(cookies);
  }

  /** Ends sessions of this policy; marks last as long as a session may go without use. @throws SessionStoreAway. */
  async end({ sessionId, subject, at }: SignedOut): Promise<void> {
    const { maxAgeSeconds } = this.#options;
    await this.#run((client) =>
      sessionId === null
        ? client.set(this.#markOf('sub', subject), String(at), 'EX', maxAgeSeconds)
        : client.set(this.#markOf('sid', sessionId), String(at), 'EX', maxAgeSeconds),
    );
  }

  #keyOf(id: string): string {
    return `${this.#prefix}:session:${digest(id)}`;
  }

  #markOf(claim: 'sid' | 'sub', value: string | null): string {
    return `${this.#prefix}:ended:${claim}:${digest(value ?? '')}`;
  }

  async #run<T>(commands: (client: RedisClient) => Promise<T>): Promise<T> {
    const { stores, store } = this.#options;
    try {
      return await stores.run(store, commands);
    } catch (error) {
      throw new SessionStoreAway('the store of sessions does not respond', { cause: error });
    }
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function subjectOf({ sub }: Session['claims']): string | null {
  return typeof sub === 'string' && sub !== '' ? sub : null;
}
