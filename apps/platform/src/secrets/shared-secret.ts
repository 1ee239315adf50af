import { StartupError } from '@portolan/process/startup-error';
import type { Queries } from '../db/database.ts';
import type { Sealer } from './seal.ts';
import { findAnySecret, findSecret, insertSecret } from './store.ts';

export interface SharedSecrets {
  readonly db: Queries;
  readonly sealer: Sealer;
}

/**
 * Returns a secret that all replicas share. The first to need it stores what `create` returns; of several that do so at the
 * same time one does, and all return the same.
 */
export async function sharedSecret(
  { db, sealer }: SharedSecrets,
  name: string,
  create: () => Promise<string>,
): Promise<string> {
  // Tied to its name: a row moved under another name does not open.
  const context = `platform:${name}`;
  if (!(await findSecret(db, name)))
    await insertSecret(db, { name, sealed: sealer.seal(await create(), context) });
  const row = await findSecret(db, name);
  if (!row) throw new Error(`the secret ${name} is gone`);
  return sealer.open(row.sealed, context);
}

/** Fails with a `StartupError` if the secrets of the database were sealed under other keys than the sealer's. */
export async function requireSealingKeys({ db, sealer }: SharedSecrets): Promise<void> {
  const row = await findAnySecret(db);
  if (!row) return;
  try {
    sealer.open(row.sealed, `platform:${row.name}`);
  } catch (cause) {
    throw new StartupError(
      'The secrets in the database are sealed under a key that this platform does not have.',
      'Start every replica with the same --seal-key-file; after a loss, restore it from a backup.',
      { cause },
    );
  }
}
