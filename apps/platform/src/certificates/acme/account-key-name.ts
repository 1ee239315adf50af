import { createHash } from 'node:crypto';

/** Returns the name of the shared secret that holds the account key at an authority. */
export function accountKeyName(directory: string): string {
  return `acme-account:${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
}
