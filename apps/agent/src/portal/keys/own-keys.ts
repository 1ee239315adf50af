import { PlatformError, type Client } from '@portolan/contract/client';
import {
  createOwnKey,
  deleteOwnKey,
  listOwnKeys,
  rotateOwnKey,
  updateOwnKey,
  type OwnKey,
} from '@portolan/contract/self-service';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Session } from '../sign-in/session.ts';

/** The keys of a user; while the platform is away, what was last known of them. */
export interface KeyList {
  readonly keys: readonly OwnKey[];
  /** They cannot be changed now. */
  readonly isStale: boolean;
}

const TIMEOUT_MS = 5000;
const USERS_MAX = 5000;

/** Keys of signed-in users, which the platform keeps. */
export class OwnKeys {
  readonly #gateway: () => Pick<Gateway, 'keysOf'> | null;
  readonly #clientOf: (session: Session) => Client | null;
  readonly #lastKnown = new Map<string, readonly OwnKey[]>();

  constructor(parts: {
    readonly gateway: () => Pick<Gateway, 'keysOf'> | null;
    readonly clientOf: (session: Session) => Client | null;
  }) {
    this.#gateway = parts.gateway;
    this.#clientOf = parts.clientOf;
  }

  /** Returns the user's keys. Those that the gateway knows are listed even without the platform. */
  async list(session: Session): Promise<KeyList> {
    const client = this.#clientOf(session);
    if (client === null) return { keys: this.#known(session.userId), isStale: true };
    try {
      const { items } = await client.call(listOwnKeys, {}, AbortSignal.timeout(TIMEOUT_MS));
      if (this.#lastKnown.size >= USERS_MAX) this.#lastKnown.clear();
      this.#lastKnown.set(session.userId, items);
      return { keys: items, isStale: false };
    } catch (error) {
      if (!isAway(error)) throw error;
      return { keys: this.#known(session.userId), isStale: true };
    }
  }

  /** Creates a key. Its text is in the result and nowhere else. @throws PlatformError. */
  create(session: Session, input: { name: string; expiresAt?: string }): Promise<OwnKey & { key: string }> {
    return this.#client(session).call(createOwnKey, { body: input }, AbortSignal.timeout(TIMEOUT_MS));
  }

  /** Replaces a key; both work for `graceSeconds`. @throws PlatformError. */
  rotate(session: Session, key: string, graceSeconds: number): Promise<OwnKey & { key: string }> {
    const input = { params: { key }, body: { graceSeconds } };
    return this.#client(session).call(rotateOwnKey, input, AbortSignal.timeout(TIMEOUT_MS));
  }

  async setState(session: Session, key: string, state: 'active' | 'suspended'): Promise<void> {
    const input = { params: { key }, body: { state } };
    await this.#client(session).call(updateOwnKey, input, AbortSignal.timeout(TIMEOUT_MS));
  }

  async delete(session: Session, key: string): Promise<void> {
    await this.#client(session).call(deleteOwnKey, { params: { key } }, AbortSignal.timeout(TIMEOUT_MS));
  }

  #client(session: Session): Client {
    const client = this.#clientOf(session);
    if (client !== null) return client;
    throw new PlatformError({ code: 'not-allowed', message: 'A preview changes nothing.' }, 403);
  }

  #known(userId: string): readonly OwnKey[] {
    const last = this.#lastKnown.get(userId) ?? [];
    const now = Date.now();
    return (this.#gateway()?.keysOf(userId) ?? []).map(({ id, isSuspended, expiresAt }) => {
      const known = last.find((key) => key.id === id);
      const state = isSuspended ? 'suspended' : expiresAt <= now ? 'expired' : 'active';
      if (known !== undefined) return { ...known, state };
      return {
        id,
        name: id,
        prefix: '',
        state,
        expiresAt: Number.isFinite(expiresAt) ? new Date(expiresAt).toISOString() : null,
        lastUsedAt: null,
        createdAt: '',
        suspendedBy: null,
      };
    });
  }
}

/** Returns whether an error means that the platform cannot be reached or cannot work at present. */
export function isAway(error: unknown): boolean {
  return !(error instanceof PlatformError) || error.code === 'unavailable' || error.status >= 500;
}
