import type { ChangePlan } from '@portolan/contract/changes';
import { AppError } from '../app-error.ts';
import { openObject } from '../agents/desired-state/desired-store.ts';
import type { Transaction } from '../db/database.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { commitChanges } from './commit.ts';
import { planObjects, planWanted, type Change } from './plan.ts';
import { viewPlan } from './plan-view.ts';
import { requireValid, requireOwnership, requireCurrentRevision } from './preconditions.ts';
import { listFormerObjects } from './object-history-store.ts';
import type { ChangeTarget, Manifest } from './target.ts';
import { lockWorkspace } from '../workspaces/store.ts';

/**
 * Restores the platform's objects of a cluster as of a revision or before it, or reverts one change set. Creates a new change
 * set; history is kept.
 * @throws AppError `owned-elsewhere` for objects that another owner declares now, `invalid-object`, or `revision-mismatch` when
 * later change sets modified the same objects.
 */
export async function rollBackTo(
  work: UnitOfWork,
  target: ChangeTarget,
  request: {
    readonly revision: number;
    readonly to: 'revision' | 'before' | 'without';
    readonly dryRun: boolean;
    readonly seen?: number | undefined;
    readonly edgeDomain: string;
  },
): Promise<ChangePlan> {
  const { tx } = work;
  await lockWorkspace(tx, target.workspace);
  const changes = await planReturn(tx, target, request);
  const plan = await viewPlan(tx, target, changes, request.edgeDomain);
  if (request.dryRun) {
    work.unchanged();
    return plan;
  }
  requireValid(changes);
  requireOwnership(changes);
  await requireCurrentRevision(tx, target, changes, request.seen);
  if (changes.every(({ change }) => change === 'unchanged')) {
    work.unchanged();
    return plan;
  }
  const restored = { revision: request.revision, before: request.revision - 1, without: null }[request.to];
  const purpose = { action: 'rollback', restored } as const;
  return { ...plan, revision: await commitChanges(work, target, changes, purpose) };
}

/** Returns the changes that restore each object. */
async function planReturn(
  tx: Transaction,
  target: ChangeTarget,
  { revision, to }: { readonly revision: number; readonly to: 'revision' | 'before' | 'without' },
): Promise<Change[]> {
  const { cluster, sealer } = target;
  const rows = await listFormerObjects(tx, cluster.id, { revision, to });
  const later = to === 'without' ? rows.filter(({ newest }) => newest > revision) : [];
  if (later.length > 0) {
    throw new AppError(
      'revision-mismatch',
      `${later.map(({ key }) => key).join(', ')} changed again after revision ${revision}.`,
      { fix: 'Revert the later changes first, or roll back to a revision.' },
    );
  }
  const former: Manifest[] = [];
  const absent: string[] = [];
  for (const { key, sealed } of rows) {
    if (sealed === null) absent.push(key);
    else former.push(openObject(sealer, { clusterId: cluster.id, key }, sealed));
  }
  // Validated again: the rules may have changed since.
  const restored = await planObjects(tx, target, { objects: former });
  const removed = await planWanted(
    tx,
    target,
    absent.map((key) => ({ key, object: null, errors: [] })),
  );
  return [...restored, ...removed].filter(({ change }) => change !== 'unchanged');
}
