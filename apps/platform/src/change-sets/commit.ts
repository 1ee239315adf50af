import type { ChangeSet } from '@portolan/contract/changes';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import {
  deleteDesiredObjects,
  sealObject,
  upsertDesiredObjects,
} from '../agents/desired-state/desired-store.ts';
import type { Change } from './plan.ts';
import { insertChangeSet, type NewChangeSet, type NewChangeSetObject } from './object-history-store.ts';
import { shownObject, type ChangeTarget } from './target.ts';

interface Purpose {
  readonly action: ChangeSet['action'];
  readonly restored?: number | null;
}

/**
 * Commits changes as one change set: writes the objects and their history, audits and publishes them. Returns the new revision.
 */
export async function commitChanges(
  work: UnitOfWork,
  target: ChangeTarget,
  changes: readonly Change[],
  purpose: Purpose,
): Promise<number> {
  const effective = changes.filter(({ change }) => change !== 'unchanged');
  const revision = await work.bumpRevision();
  const rows = effective.map((change) => rowOf(target, change, revision));
  await insertChangeSet(work.tx, headOf(target, effective, { ...purpose, revision }), rows);
  await enforce(work, target, rows);
  const keys = effective.map(({ key }) => key);
  work.audit({
    ...auditHead(target, rows, purpose),
    before: rows.flatMap(({ before }) => (before ? [before] : [])),
    after: rows.flatMap(({ after }) => (after ? [after] : [])),
    revision,
  });
  const kinds = new Set(effective.map(({ change }) => change));
  const kind =
    kinds.size > 1 ? 'many' : kinds.has('create') ? 'created' : kinds.has('delete') ? 'deleted' : 'updated';
  work.publish('resources', keys, kind);
  work.publish('apis', keys, kind);
  return revision;
}

function rowOf(
  { workspace, cluster, sealer }: ChangeTarget,
  change: Change,
  revision: number,
): NewChangeSetObject {
  const { key, before, after } = change;
  return {
    workspaceId: workspace,
    revision,
    clusterId: cluster.id,
    key,
    before: before && shownObject(before),
    after: after && shownObject(after),
    sealed: after && sealObject(sealer, { clusterId: cluster.id, key }, after),
  };
}

function auditHead(
  { cluster }: ChangeTarget,
  rows: readonly NewChangeSetObject[],
  { action, restored }: Purpose,
) {
  const [first] = rows;
  if (action === 'delete' && first)
    return { action: 'resource.delete', target: { kind: 'resource', id: first.key, name: first.key } };
  const name = restored == null ? cluster.name : `${cluster.name} to revision ${restored}`;
  return { action: `resources.${action}`, target: { kind: 'cluster', id: cluster.id, name } };
}

function headOf(
  { workspace, cluster, actor }: ChangeTarget,
  changes: readonly Change[],
  { action, restored, revision }: Purpose & { readonly revision: number },
): NewChangeSet {
  const count = (kind: Change['change']) => changes.filter(({ change }) => change === kind).length;
  return {
    workspaceId: workspace,
    revision,
    clusterId: cluster.id,
    action,
    restored: restored ?? null,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    origin: actor.origin,
    creates: count('create'),
    updates: count('update'),
    deletes: count('delete'),
  };
}

/** Writes the rows of a change set to the desired state. */
async function enforce(
  { tx }: UnitOfWork,
  { cluster }: ChangeTarget,
  rows: readonly NewChangeSetObject[],
): Promise<void> {
  const gone = rows.filter(({ sealed }) => sealed === null).map(({ key }) => key);
  await deleteDesiredObjects(tx, cluster.id, gone);
  const kept = rows.flatMap(({ before: _before, after, sealed, ...row }) =>
    after && sealed ? [{ ...row, object: after, sealed }] : [],
  );
  await upsertDesiredObjects(tx, kept);
}
