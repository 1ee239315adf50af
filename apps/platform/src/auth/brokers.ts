import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../app-error.ts';

/** Fails with `invalid-token` unless an `Authorization` header holds the broker secret; takes the same time for all. */
export function requireBrokerSecret(authorization: string | undefined, secret: string): void {
  const given = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (timingSafeEqual(digest(given), digest(secret))) return;
  throw new AppError('invalid-token', 'This call is for brokers, and the broker secret is wrong.', {
    fix: 'Give the broker the secret file of this platform.',
  });
}
