import { and, count, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { ClusterCommand, CommandReport, SentCommand } from '@portolan/contract/cluster-commands';
import type { Queries, Transaction } from '../../db/database.ts';
import { clusterCommands } from './schema.ts';

const LISTED = 50;
const KEPT_DAYS = 30;

const isPending = and(isNull(clusterCommands.reportedAt), gt(clusterCommands.expiresAt, sql`now()`));

/** Returns what agents of a cluster are to carry out. A restart is for every replica, so that it holds until its deadline. */
export async function listSentCommands(db: Queries, clusterId: string): Promise<SentCommand[]> {
  const rows = await db
    .select()
    .from(clusterCommands)
    .where(
      and(
        eq(clusterCommands.clusterId, clusterId),
        or(isPending, and(eq(clusterCommands.type, 'restart'), gt(clusterCommands.expiresAt, sql`now()`))),
      ),
    )
    .orderBy(clusterCommands.createdAt);
  return rows.map(({ id, type, target, policy, expiresAt }) => ({
    id,
    type,
    expiresAt: expiresAt.toISOString(),
    ...(target === null ? {} : { target }),
    ...(policy === null ? {} : { policy }),
  }));
}

/** Returns the last commands of a cluster, newest first. */
export async function listCommandRows(tx: Transaction, clusterId: string): Promise<ClusterCommand[]> {
  const rows = await tx
    .select({ row: clusterCommands, isExpired: sql<boolean>`${clusterCommands.expiresAt} <= now()` })
    .from(clusterCommands)
    .where(eq(clusterCommands.clusterId, clusterId))
    .orderBy(desc(clusterCommands.createdAt), desc(clusterCommands.id))
    .limit(LISTED);
  return rows.map(({ row, isExpired }) => ({
    id: row.id,
    type: row.type,
    target: row.target,
    policy: row.policy,
    state: row.outcome ?? (isExpired ? 'expired' : 'pending'),
    code: row.code,
    message: row.message,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    reportedAt: row.reportedAt?.toISOString() ?? null,
  }));
}

/** Returns how many commands of a cluster wait for their report. */
export async function countPending(tx: Transaction, clusterId: string): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(clusterCommands)
    .where(and(eq(clusterCommands.clusterId, clusterId), isPending));
  return row?.count ?? 0;
}

/** Inserts a command, and deletes those of the cluster that are too old to be shown. */
export async function insertCommand(
  tx: Transaction,
  { validSeconds, ...row }: Omit<typeof clusterCommands.$inferInsert, 'expiresAt'> & { validSeconds: number },
): Promise<void> {
  await tx
    .delete(clusterCommands)
    .where(
      and(
        eq(clusterCommands.clusterId, row.clusterId),
        lt(clusterCommands.createdAt, sql`now() - make_interval(days => ${KEPT_DAYS}::int)`),
      ),
    );
  await tx
    .insert(clusterCommands)
    .values({ ...row, expiresAt: sql`now() + make_interval(secs => ${validSeconds}::int)` });
}

/** Records the first report of a command; returns whether it was the first. */
export async function recordReport(
  tx: Transaction,
  clusterId: string,
  { id, outcome, code, message }: CommandReport,
): Promise<boolean> {
  const rows = await tx
    .update(clusterCommands)
    .set({ outcome, code, message, reportedAt: sql`now()` })
    .where(
      and(
        eq(clusterCommands.clusterId, clusterId),
        eq(clusterCommands.id, id),
        isNull(clusterCommands.reportedAt),
      ),
    )
    .returning({ id: clusterCommands.id });
  return rows.length > 0;
}
