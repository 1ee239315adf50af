import { AcmeError, AcmeUnavailable } from '../acme/acme-error.ts';
import type { OrderAttempt } from '../schema.ts';
import type { CertificateChange, CertificateRow } from './order-store.ts';
import { nextAttempt } from './renewal-time.ts';
import { NO_ORDER, waitUntil, type Progress } from './progress.ts';

const ATTEMPTS_MAX = 10;
/** Refusals that say nothing about the domain: the order goes on later. */
const PASSING = new Set(['rateLimited', 'serverInternal', 'orderNotReady']);

/** Returns the attempts of a certificate with one more. */
export function withAttempt({ attempts }: CertificateRow, attempt: OrderAttempt): OrderAttempt[] {
  return [attempt, ...attempts].slice(0, ATTEMPTS_MAX);
}

/** Returns the step after an attempt that failed, by what the authority said or what could not be reached. */
export function failAttempt(row: CertificateRow, issuer: string, error: unknown, now: Date): Progress {
  const isPassing =
    error instanceof AcmeUnavailable || (error instanceof AcmeError && PASSING.has(error.type));
  const text = error instanceof Error ? error.message : String(error);
  const failures = row.failures + 1;
  const planned = nextAttempt(failures, row.notAfter, now);
  const retryAt = error instanceof AcmeError ? error.retryAt : null;
  const nextAt = retryAt !== null && retryAt > planned ? retryAt : planned;
  const attempt = { at: now.toISOString(), issuer, challenge: row.challenge, error: text };
  const change: CertificateChange = {
    // One that is valid goes on being served; it is shown by its own state.
    state: 'failing',
    reason: text,
    failures,
    attempts: withAttempt(row, attempt),
    // An order outlives an authority that is away; after several failures another authority is tried.
    ...(isPassing && failures % 3 !== 0 ? {} : NO_ORDER),
  };
  return waitUntil(nextAt, change);
}
