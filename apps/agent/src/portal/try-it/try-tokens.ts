import { randomBytes } from 'node:crypto';
import type { Identity } from '@portolan/resources/model/request';
import { OWN_TOKEN_PREFIX, type OwnCredentials } from '../../gateway/auth/own-credentials.ts';

interface GivenToken {
  readonly identity: Identity;
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Longer than the longest request that a portal waits for. */
const LIFETIME_MS = 2 * 60_000;

/**
 * Short-lived tokens by which the gateway takes a request of a portal for one of its signed-in user: same rights, same limits, same
 * counters. They never leave the agent, and end with the sign-in.
 */
export class TryTokens implements OwnCredentials {
  readonly #given = new Map<string, GivenToken>();

  /** Returns a token for one request; `revoke` it when the request is over. */
  mint(identity: Identity, sessionId: string): string {
    this.#sweep();
    const token = `${OWN_TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;
    this.#given.set(token, { identity, sessionId, expiresAt: Date.now() + LIFETIME_MS });
    return token;
  }

  find(token: string): Identity | null {
    const given = this.#given.get(token);
    return given === undefined || given.expiresAt <= Date.now() ? null : given.identity;
  }

  revoke(token: string): void {
    this.#given.delete(token);
  }

  revokeSession(sessionId: string): void {
    for (const [token, given] of this.#given) if (given.sessionId === sessionId) this.#given.delete(token);
  }

  #sweep(): void {
    const now = Date.now();
    for (const [token, { expiresAt }] of this.#given) if (expiresAt <= now) this.#given.delete(token);
  }
}
