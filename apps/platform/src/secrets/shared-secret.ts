import { StartupError } from '@portolan/process/startup-error';
import type { Queries } from '../db/database.ts';
import type { Sealer } from './seal.ts';
import { findAnySecret, findSecret, insertSecret } from './store.ts';

export interface SharedSecrets {
  readonly db: Queries;
  readonly sealer: Sealer;
}

/**
 * Returns a secret that all replicas share. The first caller stores the result of `create`; concurrent callers all get the
 * stored one.
 */
export async function sharedSecret(
  { db, sealer }: SharedSecrets,
  name: string,
  create: () => Promise<string>,
): Promise<string> {
  // The context is the name, so that a row moved to another name cannot be opened.
  const context = `platform:${name}`;
  if (!(await findSecret(db, name)))
    await insertSecret(db, { name, sealed: sealer.seal(await create(), context) });
  const row = await findSecret(db, name);
  if (!row) throw new Error(`the secret ${name} was deleted`);
  return sealer.open(row.sealed, context);
}

/** Requires that the secrets of the database can be opened with the sealer's keys. @throws StartupError. */
export async function requireSealingKeys({ db, sealer }: SharedSecrets): Promise<void> {
  const row = await findAnySecret(db);
  if (!row) return;
  try {
    sealer.open(row.sealed, `platform:${row.name}`);
  } catch (cause) {
    throw new StartupError(
      'The secrets in the database are sealed with a key that this platform does not have.',
      'Start every replica with the same --seal-key-file. If the file was lost, restore it from a backup.',
      { cause },
    );
  }
}
