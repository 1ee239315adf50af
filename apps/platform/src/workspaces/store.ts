import { eq } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { workspaces } from './schema.ts';

/** Returns the revision of a workspace's desired state; 0 for a workspace that does not exist. */
export async function currentRevision(tx: Transaction, workspace: string): Promise<number> {
  const [row] = await tx
    .select({ revision: workspaces.revision })
    .from(workspaces)
    .where(eq(workspaces.id, workspace));
  return row?.revision ?? 0;
}

/** Locks a workspace until the end of the transaction: what a change was compared with is what it overwrites. */
export async function lockWorkspace(tx: Transaction, workspace: string): Promise<void> {
  await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, workspace))
    .for('no key update');
}
