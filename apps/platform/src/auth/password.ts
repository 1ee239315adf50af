import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { ConcurrencyLimit } from './concurrency-limit.ts';

/**
 * Limit for hashing, which occupies a core for milliseconds: leaves one core free, so that many sign-ins cannot starve other
 * work.
 */
const hashing = new ConcurrencyLimit({
  atOnce: Math.max(1, Math.min(4, availableParallelism() - 1)),
  perClient: 1,
  waitingPerClient: 20,
});

/** Hash that unknown e-mail addresses are compared with, so that the check takes as long as for known ones. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$E1BiXrvYpOZBqyvv8Bqi9pGrXp1BhOJkFNFHcVCrHnI';

/**
 * Returns an argon2id hash with OWASP's parameters (19 MiB, 2 passes), in PHC string format. `client` is the network of the
 * caller.
 */
export async function hashPassword(password: string, client: string): Promise<string> {
  return hashing.run(client, () => hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }));
}

/** Returns whether the password matches the hash; takes equally long without a hash. */
export async function checkPassword(
  stored: string | null | undefined,
  password: string,
  client: string,
): Promise<boolean> {
  const matches = await hashing.run(client, () => verify(stored ?? NOBODY, password));
  return matches && stored !== null && stored !== undefined;
}
