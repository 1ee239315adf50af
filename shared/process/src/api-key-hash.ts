import { hash } from 'node:crypto';

/** Returns the hash under which a key of an API is stored and compared: SHAKE-256 with 64 bytes, in lower-case hex. */
export function hashApiKey(key: string): string {
  return hash('shake256', key, { outputEncoding: 'hex', outputLength: 64 });
}
