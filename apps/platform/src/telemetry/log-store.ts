import { lt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { logsBatch } from '@portolan/contract/agent-reports';
import type { Database } from '../db/database.ts';
import { logEntries } from './schema.ts';
import { publish } from '../db/changes.ts';
import type { AgentIdentity } from '@portolan/contract/agent';

/** Stores an agent's log entries; those that came before are left as they are. */
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

/** Logs are kept for a day. */
export async function pruneLogs(db: Database): Promise<void> {
  await db.delete(logEntries).where(lt(logEntries.receivedAt, sql`now() - interval '24 hours'`));
}
