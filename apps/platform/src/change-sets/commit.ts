import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ChangeSet } from '@portolan/contract/changes';
import { changeSetObjects, changeSets } from './schema.ts';
import { desiredObjects } from '../agents/desired-state/schema.ts';
import type { UnitOfWork } from '../db/unit-of-work.ts';
import { sealObject } from '../agents/desired-state/desired-store.ts';
import type { Change } from './plan.ts';
import { shownObject, type ChangeTarget } from './target.ts';

interface Purpose {
  readonly action: ChangeSet['action'];
  readonly restored?: number | null;
}

// PostgreSQL counts at most 65,535 parameters in a statement.
const ROWS_PER_INSERT = 1000;

/** Writes changes as one change-set: in force, on record, audited once and told. Answers its revision. */
export async function commitChanges(
  work: UnitOfWork,
  target: ChangeTarget,
  changes: readonly Change[],
  purpose: Purpose,
): Promise<number> {
  const effective = changes.filter(({ change }) => change !== 'unchanged');
  const revision = await work.bumpRevision();
  const rows = effective.map((change) => rowOf(target, change, revision));
  await work.tx.insert(changeSets).values(headOf(target, effective, { ...purpose, revision }));
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT)
    await work.tx.insert(changeSetObjects).values(rows.slice(start, start + ROWS_PER_INSERT));
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

type Row = typeof changeSetObjects.$inferInsert;

function rowOf({ workspace, cluster, sealer }: ChangeTarget, change: Change, revision: number): Row {
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

function auditHead({ cluster }: ChangeTarget, rows: readonly Row[], { action, restored }: Purpose) {
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
): typeof changeSets.$inferInsert {
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

/** Makes the rows of a change-set what is in force. */
async function enforce({ tx }: UnitOfWork, { cluster }: ChangeTarget, rows: readonly Row[]): Promise<void> {
  const gone = rows.filter(({ sealed }) => sealed === null).map(({ key }) => key);
  if (gone.length > 0) {
    await tx
      .delete(desiredObjects)
      .where(and(eq(desiredObjects.clusterId, cluster.id), inArray(desiredObjects.key, gone)));
  }
  const kept = rows.flatMap(({ before: _before, after, sealed, ...row }) =>
    after && sealed ? [{ ...row, object: after, sealed }] : [],
  );
  for (let start = 0; start < kept.length; start += ROWS_PER_INSERT) {
    await tx
      .insert(desiredObjects)
      .values(kept.slice(start, start + ROWS_PER_INSERT))
      .onConflictDoUpdate({
        target: [desiredObjects.clusterId, desiredObjects.key],
        set: {
          object: sql`excluded.object`,
          sealed: sql`excluded.sealed`,
          revision: sql`excluded.revision`,
          updatedAt: sql`now()`,
        },
      });
  }
}
