import { and, eq } from 'drizzle-orm';
import type { Queries, Transaction } from '../../db/database.ts';
import { accountIdentities } from './schema.ts';

/** A subject of a workspace's provider. */
export interface Identity {
  readonly workspace: string;
  readonly provider: string;
  readonly subject: string;
}

/** Returns the id of the account linked to a subject; undefined when there is none. */
export async function findIdentity(
  db: Queries,
  { workspace, provider, subject }: Identity,
): Promise<string | undefined> {
  const [row] = await db
    .select({ accountId: accountIdentities.accountId })
    .from(accountIdentities)
    .where(
      and(
        eq(accountIdentities.workspaceId, workspace),
        eq(accountIdentities.provider, provider),
        eq(accountIdentities.subject, subject),
      ),
    );
  return row?.accountId;
}

/** Returns whether an account is linked to a subject of the provider. */
export async function hasIdentity(
  db: Queries,
  accountId: string,
  { workspace, provider }: Omit<Identity, 'subject'>,
): Promise<boolean> {
  const rows = await db
    .select({ subject: accountIdentities.subject })
    .from(accountIdentities)
    .where(
      and(
        eq(accountIdentities.workspaceId, workspace),
        eq(accountIdentities.provider, provider),
        eq(accountIdentities.accountId, accountId),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

/** Links a subject of a workspace's provider to an account. */
export async function linkIdentity(
  tx: Transaction,
  { workspace: workspaceId, ...identity }: Identity,
  accountId: string,
): Promise<void> {
  await tx.insert(accountIdentities).values({ workspaceId, ...identity, accountId });
}
