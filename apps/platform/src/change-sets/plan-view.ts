import type { ChangePlan, PlannedChange } from '@portolan/contract/changes';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { describeOwner } from '../resources/list/owner.ts';
import type { Transaction } from '../db/database.ts';
import { previewImpact } from './preview-impact.ts';
import { diffObjects } from './object-diff.ts';
import type { Change } from './plan.ts';
import { shownObject, type ChangeTarget } from './target.ts';
import { currentRevision } from '../workspaces/store.ts';

/** Returns a plan in the shape of the API: differences, conflicts and affected callers. */
export async function viewPlan(
  tx: Transaction,
  target: ChangeTarget,
  changes: readonly Change[],
  edgeDomain: string,
): Promise<ChangePlan> {
  const count = (kind: Change['change']) => changes.filter(({ change }) => change === kind).length;
  return {
    cluster: { id: target.cluster.id, name: target.cluster.name },
    revision: await currentRevision(tx, target.workspace),
    applicable: changes.every(({ errors, owner }) => errors.length === 0 && owner === null),
    counts: {
      create: count('create'),
      update: count('update'),
      unchanged: count('unchanged'),
      delete: count('delete'),
    },
    changes: changes.map(viewChange),
    ...(await previewImpact(tx, target, changes, edgeDomain)),
  };
}

function viewChange({ key, change, before, after, errors, owner }: Change): PlannedChange {
  return {
    key,
    change,
    before: before && shownObject(before),
    after: after && shownObject(after),
    fields: diffObjects(before as KubernetesObject | null, after as KubernetesObject | null),
    errors: [...errors],
    conflict: owner && { owner, message: `${key} belongs to ${describeOwner(owner)}.` },
  };
}
