import { and, count, eq, sql } from 'drizzle-orm';
import type { ListQuery } from '@portolan/contract/list';
import type { Member } from '@portolan/contract/members';
import type { Role } from '@portolan/contract/permissions';
import type { Queries, Transaction } from '../../db/database.ts';
import { accounts } from '../accounts/schema.ts';
import { members } from './schema.ts';
import type { ListColumns } from '../../lists/columns.ts';
import { readPage } from '../../lists/list-page.ts';

const columns: ListColumns = {
  email: { type: 'text', sql: sql`${accounts.email}`, isSearched: true },
  name: { type: 'text', sql: sql`${accounts.name}`, isSearched: true },
  role: { type: 'text', sql: sql`${members.role}` },
  accountId: { type: 'text', sql: sql`${members.accountId}` },
  createdAt: { type: 'time', sql: sql`${members.createdAt}` },
  age: { type: 'time', sql: sql`${members.createdAt}` },
};

const selection = {
  id: members.accountId,
  email: accounts.email,
  name: accounts.name,
  role: members.role,
  secondFactor: sql<boolean>`${accounts.totpSecret} is not null`,
  createdAt: members.createdAt,
};
type MemberRow = Omit<Member, 'accountId' | 'createdAt'> & { readonly id: string; readonly createdAt: Date };

/** Returns one page of the workspace's members. */
export async function listMemberPage(tx: Transaction, workspace: string, query: ListQuery) {
  return readPage<MemberRow, Member>(
    tx,
    query,
    {
      columns,
      sort: 'email',
      id: sql`${members.accountId}`,
      scope: eq(members.workspaceId, workspace),
      read: ({ where, orderBy, limit, key }) =>
        tx
          .select({ ...selection, sortKey: key })
          .from(members)
          .innerJoin(accounts, eq(accounts.id, members.accountId))
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      count: async (where) => {
        const [row] = await tx
          .select({ count: count() })
          .from(members)
          .innerJoin(accounts, eq(accounts.id, members.accountId))
          .where(where);
        return row?.count ?? 0;
      },
    },
    memberView,
  );
}

export async function findMember(db: Queries, workspace: string, accountId: string): Promise<Member | null> {
  const [row] = await db
    .select(selection)
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.workspaceId, workspace), eq(members.accountId, accountId)));
  return row ? memberView(row) : null;
}

/** Returns the member with an e-mail address, ignoring case. */
export async function findMemberByEmail(
  db: Queries,
  workspace: string,
  email: string,
): Promise<Member | null> {
  const [row] = await db
    .select(selection)
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.workspaceId, workspace), sql`lower(${accounts.email}) = lower(${email})`));
  return row ? memberView(row) : null;
}

function memberView({ id, createdAt, ...rest }: MemberRow): Member {
  return { accountId: id, ...rest, createdAt: createdAt.toISOString() };
}

/** Returns the number of owners and locks their rows, so that two owners cannot leave at the same time. */
export async function lockOwners(tx: Transaction, workspace: string): Promise<number> {
  const owners = await tx
    .select({ id: members.accountId })
    .from(members)
    .where(and(eq(members.workspaceId, workspace), eq(members.role, 'owner')))
    .for('update');
  return owners.length;
}

export async function insertMember(
  tx: Transaction,
  member: { readonly workspaceId: string; readonly accountId: string; readonly role: Role },
): Promise<void> {
  await tx.insert(members).values(member);
}

export async function updateRole(
  tx: Transaction,
  workspace: string,
  accountId: string,
  role: Role,
): Promise<void> {
  await tx
    .update(members)
    .set({ role })
    .where(and(eq(members.workspaceId, workspace), eq(members.accountId, accountId)));
}

export async function deleteMember(tx: Transaction, workspace: string, accountId: string): Promise<void> {
  await tx.delete(members).where(and(eq(members.workspaceId, workspace), eq(members.accountId, accountId)));
}
