import { and, arrayContains, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Database, Queries, Transaction } from '../../db/database.ts';
import { enterWorkspace } from '../../db/tenancy.ts';
import { acmeChallenges } from '../schema.ts';
import { announce, type CertificateRow } from './order-store.ts';

export type ChallengeRow = typeof acmeChallenges.$inferSelect;
type NewChallenge = Pick<ChallengeRow, 'token' | 'type' | 'keyAuthorization'>;

/** Stores the answer to a challenge and announces it to those who give it. Returns it as it is stored. */
export async function offerChallenge(
  db: Database,
  { host, clusterId, workspaceId }: CertificateRow,
  challenge: NewChallenge,
): Promise<ChallengeRow> {
  return db.transaction(async (tx) => {
    await enterWorkspace(tx, workspaceId);
    const isIt = and(eq(acmeChallenges.host, host), eq(acmeChallenges.token, challenge.token));
    const [added] = await tx
      .insert(acmeChallenges)
      .values({ host, clusterId, workspaceId, ...challenge })
      .onConflictDoNothing()
      .returning();
    if (added) {
      await announce(tx, workspaceId, host);
      return added;
    }
    const [known] = await tx.select().from(acmeChallenges).where(isIt);
    if (!known) throw new Error(`the challenge for ${host} is held by another workspace`);
    return known;
  });
}

/** Ends all challenges of a host; returns those that there were. */
export async function deleteChallenges(
  db: Database,
  { host, clusterId, workspaceId }: Pick<CertificateRow, 'host' | 'clusterId' | 'workspaceId'>,
): Promise<ChallengeRow[]> {
  return db.transaction(async (tx) => {
    await enterWorkspace(tx, workspaceId);
    const ended = await tx
      .delete(acmeChallenges)
      .where(and(eq(acmeChallenges.host, host), eq(acmeChallenges.clusterId, clusterId)))
      .returning();
    if (ended.length > 0) await announce(tx, workspaceId, host);
    return ended;
  });
}

/** Returns the challenges that brokers answer. */
export function listHttpChallenges(db: Queries): Promise<ChallengeRow[]> {
  return db
    .select()
    .from(acmeChallenges)
    .where(eq(acmeChallenges.type, 'http-01'))
    .orderBy(asc(acmeChallenges.host), asc(acmeChallenges.token));
}

/** Returns the challenges that are answered in DNS. */
export function listDnsChallenges(db: Queries): Promise<ChallengeRow[]> {
  return db
    .select()
    .from(acmeChallenges)
    .where(eq(acmeChallenges.type, 'dns-01'))
    .orderBy(asc(acmeChallenges.host), asc(acmeChallenges.token));
}

/** Returns the challenges of these hosts of a workspace that are answered in DNS. */
export function listDnsChallengesOf(
  db: Queries,
  workspaceId: string,
  hosts: readonly string[],
): Promise<ChallengeRow[]> {
  return db
    .select()
    .from(acmeChallenges)
    .where(
      and(
        eq(acmeChallenges.type, 'dns-01'),
        eq(acmeChallenges.workspaceId, workspaceId),
        inArray(acmeChallenges.host, [...hosts]),
      ),
    );
}

/** Returns the challenges that the agents of a cluster answer. */
export function listClusterChallenges(db: Queries, clusterId: string): Promise<ChallengeRow[]> {
  return db
    .select()
    .from(acmeChallenges)
    .where(and(eq(acmeChallenges.clusterId, clusterId), eq(acmeChallenges.type, 'tls-alpn-01')))
    .orderBy(asc(acmeChallenges.host), asc(acmeChallenges.token));
}

/** Notes that a broker gives the answers to these challenges, by their tokens. */
export async function acknowledgeByBroker(
  db: Database,
  broker: string,
  tokens: readonly string[],
): Promise<void> {
  if (tokens.length === 0) return;
  await db
    .update(acmeChallenges)
    .set({ acknowledged: sql`array_append(${acmeChallenges.acknowledged}, ${broker})` })
    .where(
      and(
        sql`${acmeChallenges.token} = any(${sql.param([...tokens])}::text[])`,
        inArray(acmeChallenges.type, ['http-01', 'dns-01']),
        sql`not ${arrayContains(acmeChallenges.acknowledged, [broker])}`,
      ),
    );
}

/** Notes that an agent of a cluster gives the answers to these challenges. */
export async function acknowledgeByAgent(
  tx: Transaction,
  clusterId: string,
  tokens: readonly string[],
): Promise<void> {
  if (tokens.length === 0) return;
  await tx
    .update(acmeChallenges)
    .set({ acknowledged: [clusterId] })
    .where(
      and(
        eq(acmeChallenges.clusterId, clusterId),
        sql`${acmeChallenges.token} = any(${sql.param([...tokens])}::text[])`,
        eq(acmeChallenges.type, 'tls-alpn-01'),
      ),
    );
}

/** Returns the ids of the live brokers that do not yet answer a challenge; null when no broker is live. */
export async function listMissingBrokers(
  db: Queries,
  { acknowledged }: Pick<ChallengeRow, 'acknowledged'>,
): Promise<string[] | null> {
  const { rows } = await db.execute(
    sql`select id from brokers where state <> 'down' and approved_at is not null and revoked_at is null order by id`,
  );
  const live = rows.map(({ id }) => String(id));
  return live.length === 0 ? null : live.filter((id) => !acknowledged.includes(id));
}
