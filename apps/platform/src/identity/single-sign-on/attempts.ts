import { z } from 'zod';
import { AppError } from '../../app-error.ts';
import { adapterFor } from '../issuer/adapter.ts';
import type { Platform } from '../../platform.ts';

const VALID_SECONDS = 600;
const attempt = z.object({
  /** The sign-in at our own issuer that waits for it. */
  interaction: z.string(),
  /** Where its forms are sent. */
  action: z.string(),
  workspace: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});
type Attempt = z.infer<typeof attempt>;
type Parts = Pick<Platform, 'db' | 'sealer'>;

/** Remembers a sign-in under way at a provider, sealed, by its state. */
export async function rememberAttempt(parts: Parts, state: string, kept: Attempt): Promise<void> {
  await adapterFor(parts, 'SingleSignOn').upsert(state, { ...kept }, VALID_SECONDS);
}

/** The attempt of a state, while it waits. */
export async function findAttempt(parts: Parts, state: string): Promise<Attempt> {
  const found = attempt.safeParse(await adapterFor(parts, 'SingleSignOn').find(state));
  if (found.success) return found.data;
  throw new AppError('gone', 'This sign-in expired, was finished already, or never began.', {
    fix: 'Begin again.',
  });
}

/** A state is answered once. */
export async function forgetAttempt(parts: Parts, state: string): Promise<void> {
  await adapterFor(parts, 'SingleSignOn').destroy(state);
}
