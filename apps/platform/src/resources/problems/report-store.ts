import { createHash } from 'node:crypto';
import { and, eq, notInArray } from 'drizzle-orm';
import type { z } from 'zod';
import type { ClusterIdentity } from '@portolan/contract/agent';
import type { reportedProblem } from '@portolan/contract/agent-reports';
import type { Transaction } from '../../db/database.ts';
import { problems } from './schema.ts';

type ReportedProblem = z.output<typeof reportedProblem>;

// PostgreSQL allows at most 65,535 parameters per statement; a row has fourteen.
const ROWS_PER_INSERT = 1000;

/** Replaces the problems that the agent reported. */
export function replaceProblems(
  tx: Transaction,
  identity: ClusterIdentity,
  reported: readonly ReportedProblem[],
): Promise<void> {
  return replaceProblemsOf(tx, identity, 'agent', reported);
}

/** Replaces the problems that the platform found in the resources of a cluster. */
export function replacePlatformProblems(
  tx: Transaction,
  identity: ClusterIdentity,
  found: readonly ReportedProblem[],
): Promise<void> {
  return replaceProblemsOf(tx, identity, 'platform', found);
}

async function replaceProblemsOf(
  tx: Transaction,
  { clusterId, workspace }: ClusterIdentity,
  source: 'agent' | 'platform',
  found: readonly ReportedProblem[],
): Promise<void> {
  const rows = new Map(found.map((problem) => [problemId(problem), problem]));
  const ids = [...rows.keys()];
  const former = and(eq(problems.clusterId, clusterId), eq(problems.source, source));
  await tx.delete(problems).where(ids.length === 0 ? former : and(former, notInArray(problems.id, ids)));
  const values = [...rows].map(([id, problem]) => ({
    ...problem,
    id,
    clusterId,
    workspaceId: workspace,
    source,
  }));
  for (let start = 0; start < values.length; start += ROWS_PER_INSERT) {
    await tx
      .insert(problems)
      .values(values.slice(start, start + ROWS_PER_INSERT))
      .onConflictDoNothing();
  }
}

function problemId(problem: ReportedProblem): string {
  const { code, severity, file, line, kind, namespace, name, field, message } = problem;
  const content = JSON.stringify([code, severity, file, line, kind, namespace, name, field, message]);
  return `prb_${createHash('sha256').update(content).digest('hex').slice(0, 24)}`;
}
