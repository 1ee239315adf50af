import type { AccessPolicy } from '@portolan/resources/model/policy';
import { z } from 'zod';
import type { Exchange } from '../exchange/exchange.ts';
import type { RedisStores } from '../limits/redis-stores.ts';
import type { LoginAttempt, Tokens } from './oidc-provider.ts';
import { SealedCookie } from './session-cookie.ts';
import { sessionShape, type Session, type SessionPlace } from './session.ts';
import { StoredSessions, type SignedOut } from './stored-sessions.ts';

type OidcPolicy = Extract<AccessPolicy, { kind: 'oidc' }>;

const SESSION_SECONDS = 86_400;
const LOGIN_SECONDS = 600;
/** A session in use is written anew this often at most, or ten times in its life. */
const RENEWAL_SECONDS = 60;

const loginShape = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});
type Login = z.infer<typeof loginShape>;

/** The sessions of a policy, and sign-ins under way, which are sealed cookies. */
export class OidcSessions {
  readonly #session: SessionPlace;
  /** Null: sessions are in cookies. */
  readonly #stored: StoredSessions | null;
  readonly #login: SealedCookie<Login>;
  readonly #seconds: number;
  /** Absent: a session lasts as long as it is refreshed. */
  readonly #sliding: boolean | undefined;

  /** `secret` seals them, for every agent alike. */
  constructor(policy: OidcPolicy, secret: string, stores: RedisStores) {
    const { name, key: scope } = policy.source;
    this.#seconds = policy.session.maxAgeSeconds ?? SESSION_SECONDS;
    this.#sliding = policy.more?.sliding;
    // Policies of one client in several namespaces must not take each other's sessions for their own.
    const common = { secret, scope };
    const session = {
      ...common,
      name: policy.session.name ?? `${name}-session`,
      settings: policy.session,
      maxAgeSeconds: this.#seconds,
    };
    const store = policy.more?.store ?? null;
    this.#stored = store === null ? null : new StoredSessions({ ...session, store, stores });
    this.#session = this.#stored ?? new SealedCookie({ ...session, shape: sessionShape });
    this.#login = new SealedCookie({
      ...common,
      name: policy.stateCookie.name ?? `${name}-state`,
      settings: policy.stateCookie,
      maxAgeSeconds: policy.stateCookie.maxAgeSeconds ?? LOGIN_SECONDS,
      shape: loginShape,
    });
  }

  read(exchange: Exchange): Promise<Session | null> {
    return this.#session.read(exchange);
  }

  /** Returns the cookies of a new session. */
  start(tokens: Tokens, id: string): Promise<readonly string[]> {
    const ends = this.#sliding === false ? { endsAt: now() + this.#seconds } : {};
    const { iat, sid } = tokens.claims;
    const startedAt = typeof iat === 'number' ? iat : now();
    const providerSession = typeof sid === 'string' && sid !== '' ? sid : null;
    return this.write({ ...tokens, id, startedAt, providerSession, ...ends });
  }

  /** Returns a session with other tokens. */
  withTokens(session: Session, tokens: Tokens): Session {
    const { accessClaims: _old, ...rest } = session;
    return { ...rest, ...tokens };
  }

  write(session: Session): Promise<readonly string[]> {
    const { endsAt } = session;
    const left = endsAt === undefined ? this.#seconds : Math.min(this.#seconds, Math.max(1, endsAt - now()));
    return this.#session.write({ ...session, writtenAt: now() }, left, session.writtenAt === undefined);
  }

  /** Returns the cookies of a sliding session that is used; none where it was written a moment ago. */
  renew(session: Session): Promise<readonly string[]> {
    const pause = Math.min(RENEWAL_SECONDS, this.#seconds / 10);
    if (this.#sliding !== true || now() - (session.writtenAt ?? 0) < pause) return Promise.resolve([]);
    return this.write(session);
  }

  begin(attempt: LoginAttempt & { readonly returnTo: string }): Promise<readonly string[]> {
    return this.#login.write({ ...attempt });
  }

  readAttempt(exchange: Exchange): Promise<Login | null> {
    return this.#login.read(exchange);
  }

  endAttempt(exchange: Exchange): readonly string[] {
    return this.#login.clear(exchange);
  }

  /** Returns the fields that delete everything. */
  async clear(exchange: Exchange): Promise<readonly string[]> {
    return [...(await this.#session.clear(exchange)), ...this.#login.clear(exchange)];
  }

  /** Ends sessions as the provider says; those in cookies cannot be ended. */
  async end(signedOut: SignedOut): Promise<void> {
    await this.#stored?.end(signedOut);
  }

  namesIn(cookies: ReadonlyMap<string, string>): readonly string[] {
    return [...this.#session.namesIn(cookies), ...this.#login.namesIn(cookies)];
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
