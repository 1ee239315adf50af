import { and, asc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { AgentCommand, CommandResult } from '@portolan/contract/agent-commands';
import type { AgentIdentity } from '@portolan/contract/agent';
import { clusters } from '../clusters/schema.ts';
import type { Queries, Transaction } from '../db/database.ts';
import { sendNotice } from '../db/notices.ts';
import { agentReports } from '../resources/reports/schema.ts';
import { agentCommands, commandResults } from './schema.ts';

/** How long a command holds after its viewer last read. */
const LEASE = sql`interval '20 seconds'`;
/** Results that wait for a viewer; further ones are refused, and counted by their agents. */
const UNREAD_MAX = 50;

export interface NewCommand {
  readonly workspace: string;
  readonly clusterId: string | null;
  readonly command: AgentCommand;
}

/** Names of the notices about commands. */
export const notices = {
  commandsOf: (workspace: string) => `commands ${workspace}`,
  resultsOf: (id: string) => `results ${id}`,
};

/** Asks agents something, from when the transaction commits. */
export async function addCommand(
  tx: Transaction,
  { workspace, clusterId, command }: NewCommand,
): Promise<void> {
  await tx
    .insert(agentCommands)
    .values({ id: command.id, workspaceId: workspace, clusterId, command, expiresAt: sql`now() + ${LEASE}` });
  await sendNotice(tx, notices.commandsOf(workspace));
}

/** Lets a command hold for longer, for a viewer that reads. */
export async function renewCommand(db: Queries, id: string): Promise<void> {
  await db
    .update(agentCommands)
    .set({ expiresAt: sql`now() + ${LEASE}` })
    .where(eq(agentCommands.id, id));
}

/** Ends a command, with results that nobody has read. */
export async function removeCommand(db: Queries, workspace: string, id: string): Promise<void> {
  await db.delete(agentCommands).where(eq(agentCommands.id, id));
  await sendNotice(db, notices.commandsOf(workspace));
}

export interface HeldCommand {
  readonly clusterId: string | null;
  readonly command: AgentCommand;
}

/** Returns the commands of a workspace that hold now. */
export async function listCommands(db: Queries, workspace: string): Promise<readonly HeldCommand[]> {
  return db
    .select({ clusterId: agentCommands.clusterId, command: agentCommands.command })
    .from(agentCommands)
    .where(and(eq(agentCommands.workspaceId, workspace), gt(agentCommands.expiresAt, sql`now()`)))
    .orderBy(asc(agentCommands.id));
}

/** Keeps a result until its viewer reads it. */
export async function storeResult(
  tx: Transaction,
  { clusterId, workspace }: AgentIdentity,
  result: CommandResult,
): Promise<{ isWanted: boolean; isTaken: boolean }> {
  const [command] = await tx
    .update(agentCommands)
    .set({ unread: sql`least(${agentCommands.unread} + 1, ${UNREAD_MAX + 1}::int)` })
    .where(
      and(
        eq(agentCommands.id, result.id),
        eq(agentCommands.workspaceId, workspace),
        or(isNull(agentCommands.clusterId), eq(agentCommands.clusterId, clusterId)),
        gt(agentCommands.expiresAt, sql`now()`),
      ),
    )
    .returning({ unread: agentCommands.unread });
  if (command === undefined) return { isWanted: false, isTaken: false };
  if (command.unread > UNREAD_MAX) return { isWanted: true, isTaken: false };
  await tx.insert(commandResults).values({ commandId: result.id, workspaceId: workspace, clusterId, result });
  await sendNotice(tx, notices.resultsOf(result.id));
  return { isWanted: true, isTaken: true };
}

export interface ReadResult {
  readonly clusterId: string;
  readonly result: CommandResult;
}

/** Returns results that have come for a viewer, in their order, and forgets them. */
export async function takeResults(db: Queries, id: string): Promise<readonly ReadResult[]> {
  const { rows } = await db.execute<{ id: string; cluster_id: string; result: CommandResult }>(sql`
    with taken as (delete from command_results where command_id = ${id} returning id, cluster_id, result),
    counted as (
      update agent_commands set unread = 0 where id = ${id} and exists (select from taken))
    select id, cluster_id, result from taken order by id`);
  return rows.map((row) => ({ clusterId: row.cluster_id, result: row.result }));
}

/** Returns the clusters whose gateways are expected to reply: those that have ever been linked. */
export async function expectedClusters(
  db: Queries,
  workspace: string,
  clusterId: string | null,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .select({ id: clusters.id, name: clusters.name })
    .from(clusters)
    .innerJoin(agentReports, eq(agentReports.clusterId, clusters.id))
    .where(
      and(
        eq(clusters.workspaceId, workspace),
        sql`${agentReports.lastSeenAt} is not null`,
        ...(clusterId === null ? [] : [eq(clusters.id, clusterId)]),
      ),
    )
    .orderBy(asc(clusters.name));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Removes commands whose viewers are gone, such as those of a replica that was killed. */
export async function pruneCommands(db: Queries): Promise<void> {
  await db.delete(agentCommands).where(lt(agentCommands.expiresAt, sql`now() - interval '1 minute'`));
}
