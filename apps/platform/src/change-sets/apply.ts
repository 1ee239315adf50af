import { notFound } from '../app-error.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { commitChanges } from './commit.ts';
import { planObjects, planWanted, type Change, type ChangeRequest } from './plan.ts';
import { requireValid, requireOwnership, requireCurrentRevision } from './preconditions.ts';
import { shownObject, type ChangeTarget, type Manifest } from './target.ts';
import { currentRevision, lockWorkspace } from '../workspaces/store.ts';

interface Applied {
  readonly revision: number;
  readonly changes: {
    readonly key: string;
    readonly change: 'create' | 'update' | 'unchanged';
    readonly before: Manifest | null;
    readonly after: Manifest;
  }[];
  readonly deleted: { readonly key: string; readonly before: Manifest }[];
}

/**
 * Applies a set of objects atomically.
 * @throws AppError `invalid-object`, `owned-elsewhere` or `revision-mismatch`; nothing is applied then.
 */
export async function applyObjects(
  work: UnitOfWork,
  target: ChangeTarget,
  request: ChangeRequest & { readonly dryRun: boolean; readonly revision?: number | undefined },
): Promise<Applied> {
  const { tx } = work;
  await lockWorkspace(tx, target.workspace);
  const changes = await planObjects(tx, target, request);
  requireValid(changes);
  requireOwnership(changes);
  await requireCurrentRevision(tx, target, changes, request.revision);
  if (request.dryRun || changes.every(({ change }) => change === 'unchanged')) {
    work.unchanged();
    return appliedOf(await currentRevision(tx, target.workspace), changes);
  }
  return appliedOf(await commitChanges(work, target, changes, { action: 'apply' }), changes);
}

/** Deletes an object of the platform and returns the revision. @throws AppError `not-found`, `owned-elsewhere` or `revision-mismatch`. */
export async function deleteObject(
  work: UnitOfWork,
  target: ChangeTarget,
  { key, revision }: { readonly key: string; readonly revision?: number | undefined },
): Promise<number> {
  await lockWorkspace(work.tx, target.workspace);
  const changes = await planWanted(work.tx, target, [{ key, object: null, errors: [] }]);
  requireOwnership(changes);
  await requireCurrentRevision(work.tx, target, changes, revision);
  if (changes.some(({ change }) => change !== 'delete')) throw notFound(`resource ${key}`);
  return commitChanges(work, target, changes, { action: 'delete' });
}

function appliedOf(revision: number, planned: readonly Change[]): Applied {
  return {
    revision,
    changes: planned.flatMap(({ key, change, before, after }) =>
      after === null || change === 'delete'
        ? []
        : [{ key, change, before: before && shownObject(before), after: shownObject(after) }],
    ),
    deleted: planned.flatMap(({ key, change, before }) =>
      change === 'delete' && before ? [{ key, before: shownObject(before) }] : [],
    ),
  };
}
