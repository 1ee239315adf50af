import { describeOwner } from '../resources/list/owner.ts';
import type { Transaction } from '../db/database.ts';
import { AppError } from '../app-error.ts';
import type { Change } from './plan.ts';
import { shownObject, type ChangeTarget } from './target.ts';
import { findObjectAsOf, listChangesSince } from './object-history-store.ts';
import { currentRevision } from '../workspaces/store.ts';

const NAMED_MAX = 20;

/** Requires that all objects are valid. @throws AppError `invalid-object` with every invalid field. */
export function requireValid(changes: readonly Change[]): void {
  const fields = changes.flatMap(({ errors }, index) =>
    errors.map(({ field, message }) => ({ field: `objects[${index}].${field}`, message })),
  );
  const [first] = fields;
  if (!first) return;
  throw new AppError('invalid-object', `${first.field}: ${first.message}`, {
    fields,
    fix: 'Correct the listed fields and try again. No changes were applied.',
  });
}

/**
 * Requires that the platform owns the changed objects: files, GitOps tools and the cluster would revert changes of theirs.
 * @throws AppError `owned-elsewhere`.
 */
export function requireOwnership(changes: readonly Change[]): void {
  const owned = changes.flatMap(({ key, owner }) => (owner ? [{ key, owner }] : []));
  const [first] = owned;
  if (!first) return;
  throw new AppError('owned-elsewhere', `${first.key} belongs to ${describeOwner(first.owner)}.`, {
    fields: owned
      .slice(0, NAMED_MAX)
      .map(({ key, owner }) => ({ field: key, message: `belongs to ${describeOwner(owner)}` })),
    details: { owner: first.owner },
    fix: 'Change it at its source; the agent then reports the change.',
  });
}

/**
 * Requires that the objects were not changed since revision `seen`. The error holds three versions of each conflicting object:
 * at `seen` (`base`), current (`theirs`) and requested (`yours`).
 * @throws AppError `revision-mismatch`.
 */
export async function requireCurrentRevision(
  tx: Transaction,
  target: ChangeTarget,
  changes: readonly Change[],
  seen: number | undefined,
): Promise<void> {
  const effective = changes.filter(({ change }) => change !== 'unchanged');
  if (seen === undefined || effective.length === 0) return;
  const { cluster, workspace } = target;
  const keys = effective.map(({ key }) => key);
  const since = await listChangesSince(tx, { clusterId: cluster.id, keys }, seen);
  const latest = new Map(since.toReversed().map((row) => [row.key, row]));
  const [first] = since;
  if (!first) return;
  const conflicts = [];
  for (const { key, before, after } of effective
    .filter((change) => latest.has(change.key))
    .slice(0, NAMED_MAX)) {
    conflicts.push({
      key,
      revision: latest.get(key)?.revision,
      by: latest.get(key)?.by,
      base: await findObjectAsOf(tx, { clusterId: cluster.id, key }, seen),
      theirs: before && shownObject(before),
      yours: after && shownObject(after),
    });
  }
  throw new AppError('revision-mismatch', `${first.by} changed ${first.key} in revision ${first.revision}.`, {
    fields: [...latest.values()].map(({ key, by, revision }) => ({
      field: key,
      message: `changed by ${by} in revision ${revision}`,
    })),
    details: { revision: await currentRevision(tx, workspace), seen, conflicts },
    fix: 'Review the current version and plan your change again.',
  });
}
