import { timingSafeEqual } from 'node:crypto';
import { hashApiKey } from '@portolan/process/api-key-hash';
import type { ApplicationKey } from '@portolan/resources/model/model';
import type { Identity } from '@portolan/resources/model/request';
import type { ApiKeyRecord } from '@portolan/contract/desired-state';
import { KnownDigests } from './known-digests.ts';

export type KeyVerdict =
  | { readonly kind: 'ok'; readonly identity: Identity }
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'suspended' | 'expired' };

interface StoredKey {
  readonly digest: Buffer;
  readonly identity: Identity;
  readonly suspended: boolean;
  /** Milliseconds since the epoch; Infinity for never. */
  readonly expiresAt: number;
}

/** A key as the gateway stores it. */
export interface KnownKey {
  readonly id: string;
  readonly isSuspended: boolean;
  /** Milliseconds since the epoch; Infinity for never. */
  readonly expiresAt: number;
}

const KEY_LENGTH_MAX = 4096;
/** 64 bytes in hexadecimal. */
const DIGEST_LENGTH = 128;
const REFUSED_UNKNOWN: KeyVerdict = { kind: 'refused', reason: 'unknown' };

/** The workspace's API keys, by hash. */
export class KeyStore {
  #byHash = new Map<string, StoredKey>();
  #hashById = new Map<string, string>();
  #ofApplications: ReadonlyMap<string, ApplicationKey> = new Map();
  #applicationKeys = new Map<string, StoredKey>();
  readonly #known = new KnownDigests();

  /** Replaces every key at once. */
  replace(keys: readonly ApiKeyRecord[]): void {
    this.#byHash = new Map();
    this.#hashById = new Map();
    for (const key of keys) this.#add(key);
  }

  patch(change: { readonly upsert: readonly ApiKeyRecord[]; readonly remove: readonly string[] }): void {
    for (const id of change.remove) this.#remove(id);
    for (const key of change.upsert) {
      this.#remove(key.id);
      this.#add(key);
    }
  }

  /** Replaces the keys of ManagedApplications, by hash; where a user has the same key, it is the user's. */
  setApplications(keys: ReadonlyMap<string, ApplicationKey>): void {
    if (keys === this.#ofApplications) return;
    this.#ofApplications = keys;
    this.#applicationKeys = new Map([...keys].map(([hash, key]) => [hash, storedOf(hash, key)]));
  }

  verify(key: string, now: number): KeyVerdict {
    if (key === '' || key.length > KEY_LENGTH_MAX) return REFUSED_UNKNOWN;
    const known = this.#known.find(key, now);
    const digest = known ?? hashApiKey(key);
    const stored = this.#byHash.get(digest) ?? this.#applicationKeys.get(digest);
    if (stored === undefined) return REFUSED_UNKNOWN;
    if (known === undefined) {
      // The lookup compares digests, not keys, so its timing tells nothing that could be built upon; the final
      // comparison is in constant time all the same.
      if (!isSame(stored.digest, digest)) return REFUSED_UNKNOWN;
      this.#known.add(key, digest, now);
    }
    if (stored.suspended) return { kind: 'refused', reason: 'suspended' };
    if (now >= stored.expiresAt) return { kind: 'refused', reason: 'expired' };
    return { kind: 'ok', identity: stored.identity };
  }

  /** Returns the keys of a user. Looks at every key: for the rare times when the platform cannot be asked. */
  ofUser(userId: string): KnownKey[] {
    const found: KnownKey[] = [];
    for (const { identity, suspended, expiresAt } of this.#byHash.values())
      if (identity.userId === userId && identity.keyId !== undefined)
        found.push({ id: identity.keyId, isSuspended: suspended, expiresAt });
    return found;
  }

  #add(key: ApiKeyRecord): void {
    const identity: Identity = {
      kind: 'user',
      userId: key.userId,
      email: key.email,
      groups: key.groups,
      // To subscriptions, a user is the application whose id is its e-mail address.
      application: { id: key.email, namespace: null },
      keyId: key.id,
    };
    const expiresAt = key.expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(key.expiresAt);
    const digest = key.hash.toLowerCase();
    // A date that does not parse must not turn into a key that never expires.
    const stored = {
      digest: Buffer.from(digest, 'latin1'),
      identity,
      suspended: key.suspended,
      expiresAt: Number.isNaN(expiresAt) ? 0 : expiresAt,
    };
    this.#byHash.set(digest, stored);
    this.#hashById.set(key.id, digest);
  }

  #remove(id: string): void {
    const digest = this.#hashById.get(id);
    if (digest === undefined) return;
    this.#hashById.delete(id);
    this.#byHash.delete(digest);
  }
}

function storedOf(hash: string, { application, appId, isSuspended }: ApplicationKey): StoredKey {
  return {
    digest: Buffer.from(hash, 'latin1'),
    identity: {
      kind: 'application',
      userId: appId,
      email: '',
      groups: [],
      application: { id: appId, namespace: application.namespace },
    },
    suspended: isSuspended,
    expiresAt: Number.POSITIVE_INFINITY,
  };
}

/** Written over for each comparison, which spares an allocation per request. */
const scratch = Buffer.alloc(DIGEST_LENGTH);

function isSame(stored: Buffer, digest: string): boolean {
  if (stored.length !== DIGEST_LENGTH || digest.length !== DIGEST_LENGTH) return false;
  scratch.write(digest, 'latin1');
  return timingSafeEqual(stored, scratch);
}
