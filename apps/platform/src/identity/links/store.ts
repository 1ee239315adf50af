import { and, eq, gt, lt, sql } from 'drizzle-orm';
import type { Queries, Transaction } from '../../db/database.ts';
import { passwordLinks } from './schema.ts';
import { users } from '../../users/schema.ts';

const isOpen = gt(passwordLinks.expiresAt, sql`now()`);

/** Inserts a user's link and replaces an earlier one. */
export async function replacePasswordLink(
  tx: Transaction,
  link: typeof passwordLinks.$inferInsert,
): Promise<void> {
  const { hash, expiresAt } = link;
  await tx
    .insert(passwordLinks)
    .values(link)
    .onConflictDoUpdate({ target: passwordLinks.userId, set: { hash, expiresAt } });
}

/** Returns the user of a link; undefined when the link was used, replaced or expired, or its user may not sign in. */
export async function findPasswordLink(db: Queries, hash: Buffer) {
  const [row] = await db
    .select({ workspace: passwordLinks.workspaceId, userId: users.id, email: users.email })
    .from(passwordLinks)
    .innerJoin(users, eq(users.id, passwordLinks.userId))
    .where(and(eq(passwordLinks.hash, hash), isOpen, eq(users.state, 'active')));
  return row;
}

/** Deletes an open link. Returns false when it was already redeemed. */
export async function takePasswordLink(tx: Transaction, hash: Buffer): Promise<boolean> {
  const taken = await tx
    .delete(passwordLinks)
    .where(and(eq(passwordLinks.hash, hash), isOpen))
    .returning({ userId: passwordLinks.userId });
  return taken.length > 0;
}

/** Deletes expired links. */
export async function sweepPasswordLinks(db: Queries): Promise<void> {
  await db.delete(passwordLinks).where(lt(passwordLinks.expiresAt, sql`now()`));
}
