import { retry } from '@portolan/process/retry';
import type { ClientSettings } from '@portolan/resources/model/authentication';

const RETRY_PAUSE_MS = 100;
const RETRY_PAUSE_MS_MAX = 2000;
const RETRY_TIMEOUT_MS = 60_000;

/** Calls an authorization server again while calls fail. Each attempt has its own timeout; the whole ends within a minute. */
export function withRetries<T>(
  { maxRetries }: Pick<ClientSettings, 'maxRetries'>,
  work: () => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(RETRY_TIMEOUT_MS);
  return retry(work, {
    attemptsMax: maxRetries + 1,
    baseMs: RETRY_PAUSE_MS,
    capMs: RETRY_PAUSE_MS_MAX,
    floor: 0.5,
    signal,
  });
}
