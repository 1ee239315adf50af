import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { ConcurrencyLimit } from './concurrency-limit.ts';

/** Hashing burns a core for milliseconds: one is always left, so that a storm of sign-ins cannot starve everything else. */
const hashing = new ConcurrencyLimit({
  atOnce: Math.max(1, Math.min(4, availableParallelism() - 1)),
  perClient: 1,
  waitingPerClient: 20,
});

/** Hash of no password: an unknown e-mail is compared with it, so that it takes as long as a known one. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$E1BiXrvYpOZBqyvv8Bqi9pGrXp1BhOJkFNFHcVCrHnI';

/** Returns an argon2id hash with OWASP's parameters (19 MiB, 2 passes), in PHC form. `client` is the network that asks. */
export async function hashPassword(password: string, client: string): Promise<string> {
  return hashing.run(client, () => hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }));
}

/** Returns whether the password is that of the hash; takes equally long when there is none. */
export async function checkPassword(
  stored: string | null | undefined,
  password: string,
  client: string,
): Promise<boolean> {
  const matches = await hashing.run(client, () => verify(stored ?? NOBODY, password));
  return matches && stored !== null && stored !== undefined;
}
