import { eq } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { workspaces } from './schema.ts';

/** Returns the row of a workspace. */
export async function findWorkspace(
  tx: Transaction,
  id: string,
): Promise<typeof workspaces.$inferSelect | undefined> {
  const [row] = await tx.select().from(workspaces).where(eq(workspaces.id, id));
  return row;
}

/** Inserts a workspace; fails with PostgreSQL's unique violation if the id is taken. */
export async function insertWorkspace(tx: Transaction, row: typeof workspaces.$inferInsert): Promise<void> {
  await tx.insert(workspaces).values(row);
}

/** Renames a workspace. */
export async function updateWorkspaceName(tx: Transaction, id: string, name: string): Promise<void> {
  await tx.update(workspaces).set({ name }).where(eq(workspaces.id, id));
}

/** Deletes a workspace with everything in it, and returns its uid. */
export async function deleteWorkspaceRow(
  tx: Transaction,
  id: string,
): Promise<{ readonly uid: string } | undefined> {
  const [deleted] = await tx
    .delete(workspaces)
    .where(eq(workspaces.id, id))
    .returning({ uid: workspaces.uid });
  return deleted;
}

/** Returns the revision of a workspace's desired state; 0 for a workspace that does not exist. */
export async function currentRevision(tx: Transaction, workspace: string): Promise<number> {
  const [row] = await tx
    .select({ revision: workspaces.revision })
    .from(workspaces)
    .where(eq(workspaces.id, workspace));
  return row?.revision ?? 0;
}

/** Locks a workspace until the end of the transaction, so that its state cannot change between a comparison and a write. */
export async function lockWorkspace(tx: Transaction, workspace: string): Promise<void> {
  await tx
    .select({ id: workspaces.id })
    .from(workspaces)
    .where(eq(workspaces.id, workspace))
    .for('no key update');
}

/** Lists the ids of all workspaces. */
export async function listWorkspaceIds(tx: Transaction): Promise<string[]> {
  const rows = await tx.select({ id: workspaces.id }).from(workspaces);
  return rows.map(({ id }) => id);
}
