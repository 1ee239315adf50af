import { and, asc, eq, lte, ne, sql } from 'drizzle-orm';
import type { ClusterIdentity } from '@portolan/contract/agent';
import type { Database, Queries, Transaction } from '../db/database.ts';
import type { Verdict } from './ownership.ts';
import { domainClaims, domains, type ClaimSeen } from './schema.ts';

export type ClaimRow = typeof domainClaims.$inferSelect;

/** Claim of an object of one cluster. */
export interface NewClaim {
  readonly objectKey: string;
  readonly host: string;
  readonly registrable: string;
}

type ClaimKey = Pick<ClaimRow, 'clusterId' | 'objectKey' | 'host'>;

// Longer than any check: a claim whose checker died is due again after this time.
const CHECK_LEASE = sql`now() + interval '1 minute'`;

/** Returns whether a claim's domain is served. */
export function isServed(claim: Pick<ClaimRow, 'state'> | undefined): boolean {
  return claim?.state === 'verified' || claim?.state === 'at-risk';
}

/** Keeps exactly these claims of a cluster: adds new ones, to be checked at once, and removes all others. Returns them. */
export async function keepClaims(
  tx: Transaction,
  { clusterId, workspace }: ClusterIdentity,
  wanted: readonly NewClaim[],
): Promise<ClaimRow[]> {
  const ofCluster = eq(domainClaims.clusterId, clusterId);
  const rows = await tx.select().from(domainClaims).where(ofCluster);
  const isSame = (a: NewClaim, b: NewClaim) => a.host === b.host && a.objectKey === b.objectKey;
  const gone = rows.filter((row) => !wanted.some((claim) => isSame(claim, row)));
  for (const { host, objectKey } of gone)
    await tx.delete(domainClaims).where(isClaim({ clusterId, host, objectKey }));
  const added = wanted.filter((claim) => !rows.some((row) => isSame(claim, row)));
  if (added.length === 0) return rows.filter((row) => !gone.includes(row));
  await tx.insert(domainClaims).values(
    added.map(({ host, objectKey, registrable }) => ({
      host,
      objectKey,
      registrable,
      clusterId,
      workspaceId: workspace,
    })),
  );
  return tx.select().from(domainClaims).where(ofCluster);
}

/** Returns up to `limit` claims that are due for a check. Other replicas do not get them for a minute. */
export function takeDueClaims(db: Database, limit: number): Promise<ClaimRow[]> {
  const due = db
    .select({ place: sql`ctid` })
    .from(domainClaims)
    .where(lte(domainClaims.nextCheckAt, sql`now()`))
    .orderBy(asc(domainClaims.nextCheckAt))
    .limit(limit)
    .for('update', { skipLocked: true });
  return db
    .update(domainClaims)
    .set({ nextCheckAt: CHECK_LEASE })
    .where(sql`ctid = any(array(${due}))`)
    .returning();
}

/** Returns a claim for a host by a workspace. When several objects claim it, the earliest. */
export async function findClaim(db: Queries, workspace: string, host: string): Promise<ClaimRow | null> {
  const [row] = await db
    .select()
    .from(domainClaims)
    .where(and(eq(domainClaims.workspaceId, workspace), eq(domainClaims.host, host)))
    .orderBy(asc(domainClaims.createdAt))
    .limit(1);
  return row ?? null;
}

/** Returns the workspace that is served under a host, if it is not the given one. */
export async function findOtherHolder(
  db: Queries,
  workspace: string,
  host: string,
): Promise<{ readonly workspaceId: string; readonly clusterId: string; readonly objectKey: string } | null> {
  const [row] = await db
    .select({ workspaceId: domains.workspaceId, clusterId: domains.clusterId, objectKey: domains.objectKey })
    .from(domains)
    .where(and(eq(domains.host, host), ne(domains.workspaceId, workspace)));
  return row ?? null;
}

/** Stores the result of a check. Returns false when the claim is gone. */
export async function storeVerdict(
  tx: Transaction,
  key: ClaimKey,
  { state, missingSince, movesAt, nextCheckAt }: Omit<Verdict, 'takesOver'>,
  seen: ClaimSeen,
): Promise<boolean> {
  const rows = await tx
    .update(domainClaims)
    .set({ state, missingSince, movesAt, nextCheckAt, seen, checkedAt: sql`now()` })
    .where(isClaim(key))
    .returning({ host: domainClaims.host });
  return rows.length > 0;
}

/** Takes a domain from the object that is served under it; its claim starts again as `lost`. */
export async function endHolding(tx: Transaction, key: ClaimKey): Promise<void> {
  await tx.delete(domains).where(and(eq(domains.host, key.host), eq(domains.clusterId, key.clusterId)));
  await tx.update(domainClaims).set({ state: 'lost', movesAt: null }).where(isClaim(key));
}

function isClaim({ clusterId, objectKey, host }: ClaimKey) {
  return and(
    eq(domainClaims.clusterId, clusterId),
    eq(domainClaims.objectKey, objectKey),
    eq(domainClaims.host, host),
  );
}
