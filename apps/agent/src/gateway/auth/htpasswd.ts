import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { compare } from 'bcrypt';
import pLimit from 'p-limit';
import { apr1 } from './apr1.ts';

/** Names and password hashes. */
export interface Htpasswd {
  /** Returns whether name and password are right. @throws TooManyPasswordChecks while too many wait. */
  verify(name: string, password: string): Promise<boolean>;
}

const REMEMBERED_MAX = 1000;
const PASSWORD_LENGTH_MAX = 1024;

/**
 * Reads htpasswd lines: bcrypt (`$2a$`, `$2b$`, `$2y$`), `{SHA}` and apr1 MD5.
 * @throws Error naming the line's user when its hash is of another kind; a plain-text password is never accepted.
 */
export function parseHtpasswd(lines: readonly string[]): Htpasswd {
  const hashes = new Map<string, string>();
  for (const line of lines) {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const colon = entry.indexOf(':');
    if (colon <= 0) throw new Error('a user is not of the form name:hash');
    const name = entry.slice(0, colon);
    const hash = entry.slice(colon + 1);
    if (!isKnown(hash))
      throw new Error(
        `user "${name}" has a password hash that is not bcrypt, {SHA} or apr1; make it with htpasswd -B`,
      );
    hashes.set(name, hash);
  }
  return new Verifier(hashes);
}

/** Keys without names. */
export interface HashedKeys {
  /** Returns whether a key is one of them. @throws TooManyPasswordChecks while too many wait. */
  verify(key: string): Promise<boolean>;
}

/** Reads the hashes of keys, each as after the colon of an htpasswd line. @throws Error when one is of another kind. */
export function parseHashes(hashes: readonly string[]): HashedKeys {
  if (!hashes.every(isKnown)) throw new Error('the hash of a key is not bcrypt, {SHA} or apr1');
  // Those that cost least are tried first.
  const ordered = hashes.toSorted((a, b) => Number(!a.startsWith('{SHA}')) - Number(!b.startsWith('{SHA}')));
  const known = new RememberedPasswords();
  return {
    async verify(key) {
      if (key.length > PASSWORD_LENGTH_MAX) return false;
      if (known.has(['', key])) return true;
      for (const hash of ordered) {
        if (!(await matches(key, hash))) continue;
        known.add(['', key]);
        return true;
      }
      return false;
    },
  };
}

/** A slow hash is computed once per password, not once per request; what is kept is keyed and cannot be turned back. */
class RememberedPasswords {
  readonly #tags = new Set<string>();
  readonly #secret = randomBytes(32);

  has(credentials: readonly [name: string, password: string]): boolean {
    return this.#tags.has(this.#tagOf(credentials));
  }

  add(credentials: readonly [name: string, password: string]): void {
    if (this.#tags.size >= REMEMBERED_MAX) this.#tags.clear();
    this.#tags.add(this.#tagOf(credentials));
  }

  #tagOf(credentials: readonly [name: string, password: string]): string {
    return createHash('sha256').update(this.#secret).update(JSON.stringify(credentials)).digest('base64');
  }
}

class Verifier implements Htpasswd {
  readonly #hashes: ReadonlyMap<string, string>;
  readonly #remembered = new RememberedPasswords();

  constructor(hashes: ReadonlyMap<string, string>) {
    this.#hashes = hashes;
  }

  async verify(name: string, password: string): Promise<boolean> {
    if (password.length > PASSWORD_LENGTH_MAX) return false;
    const hash = this.#hashes.get(name);
    if (hash === undefined) {
      // As long as for a known name, so that timing does not tell which names exist.
      await matches(password, this.#hashes.values().next().value ?? '');
      return false;
    }
    if (this.#remembered.has([name, password])) return true;
    const isRight = await matches(password, hash);
    if (isRight) this.#remembered.add([name, password]);
    return isRight;
  }
}

function isKnown(hash: string): boolean {
  return (
    /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash) ||
    /^\{SHA\}[A-Za-z0-9+/]{27}=$/.test(hash) ||
    /^\$apr1\$[^$]{1,8}\$[./A-Za-z0-9]{22}$/.test(hash)
  );
}

/** Thrown instead of computing yet another hash while many wait. */
export class TooManyPasswordChecks extends Error {}

/** Slow hashes cost the gateway time, and requests for them need no credentials. */
const checks = pLimit(2);
const WAITING_MAX = 100;

function matches(password: string, hash: string): Promise<boolean> {
  if (checks.pendingCount >= WAITING_MAX) throw new TooManyPasswordChecks();
  return checks(() => compareHash(password, hash));
}

async function compareHash(password: string, hash: string): Promise<boolean> {
  // htpasswd writes $2y$ for what others call $2b$.
  if (hash.startsWith('$2')) return compare(password, hash.replace('$2y$', '$2b$'));
  if (hash.startsWith('{SHA}'))
    return isSame(`{SHA}${createHash('sha1').update(password).digest('base64')}`, hash);
  if (hash.startsWith('$apr1$')) return isSame(apr1(password, hash.split('$')[2] ?? ''), hash);
  return false;
}

function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
