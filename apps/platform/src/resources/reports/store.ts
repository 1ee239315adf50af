import { and, eq, inArray, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { reportedObject } from '@portolan/contract/agent-reports';
import type { CompileOptions } from '@portolan/resources/compile/compiler';
import { DEFAULT_GENERATION } from '@portolan/resources/kinds/registry';
import type { Queries, Transaction } from '../../db/database.ts';
import { agentReports } from './schema.ts';
import { resources } from '../list/schema.ts';
import { AppError } from '../../app-error.ts';
import type { AgentIdentity } from '@portolan/contract/agent';

type ReportedObject = z.output<typeof reportedObject>;

// PostgreSQL allows at most 65,535 parameters per statement; a row has twelve.
const ROWS_PER_INSERT = 1000;

/**
 * Returns the sequence of the cluster's report and locks it until the end of the transaction.
 * @throws AppError `conflict` when the cluster is not linked.
 */
export async function lockSequence(tx: Transaction, clusterId: string): Promise<number | null> {
  const [row] = await tx
    .select({ sequence: agentReports.syncSequence })
    .from(agentReports)
    .where(eq(agentReports.clusterId, clusterId))
    .for('update');
  if (!row) throw new AppError('conflict', 'This cluster is not linked.', { fix: 'Link the agent first.' });
  return row.sequence;
}

/** Returns the sequence and the times of a cluster's last report; null if it was never linked. */
export async function findReportState(db: Queries, clusterId: string) {
  const [row] = await db
    .select({
      sequence: agentReports.syncSequence,
      generation: agentReports.generation,
      allowCrossNamespace: agentReports.allowCrossNamespace,
      appliedAt: agentReports.appliedAt,
      lastSeenAt: agentReports.lastSeenAt,
    })
    .from(agentReports)
    .where(eq(agentReports.clusterId, clusterId));
  return row ?? null;
}

/** Returns how a cluster's agent compiles its objects, by its report; the defaults if it was never linked. */
export function compileOptionsOf(report: Awaited<ReturnType<typeof findReportState>>): CompileOptions {
  return {
    generation: report?.generation ?? DEFAULT_GENERATION,
    allowCrossNamespace: report?.allowCrossNamespace ?? false,
  };
}

export async function setSequence(tx: Transaction, clusterId: string, sequence: number): Promise<void> {
  await tx
    .update(agentReports)
    .set({ syncSequence: sequence, lastSeenAt: sql`now()` })
    .where(eq(agentReports.clusterId, clusterId));
}

/** Inserts or updates objects; unchanged ones keep their `updatedAt`. */
export async function upsertResources(
  tx: Transaction,
  identity: AgentIdentity,
  sequence: number,
  objects: readonly ReportedObject[],
): Promise<void> {
  for (let start = 0; start < objects.length; start += ROWS_PER_INSERT) {
    const rows = objects
      .slice(start, start + ROWS_PER_INSERT)
      .map((reported) => rowOf(identity, sequence, reported));
    await tx
      .insert(resources)
      .values(rows)
      .onConflictDoUpdate({
        target: [resources.clusterId, resources.key],
        set: {
          apiVersion: sql`excluded.api_version`,
          labels: sql`excluded.labels`,
          object: sql`excluded.object`,
          owner: sql`excluded.owner`,
          urls: sql`excluded.urls`,
          sequence: sql`excluded.sequence`,
          updatedAt: sql`now()`,
        },
        setWhere: sql`(${resources.object}, ${resources.owner}, ${resources.urls}) is distinct from (excluded.object, excluded.owner, excluded.urls)`,
      });
  }
}

function rowOf(identity: AgentIdentity, sequence: number, { key, object, owner, urls }: ReportedObject) {
  return {
    clusterId: identity.clusterId,
    workspaceId: identity.workspace,
    key,
    apiVersion: object.apiVersion,
    kind: object.kind,
    namespace: object.metadata.namespace ?? null,
    name: object.metadata.name,
    labels: object.metadata.labels ?? {},
    object,
    owner,
    urls,
    sequence,
  };
}

export async function deleteResources(
  tx: Transaction,
  clusterId: string,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  await tx
    .delete(resources)
    .where(and(eq(resources.clusterId, clusterId), inArray(resources.key, [...keys])));
}

/** Deletes all resources that a snapshot does not contain. */
export async function keepOnlyResources(
  tx: Transaction,
  clusterId: string,
  keys: readonly string[],
): Promise<void> {
  await tx
    .delete(resources)
    .where(
      and(
        eq(resources.clusterId, clusterId),
        sql`not (${resources.key} = any(${sql.param([...keys])}::text[]))`,
      ),
    );
}
