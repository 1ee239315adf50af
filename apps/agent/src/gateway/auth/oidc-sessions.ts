import type { AccessPolicy } from '@portolan/resources/model/policy';
import { z } from 'zod';
import type { Exchange } from '../exchange/exchange.ts';
import type { LoginAttempt, Tokens } from './oidc-provider.ts';
import { SealedCookie } from './session-cookie.ts';

type OidcPolicy = Extract<AccessPolicy, { kind: 'oidc' }>;

const SESSION_SECONDS = 86_400;
const LOGIN_SECONDS = 600;
/** A session in use is written anew this often at most, or ten times in its life. */
const RENEWAL_SECONDS = 60;

const sessionShape = z.object({
  claims: z.record(z.string(), z.unknown()),
  accessClaims: z.record(z.string(), z.unknown()).optional(),
  refreshToken: z.string().nullable(),
  expiresAt: z.number(),
  /** Of sessions of the middleware; seconds since the epoch. */
  id: z.string().optional(),
  endsAt: z.number().optional(),
  writtenAt: z.number().optional(),
});
/** Who is signed in, and until when without asking the provider. */
export type Session = z.infer<typeof sessionShape>;

const loginShape = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});
type Login = z.infer<typeof loginShape>;

/** The sealed cookies of a policy: sessions, and sign-ins under way. */
export class OidcSessions {
  readonly #session: SealedCookie<Session>;
  readonly #login: SealedCookie<Login>;
  readonly #seconds: number;
  /** Absent: a session lasts as long as it is refreshed. */
  readonly #sliding: boolean | undefined;

  /** `secret` seals them, for every agent alike. */
  constructor(policy: OidcPolicy, secret: string) {
    const { name, key: scope } = policy.source;
    this.#seconds = policy.session.maxAgeSeconds ?? SESSION_SECONDS;
    this.#sliding = policy.more?.sliding;
    // Policies of one client in several namespaces must not take each other's sessions for their own.
    const common = { secret, scope };
    this.#session = new SealedCookie({
      ...common,
      name: policy.session.name ?? `${name}-session`,
      settings: policy.session,
      maxAgeSeconds: this.#seconds,
      shape: sessionShape,
    });
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
    return this.write({ ...tokens, id, ...ends });
  }

  /** Returns a session with other tokens. */
  withTokens({ id, endsAt }: Session, tokens: Tokens): Session {
    return { ...tokens, ...(id === undefined ? {} : { id }), ...(endsAt === undefined ? {} : { endsAt }) };
  }

  write(session: Session): Promise<readonly string[]> {
    const { endsAt } = session;
    const left = endsAt === undefined ? this.#seconds : Math.min(this.#seconds, Math.max(1, endsAt - now()));
    return this.#session.write({ ...session, writtenAt: now() }, left);
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
  clear(exchange: Exchange): readonly string[] {
    return [...this.#session.clear(exchange), ...this.#login.clear(exchange)];
  }

  namesIn(cookies: ReadonlyMap<string, string>): readonly string[] {
    return [...this.#session.namesIn(cookies), ...this.#login.namesIn(cookies)];
  }
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
