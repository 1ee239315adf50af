import { and, asc, eq, isNull, or, sql } from 'drizzle-orm';
import type { Database, Queries, Transaction } from '../../db/database.ts';
import { publish } from '../../db/changes.ts';
import { enterWorkspace } from '../../db/tenancy.ts';
import { domainCertificates } from '../schema.ts';

export type CertificateRow = typeof domainCertificates.$inferSelect;
export type CertificateChange = Partial<
  Omit<CertificateRow, 'clusterId' | 'host' | 'workspaceId' | 'createdAt' | 'leaseId' | 'leaseUntil'>
>;
type CertificateKey = Pick<CertificateRow, 'clusterId' | 'host'>;

/** A replica that dies is followed by another one after this time. */
const LEASE = sql`now() + interval '30 seconds'`;
const isOf = ({ clusterId, host }: CertificateKey) =>
  and(eq(domainCertificates.clusterId, clusterId), eq(domainCertificates.host, host));

/**
 * Makes one row for each custom domain whose owner is proved, and deletes those of domains that are no longer served. Domains that
 * nobody can own have no claim, and no public authority issues for them.
 */
export async function planCertificates(db: Database): Promise<void> {
  const wanted = sql`
    select d.cluster_id, d.host, d.workspace_id from domains d
    join domain_claims c on c.cluster_id = d.cluster_id and c.object_key = d.object_key and c.host = d.host
    where d.released_at is null and d.kind = 'custom' and c.state in ('verified', 'at-risk')`;
  // `not in` is looked up in a hash table. For `not exists` the planner, which takes the columns of the join for independent and
  // expects one row, compares each certificate with each domain.
  await db.execute(sql`
    insert into domain_certificates (cluster_id, host, workspace_id)
    select * from (${wanted}) w
    where (w.cluster_id, w.host) not in (select cluster_id, host from domain_certificates) on conflict do nothing`);
  await db.execute(sql`
    delete from domain_certificates t
    where (t.cluster_id, t.host) not in (select w.cluster_id, w.host from (${wanted}) w)`);
}

/**
 * Takes up to `limit` rows that are due, for half a minute in which no other replica gets them: workspaces take turns, and of
 * each those certificates first that end first.
 */
export async function takeDue(db: Database, leaseId: string, limit: number): Promise<CertificateRow[]> {
  const isDue = sql`next_at <= now() and (lease_until is null or lease_until < now())`;
  const chosen = sql`
    select ctid from domain_certificates where ctid = any(array(
      select place from (
        select ctid as place, not_after,
          row_number() over (partition by workspace_id order by not_after nulls last, next_at) as turn
        from domain_certificates where ${isDue}) due
      order by turn, not_after nulls last limit ${limit}))
    and ${isDue} for update skip locked`;
  return db
    .update(domainCertificates)
    .set({ leaseId, leaseUntil: LEASE })
    .where(sql`ctid = any(array(${chosen}))`)
    .returning();
}

/** Keeps rows for another half minute. */
export async function renewLeases(db: Database, leaseId: string): Promise<void> {
  await db
    .update(domainCertificates)
    .set({ leaseUntil: LEASE })
    .where(and(eq(domainCertificates.leaseId, leaseId), sql`${domainCertificates.leaseUntil} > now()`));
}

/**
 * Stores a step. Returns the row as it is then; null when another replica has it, or it is gone: the caller must stop. `isLast`
 * ends the lease. Changes that people or agents see are published.
 */
export async function storeStep(
  db: Database,
  row: CertificateRow,
  change: CertificateChange,
  isLast: boolean,
): Promise<CertificateRow | null> {
  return db.transaction(async (tx) => {
    await enterWorkspace(tx, row.workspaceId);
    const [next] = await tx
      .update(domainCertificates)
      .set({ ...change, ...(isLast ? { leaseId: null, leaseUntil: null } : { leaseUntil: LEASE }) })
      .where(and(isOf(row), eq(domainCertificates.leaseId, row.leaseId ?? '')))
      .returning();
    if (!next) return null;
    if (isVisible(row, next)) await announce(tx, row.workspaceId, row.host);
    return next;
  });
}

/** Announces a change of a certificate or its challenges to agents, brokers and screens. */
export async function announce(tx: Transaction, workspace: string, host: string): Promise<void> {
  await publish(tx, workspace, { topic: 'certificates', ids: [host], change: 'updated' });
}

function isVisible(before: CertificateRow, after: CertificateRow): boolean {
  const shown = ({ state, reason, requestId, current, previous, renewAt, failures }: CertificateRow) =>
    JSON.stringify([state, reason, requestId, current?.serial, previous?.serial, renewAt, failures]);
  return shown(before) !== shown(after);
}

/** Returns the certificates of a cluster, and its orders in progress. */
export function listOfCluster(db: Queries, clusterId: string): Promise<CertificateRow[]> {
  return db
    .select()
    .from(domainCertificates)
    .where(eq(domainCertificates.clusterId, clusterId))
    .orderBy(asc(domainCertificates.host));
}

/** Stores the request to sign that an agent made; the first one counts, for its key may be in use. */
export async function storeSigningRequest(
  tx: Transaction,
  clusterId: string,
  { id, csr }: { readonly id: string; readonly csr: string },
): Promise<boolean> {
  const rows = await tx
    .update(domainCertificates)
    .set({ csr, reason: null, nextAt: sql`now()` })
    .where(
      and(
        eq(domainCertificates.clusterId, clusterId),
        eq(domainCertificates.requestId, id),
        isNull(domainCertificates.csr),
      ),
    )
    .returning({ host: domainCertificates.host });
  return rows.length > 0;
}

/** Returns the chain that was issued for a request of a cluster; null when there is none. */
export async function findChain(db: Queries, clusterId: string, id: string): Promise<string | null> {
  const { current, previous } = domainCertificates;
  const isIt = (issued: typeof current | typeof previous) => sql`${issued} ->> 'requestId' = ${id}`;
  const [row] = await db
    .select({ current, previous })
    .from(domainCertificates)
    .where(and(eq(domainCertificates.clusterId, clusterId), or(isIt(current), isIt(previous))));
  const found = [row?.current, row?.previous].find((issued) => issued?.requestId === id);
  return found?.chain ?? null;
}

/** Notes that agents of a cluster serve certificates, by the ids of their requests: the ones before are no longer needed. */
export async function confirmServed(
  tx: Transaction,
  clusterId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await tx
    .update(domainCertificates)
    .set({ confirmedAt: sql`now()`, previous: null })
    .where(
      and(
        eq(domainCertificates.clusterId, clusterId),
        isNull(domainCertificates.confirmedAt),
        sql`${domainCertificates.current} ->> 'requestId' = any(${sql.param([...ids])}::text[])`,
      ),
    )
    .returning({ host: domainCertificates.host });
  return rows.map(({ host }) => host);
}

/** Has certificates issued again whose keys agents of a cluster no longer have, by the ids of their requests. */
export async function renewLost(tx: Transaction, clusterId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(domainCertificates)
    .set({ renewAt: sql`now()`, nextAt: sql`now()` })
    .where(
      and(
        eq(domainCertificates.clusterId, clusterId),
        isNull(domainCertificates.requestId),
        sql`${domainCertificates.current} ->> 'requestId' = any(${sql.param([...ids])}::text[])`,
      ),
    );
}

/** Makes the certificate of a host of a workspace due now. Returns whether there is one. */
export async function makeDue(tx: Transaction, workspace: string, host: string): Promise<boolean> {
  const rows = await tx
    .update(domainCertificates)
    .set({ nextAt: sql`now()` })
    .where(and(eq(domainCertificates.workspaceId, workspace), eq(domainCertificates.host, host)))
    .returning({ host: domainCertificates.host });
  return rows.length > 0;
}
