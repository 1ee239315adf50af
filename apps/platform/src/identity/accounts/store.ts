import { and, asc, eq, sql } from 'drizzle-orm';
import type { Account } from '@portolan/contract/sessions';
import type { Queries } from '../../db/database.ts';
import { accounts } from './schema.ts';
import { members } from '../members/schema.ts';
import { workspaces } from '../../workspaces/schema.ts';

/** An account by e-mail, in whatever case it was typed. */
export async function findAccountByEmail(
  db: Queries,
  email: string,
): Promise<typeof accounts.$inferSelect | undefined> {
  const [row] = await db
    .select()
    .from(accounts)
    .where(sql`lower(${accounts.email}) = lower(${email})`);
  return row;
}

/** The account with its workspaces, as clients see it. */
export async function readAccount(
  db: Queries,
  { id, email, name }: { readonly id: string; readonly email: string; readonly name: string },
  confinedTo: string | null = null,
): Promise<Account> {
  const rows = await db
    .select({ workspace: workspaces.id, name: workspaces.name, role: members.role })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(
      and(eq(members.accountId, id), confinedTo === null ? undefined : eq(members.workspaceId, confinedTo)),
    )
    .orderBy(asc(workspaces.name));
  return { id, email, name, workspaces: rows };
}

export async function insertAccount(db: Queries, account: typeof accounts.$inferInsert): Promise<void> {
  await db.insert(accounts).values(account);
}

export async function updatePasswordHash(db: Queries, id: string, passwordHash: string): Promise<void> {
  await db.update(accounts).set({ passwordHash }).where(eq(accounts.id, id));
}
