import { eq } from 'drizzle-orm';
import type { Queries } from '../db/database.ts';
import { platformSecrets } from './schema.ts';

type SecretRow = typeof platformSecrets.$inferSelect;

/** Returns the sealed secret of a name. */
export async function findSecret(db: Queries, name: string): Promise<SecretRow | undefined> {
  const [row] = await db.select().from(platformSecrets).where(eq(platformSecrets.name, name));
  return row;
}

/** Returns one of the secrets, whichever it is. */
export async function findAnySecret(db: Queries): Promise<SecretRow | undefined> {
  const [row] = await db.select().from(platformSecrets).limit(1);
  return row;
}

/** Replaces a secret. */
export async function replaceSecret(db: Queries, { name, sealed }: SecretRow): Promise<void> {
  await db.update(platformSecrets).set({ sealed }).where(eq(platformSecrets.name, name));
}

export async function deleteSecret(db: Queries, name: string): Promise<void> {
  await db.delete(platformSecrets).where(eq(platformSecrets.name, name));
}

/** Inserts a secret unless there is one of its name. */
export async function insertSecret(db: Queries, row: SecretRow): Promise<void> {
  await db.insert(platformSecrets).values(row).onConflictDoNothing();
}
