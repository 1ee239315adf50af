import { and, asc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type { Account } from '@portolan/contract/sessions';
import { accessTokens, recoveryCodes } from '../../auth/schema.ts';
import type { Queries, Transaction } from '../../db/database.ts';
import { workspaces } from '../../workspaces/schema.ts';
import { oidcPayloads } from '../issuer/schema.ts';
import { members } from '../members/schema.ts';
import { accountIdentities } from '../single-sign-on/schema.ts';
import { accounts } from './schema.ts';

export type AccountRow = typeof accounts.$inferSelect;

/** Maximum number of accounts with one address whose password is checked. */
const CANDIDATES_MAX = 8;
const NETWORKS_KEPT = 20;

export async function findAccount(db: Queries, id: string): Promise<AccountRow | undefined> {
  const [row] = await db.select().from(accounts).where(eq(accounts.id, id));
  return row;
}

/** Returns the platform-wide account with an e-mail address, ignoring case. */
export async function findAccountByEmail(db: Queries, email: string): Promise<AccountRow | undefined> {
  const [row] = await db
    .select()
    .from(accounts)
    .where(and(hasEmail(email), isNull(accounts.homeWorkspace)));
  return row;
}

/** Returns the account with an e-mail address that is limited to a workspace. */
export async function findHomeAccount(
  db: Queries,
  workspace: string,
  email: string,
): Promise<AccountRow | undefined> {
  const [row] = await db
    .select()
    .from(accounts)
    .where(and(hasEmail(email), eq(accounts.homeWorkspace, workspace)));
  return row;
}

/** Returns the accounts with this address that can sign in with a password, the platform-wide one first. */
export async function listPasswordAccounts(db: Queries, email: string): Promise<AccountRow[]> {
  return db
    .select()
    .from(accounts)
    .where(and(hasEmail(email), or(isNull(accounts.homeWorkspace), isNotNull(accounts.passwordHash))))
    .orderBy(sql`${accounts.homeWorkspace} is not null`, asc(accounts.createdAt))
    .limit(CANDIDATES_MAX);
}

/** Returns the account and its workspaces in the shape of the API; with `confinedTo`, that workspace only. */
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

export async function updateAccount(
  db: Queries,
  id: string,
  change: Partial<typeof accounts.$inferInsert>,
): Promise<void> {
  await db.update(accounts).set(change).where(eq(accounts.id, id));
}

/** Deletes all credentials of the account and ends all its sessions. */
export async function dropCredentials(tx: Transaction, id: string): Promise<void> {
  await tx.delete(accessTokens).where(eq(accessTokens.accountId, id));
  await tx.delete(oidcPayloads).where(eq(oidcPayloads.accountId, id));
  await deleteRecoveryCodes(tx, id);
  await tx.delete(accountIdentities).where(eq(accountIdentities.accountId, id));
  await updateAccount(tx, id, {
    passwordHash: null,
    totpSecret: null,
    totpPending: null,
    totpStep: null,
    knownNetworks: [],
  });
}

/** Adds the network to the account's most recent 20. */
export async function recordNetwork(
  db: Queries,
  { id, knownNetworks }: AccountRow,
  network: string,
): Promise<void> {
  if (knownNetworks[0] === network) return;
  const others = knownNetworks.filter((known) => known !== network);
  await updateAccount(db, id, { knownNetworks: [network, ...others].slice(0, NETWORKS_KEPT) });
}

/** Advances the step of the last code used (RFC 6238 §5.2); false if a code of this step or a later one was used already. */
export async function advanceTotpStep(db: Queries, id: string, step: number): Promise<boolean> {
  const used = await db
    .update(accounts)
    .set({ totpStep: step })
    .where(and(eq(accounts.id, id), or(isNull(accounts.totpStep), lt(accounts.totpStep, step))))
    .returning({ id: accounts.id });
  return used.length > 0;
}

/** Inserts recovery codes, of which only hashes are stored. */
export async function insertRecoveryCodes(
  tx: Transaction,
  accountId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  await tx.insert(recoveryCodes).values(hashes.map((hash) => ({ accountId, hash })));
}

/** Deletes the recovery code of a hash; false if the account has no such. */
export async function takeRecoveryCode(db: Queries, accountId: string, hash: Buffer): Promise<boolean> {
  const used = await db
    .delete(recoveryCodes)
    .where(and(eq(recoveryCodes.accountId, accountId), eq(recoveryCodes.hash, hash)))
    .returning({ hash: recoveryCodes.hash });
  return used.length > 0;
}

/** Deletes every recovery code of an account. */
export async function deleteRecoveryCodes(tx: Transaction, accountId: string): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.accountId, accountId));
}

function hasEmail(email: string) {
  return sql`lower(${accounts.email}) = lower(${email})`;
}
