import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../http/app-error.ts';

const AT_ONCE = 2;
const WAITING_MAX = 100;

/** Hash of no password: what an unknown e-mail is compared with, so that it takes as long as a known one. */
const NOBODY =
  '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$E1BiXrvYpOZBqyvv8Bqi9pGrXp1BhOJkFNFHcVCrHnI';

/** argon2id with OWASP's parameters (19 MiB, 2 passes), in PHC form. */
export async function hashPassword(password: string): Promise<string> {
  return queued(() => hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }));
}

/** Whether the password is that of the hash; takes equally long when there is none. */
export async function checkPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  const matches = await queued(() => verify(stored ?? NOBODY, password));
  return matches && stored !== null && stored !== undefined;
}

const waiting: (() => void)[] = [];
let running = 0;

/** Hashing burns a core for milliseconds: few at once, so that a storm of sign-ins cannot starve everything else. */
async function queued<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING_MAX) {
      throw new AppError('too-many-requests', 'Too many people sign in right now.', {
        fix: 'Try again in a few seconds.',
        retryAfterSeconds: 5,
      });
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
