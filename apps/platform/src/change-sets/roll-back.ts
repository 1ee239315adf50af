import { and, eq, gt, sql } from 'drizzle-orm';
import type { ChangePlan } from '@portolan/contract/changes';
import { openObject } from '../agents/desired-state/desired-store.ts';
import type { Transaction } from '../db/database.ts';
import { changeSetObjects } from './schema.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { commitChanges } from './commit.ts';
import { planObjects, planWanted, type Change } from './plan.ts';
import { viewPlan } from './plan-view.ts';
import { refuseInvalid, refuseOwned, refuseStale } from './refuse.ts';
import type { ChangeTarget, Manifest } from './target.ts';
import { lockWorkspace } from '../workspaces/store.ts';

/**
 * Makes the platform's objects of a cluster what they were as of a revision. History stays: this is one more change-set. What
 * a file or a GitOps tool has taken over since stands against it.
 */
export async function rollBackTo(
  work: UnitOfWork,
  target: ChangeTarget,
  request: {
    readonly revision: number;
    readonly dryRun: boolean;
    readonly seen?: number | undefined;
    readonly edgeDomain: string;
  },
): Promise<ChangePlan> {
  const { tx } = work;
  await lockWorkspace(tx, target.workspace);
  const changes = await planReturn(tx, target, request.revision);
  const plan = await viewPlan(tx, target, changes, request.edgeDomain);
  if (request.dryRun) {
    work.unchanged();
    return plan;
  }
  refuseInvalid(changes);
  refuseOwned(changes);
  await refuseStale(tx, target, changes, request.seen);
  if (changes.every(({ change }) => change === 'unchanged')) {
    work.unchanged();
    return plan;
  }
  const purpose = { action: 'rollback', restored: request.revision } as const;
  return { ...plan, revision: await commitChanges(work, target, changes, purpose) };
}

/** Every object that was changed after the revision, and what it was then. */
async function planReturn(tx: Transaction, target: ChangeTarget, revision: number): Promise<Change[]> {
  const { cluster, sealer } = target;
  const { rows } = await tx.execute<{ key: string; sealed: string | null }>(sql`
    select distinct on (t.key) t.key, o.sealed
    from (
      select distinct ${changeSetObjects.key} as key from ${changeSetObjects}
      where ${and(eq(changeSetObjects.clusterId, cluster.id), gt(changeSetObjects.revision, revision))}
    ) t
    left join change_set_objects o on o.cluster_id = ${cluster.id} and o.key = t.key and o.revision <= ${revision}
    order by t.key, o.revision desc`);
  const former: Manifest[] = [];
  const absent: string[] = [];
  for (const { key, sealed } of rows) {
    if (sealed === null) absent.push(key);
    else former.push(openObject(sealer, { clusterId: cluster.id, key }, sealed));
  }
  // Validated again: what was valid then need not be by today's rules.
  const restored = await planObjects(tx, target, { objects: former });
  const removed = await planWanted(
    tx,
    target,
    absent.map((key) => ({ key, object: null, errors: [] })),
  );
  return [...restored, ...removed].filter(({ change }) => change !== 'unchanged');
}
