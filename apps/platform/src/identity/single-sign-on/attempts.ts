import { z } from 'zod';
import { AppError } from '../../app-error.ts';
import { adapterFor } from '../issuer/payload-store.ts';
import type { Platform } from '../../platform.ts';

const VALID_SECONDS = 600;
const attempt = z.object({
  /** Sign-in at Portolan's issuer that waits for this attempt. */
  interaction: z.string(),
  /** Path that its forms post to. */
  action: z.string(),
  workspace: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});
type Attempt = z.infer<typeof attempt>;
type Parts = Pick<Platform, 'db' | 'sealer'>;

/** Stores a sign-in in progress at a provider, sealed and keyed by its state, for 10 minutes. */
export async function storeAttempt(parts: Parts, state: string, kept: Attempt): Promise<void> {
  await adapterFor(parts, 'SingleSignOn').upsert(state, { ...kept }, VALID_SECONDS);
}

/** Returns the attempt of a state. @throws AppError `gone`. */
export async function findAttempt(parts: Parts, state: string): Promise<Attempt> {
  const found = attempt.safeParse(await adapterFor(parts, 'SingleSignOn').find(state));
  if (found.success) return found.data;
  throw new AppError('gone', 'This sign-in does not exist, has expired or is already complete.', {
    fix: 'Start again from the application.',
  });
}

/** Deletes an attempt, so that its state is accepted once. */
export async function deleteAttempt(parts: Parts, state: string): Promise<void> {
  await adapterFor(parts, 'SingleSignOn').destroy(state);
}
