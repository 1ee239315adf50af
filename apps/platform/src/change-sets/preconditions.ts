import { describeOwner } from '../resources/list/owner.ts';
import type { Transaction } from '../db/database.ts';
import { AppError } from '../app-error.ts';
import type { Change } from './plan.ts';
import { shownObject, type ChangeTarget } from './target.ts';
import { findObjectAsOf, listChangesSince } from './object-history-store.ts';
import { currentRevision } from '../workspaces/store.ts';

const NAMED_MAX = 20;

/** Refuses a set in which an object is not valid, with every fault; nothing of it is applied then. */
export function requireValid(changes: readonly Change[]): void {
  const fields = changes.flatMap(({ errors }, index) =>
    errors.map(({ field, message }) => ({ field: `objects[${index}].${field}`, message })),
  );
  const [first] = fields;
  if (!first) return;
  throw new AppError('invalid-object', `${first.field}: ${first.message}`, {
    fields,
    fix: 'Correct what is named; nothing was applied.',
  });
}

/** Refuses to change what a file, a GitOps tool or the cluster itself owns: the change would be undone there. */
export function requireOwnership(changes: readonly Change[]): void {
  const owned = changes.flatMap(({ key, owner }) => (owner ? [{ key, owner }] : []));
  const [first] = owned;
  if (!first) return;
  throw new AppError('owned-elsewhere', `${first.key} belongs to ${describeOwner(first.owner)}.`, {
    fields: owned
      .slice(0, NAMED_MAX)
      .map(({ key, owner }) => ({ field: key, message: `belongs to ${describeOwner(owner)}` })),
    details: { owner: first.owner },
    fix: 'Change it there; the agent brings the change here.',
  });
}

/**
 * Refuses to write over what others did since `seen`. The answer holds all three sides of each object concerned: what the
 * caller started from, what it is now, and what the caller wants.
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
    fix: 'Look at what it is now, and plan your change again on top of it.',
  });
}
