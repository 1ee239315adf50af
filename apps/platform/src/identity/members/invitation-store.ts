import { and, eq, gt, lt, sql } from 'drizzle-orm';
import type { ListQuery } from '@portolan/contract/list';
import type { Invitation } from '@portolan/contract/members';
import type { Queries, Transaction } from '../../db/database.ts';
import { invitations } from './schema.ts';
import type { ListColumns } from '../../lists/columns.ts';
import { readPage } from '../../lists/list-page.ts';

const columns: ListColumns = {
  email: { type: 'text', sql: sql`${invitations.email}`, isSearched: true },
  role: { type: 'text', sql: sql`${invitations.role}` },
  invitedBy: { type: 'text', sql: sql`${invitations.invitedBy}`, isSearched: true },
  createdAt: { type: 'time', sql: sql`${invitations.createdAt}` },
  expiresAt: { type: 'time', sql: sql`${invitations.expiresAt}` },
};
export type InvitationRow = typeof invitations.$inferSelect;
const isOpen = gt(invitations.expiresAt, sql`now()`);

/** Returns one page of the workspace's open invitations. */
export async function listInvitationPage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<InvitationRow, Invitation>(
    tx,
    query,
    {
      columns,
      sort: '-createdAt',
      id: sql`${invitations.id}`,
      scope: sql`${eq(invitations.workspaceId, workspace)} and ${isOpen}`,
      read: async ({ where, orderBy, limit, key }) => {
        const rows = await tx
          .select({ row: invitations, sortKey: key })
          .from(invitations)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit);
        return rows.map(({ row, sortKey }) => ({ ...row, sortKey }));
      },
      count: (where) => tx.$count(invitations, where),
    },
    invitationView,
  );
}

export function invitationView(row: InvitationRow): Invitation {
  const { id, email, role, invitedBy, createdAt, expiresAt } = row;
  return {
    id,
    email,
    role,
    invitedBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}

/** Inserts an invitation and replaces an earlier one for the same e-mail address. */
export async function replaceInvitation(
  tx: Transaction,
  row: typeof invitations.$inferInsert,
): Promise<InvitationRow> {
  await tx
    .delete(invitations)
    .where(
      and(
        eq(invitations.workspaceId, row.workspaceId),
        sql`lower(${invitations.email}) = lower(${row.email})`,
      ),
    );
  const [written] = await tx.insert(invitations).values(row).returning();
  if (!written) throw new Error('INSERT of an invitation returned no row');
  return written;
}

/** Returns the open invitation with this token hash. */
export async function findInvitationByHash(db: Queries, hash: Buffer): Promise<InvitationRow | undefined> {
  const [row] = await db
    .select()
    .from(invitations)
    .where(and(eq(invitations.hash, hash), isOpen));
  return row;
}

/** Returns the open invitation for an e-mail address. */
export async function findInvitationByEmail(
  db: Queries,
  workspace: string,
  email: string,
): Promise<InvitationRow | undefined> {
  const isTheirs = sql`lower(${invitations.email}) = lower(${email})`;
  const [row] = await db
    .select()
    .from(invitations)
    .where(and(eq(invitations.workspaceId, workspace), isTheirs, isOpen));
  return row;
}

export async function deleteInvitation(
  tx: Transaction,
  workspace: string,
  id: string,
): Promise<InvitationRow | undefined> {
  const [row] = await tx
    .delete(invitations)
    .where(and(eq(invitations.workspaceId, workspace), eq(invitations.id, id)))
    .returning();
  return row;
}

/** Records that the invitation was mailed and its link not shown to the inviter. */
export async function recordMailed(db: Queries, id: string): Promise<void> {
  await db
    .update(invitations)
    .set({ mailedAt: sql`now()` })
    .where(eq(invitations.id, id));
}

/** Deletes expired invitations. */
export async function sweepInvitations(db: Queries): Promise<void> {
  await db.delete(invitations).where(lt(invitations.expiresAt, sql`now()`));
}
