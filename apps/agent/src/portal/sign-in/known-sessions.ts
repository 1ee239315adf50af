import { PlatformError } from '@portolan/contract/client';
import type { Logger } from 'pino';
import type { Session } from './session.ts';
import type { SignInSettings, UsersIssuer } from './users-issuer.ts';

/** How long the platform's answer about a user is cached. */
const FRESH_MS = 60_000;
/** A page waits no longer for the platform; it is shown by what was known before. */
const CHECK_MS = 1500;
/** While the platform is away, it is asked again after this. */
const AWAY_MS = 30_000;
const SESSIONS_MAX = 10_000;

interface KnownSession {
  groups: readonly string[];
  /** Milliseconds since the epoch. */
  checkedAt: number;
  isEnded: boolean;
}

/**
 * Follows what becomes of signed-in users: groups that change, and sessions and users that end. Goes on by what it last knew while the
 * platform is away.
 */
export class KnownSessions {
  readonly #log: Logger;
  readonly #known = new Map<string, KnownSession>();
  #awayUntil = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Returns the session with the groups its user has now; null once it has ended. */
  async current(
    session: Session,
    issuer: UsersIssuer,
    { workspace }: SignInSettings,
  ): Promise<Session | null> {
    let known = this.#known.get(session.id);
    if (known === undefined) known = this.#remember(session);
    if (known.isEnded) return null;
    const { accessToken } = session;
    const now = Date.now();
    if (accessToken !== null && now - known.checkedAt >= FRESH_MS && now >= this.#awayUntil)
      await this.#check(known, { accessToken, issuer, workspace });
    return known.isEnded ? null : { ...session, groups: [...known.groups] };
  }

  /** Ends a session in this agent. */
  end(id: string): void {
    const known = this.#known.get(id) ?? this.#remember({ id, groups: [] });
    known.isEnded = true;
  }

  #remember({ id, groups }: Pick<Session, 'id' | 'groups'>): KnownSession {
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < SESSIONS_MAX) break;
      this.#known.delete(oldest);
    }
    const known = { groups, checkedAt: 0, isEnded: false };
    this.#known.set(id, known);
    return known;
  }

  async #check(
    known: KnownSession,
    { accessToken, issuer, workspace }: { accessToken: string; issuer: UsersIssuer; workspace: string },
  ): Promise<void> {
    try {
      const user = await issuer.userOf(accessToken, CHECK_MS);
      known.checkedAt = Date.now();
      known.groups = user.groups;
      if (user.workspace.id !== workspace) known.isEnded = true;
    } catch (error) {
      if (error instanceof PlatformError && (error.status === 401 || error.status === 403)) {
        known.isEnded = true;
        return;
      }
      this.#awayUntil = Date.now() + AWAY_MS;
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.warn(
        { event: 'portal.platform-away', reason },
        'the platform cannot be asked about a signed-in user',
      );
    }
  }
}
