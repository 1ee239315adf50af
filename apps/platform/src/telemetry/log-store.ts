import { eq, lt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { logsBatch } from '@portolan/contract/agent-reports';
import type { ListQuery } from '@portolan/contract/list';
import type { LogEntry } from '@portolan/contract/telemetry';
import { clusters } from '../clusters/schema.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { ListColumns } from '../lists/columns.ts';
import { readPage } from '../lists/list-page.ts';
import { logEntries } from './schema.ts';
import { publish } from '../db/changes.ts';
import type { AgentIdentity } from '@portolan/contract/agent';

/** Stores an agent's log entries; entries with a known id are ignored. */
export async function storeLogs(
  db: Database,
  identity: AgentIdentity,
  entries: z.output<typeof logsBatch>['entries'],
): Promise<void> {
  if (entries.length === 0) return;
  const { clusterId, workspace } = identity;
  await db.transaction(async (tx) => {
    const rows = entries.map((entry) => ({
      ...entry,
      time: new Date(entry.time),
      clusterId,
      workspaceId: workspace,
    }));
    const stored = await tx
      .insert(logEntries)
      .values(rows)
      .onConflictDoNothing()
      .returning({ id: logEntries.id });
    if (stored.length > 0)
      await publish(tx, workspace, { topic: 'logs', ids: stored.map(({ id }) => id), change: 'created' });
  });
}

/** Deletes log entries older than a day. */
export async function pruneLogs(db: Database): Promise<void> {
  await db.delete(logEntries).where(lt(logEntries.receivedAt, sql`now() - interval '24 hours'`));
}

const text = { type: 'text', isSearched: true } as const;

const columns: ListColumns = {
  time: { type: 'time', sql: sql`${logEntries.time}` },
  age: { type: 'time', sql: sql`${logEntries.time}` },
  level: { ...text, sql: sql`${logEntries.level}` },
  event: { ...text, sql: sql`${logEntries.event}` },
  message: { ...text, sql: sql`${logEntries.message}` },
  cluster: { ...text, sql: sql`${clusters.name}` },
};

type Row = typeof logEntries.$inferSelect & { readonly cluster: string };

/** Returns one page of agents' log entries of the last 24 hours, newest first by default. */
export function listLogPage(tx: Transaction, workspace: string, query: ListQuery) {
  const id = sql<string>`${logEntries.clusterId} || ' ' || ${logEntries.id}`;
  return readPage<Row, LogEntry>(
    tx,
    query,
    {
      columns,
      sort: '-time',
      id: sql`(${id})`,
      scope: sql`${logEntries.workspaceId} = ${workspace} and ${logEntries.receivedAt} > now() - interval '24 hours'`,
      read: async ({ where, orderBy, limit, key }) => {
        const rows = await tx
          .select({ entry: logEntries, cluster: clusters.name, id, sortKey: key })
          .from(logEntries)
          .innerJoin(clusters, eq(clusters.id, logEntries.clusterId))
          .where(where)
          .orderBy(...orderBy)
          .limit(limit);
        return rows.map((row) => ({ ...row.entry, cluster: row.cluster, id: row.id, sortKey: row.sortKey }));
      },
      count: async (where) => {
        const [row] = await tx
          .select({ count: sql<number>`count(*)::int` })
          .from(logEntries)
          .innerJoin(clusters, eq(clusters.id, logEntries.clusterId))
          .where(where);
        return row?.count ?? 0;
      },
    },
    ({ workspaceId: _workspaceId, receivedAt: _receivedAt, time, ...row }) => ({
      ...row,
      time: time.toISOString(),
    }),
  );
}
