import { eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { heartbeat } from '@portolan/contract/agent';
import type { Database, Queries } from '../../db/database.ts';
import { agentReports } from '../../resources/reports/schema.ts';
import { publish } from '../../db/changes.ts';
import type { AgentIdentity } from '@portolan/contract/agent';

/** Keeps what an agent says of itself; subscribers hear of it only when more than the time changed. */
export async function receiveHeartbeat(
  db: Database,
  identity: AgentIdentity,
  beat: z.output<typeof heartbeat>,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [before] = await tx
      .select()
      .from(agentReports)
      .where(eq(agentReports.clusterId, identity.clusterId))
      .for('update');
    if (!before) return;
    const { counts, ...said } = beat;
    const next = { ...said, ...counts };
    await tx
      .update(agentReports)
      .set({ ...next, lastSeenAt: sql`now()` })
      .where(eq(agentReports.clusterId, identity.clusterId));
    const hasNews = Object.entries(next).some(
      ([field, value]) => JSON.stringify(before[field as keyof typeof before]) !== JSON.stringify(value),
    );
    if (hasNews)
      await publish(tx, identity.workspace, {
        topic: 'clusters',
        ids: [identity.clusterId],
        change: 'updated',
      });
  });
}

/** Records how many metrics an agent has dropped, and that it was seen now. */
export async function recordDroppedMetrics(db: Queries, clusterId: string, dropped: number): Promise<void> {
  await db
    .update(agentReports)
    .set({ metricsDropped: dropped, lastSeenAt: sql`now()` })
    .where(eq(agentReports.clusterId, clusterId));
}
