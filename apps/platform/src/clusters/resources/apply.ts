import { and, eq, inArray, sql } from 'drizzle-orm';
import type { DesiredState } from '@portolan/contract/agent';
import { objectKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import { redact } from '@portolan/resources/kinds/redact';
import { findKind } from '@portolan/resources/kinds/registry';
import { validateObject } from '@portolan/resources/validate/validate';
import { desiredObjects } from '../../db/schema/desired-objects.ts';
import { workspaces } from '../../db/schema/workspaces.ts';
import { AppError, notFound } from '../../http/app-error.ts';
import type { Work } from '../../http/work.ts';
import type { Sealer } from '../../secrets/seal.ts';
import { openObject, sealObject } from '../desired/desired-store.ts';
import { refuseForeign } from './owner.ts';

type Manifest = DesiredState['objects'][number];

export interface ChangeSetTarget {
  readonly workspace: string;
  readonly cluster: { readonly id: string; readonly name: string };
  readonly sealer: Sealer;
}

interface Change {
  readonly key: string;
  readonly change: 'create' | 'update' | 'unchanged';
  readonly before: Manifest | null;
  readonly after: Manifest;
}

/** Makes all objects what they are to be, or none of them: the first fault refuses the whole set. */
export async function applyObjects(
  work: Work,
  target: ChangeSetTarget,
  request: { readonly objects: readonly Manifest[]; readonly dryRun: boolean },
): Promise<{ revision: number; changes: Change[] }> {
  const { workspace, cluster } = target;
  const objects = validateAll(request.objects);
  await refuseForeign(work.tx, cluster.id, [...objects.keys()]);
  const changes = await compareAll(work, target, objects);
  const effective = changes.filter(({ change }) => change !== 'unchanged');
  if (request.dryRun || effective.length === 0) {
    work.unchanged();
    return { revision: await currentRevision(work, workspace), changes: changes.map(shown) };
  }
  const revision = await work.bumpRevision();
  for (const { key, after } of effective) await write(work, target, { key, object: after, revision });
  const names = effective.map(({ key }) => key);
  work.audit({
    action: 'resources.apply',
    target: { kind: 'cluster', id: cluster.id, name: cluster.name },
    before: effective.flatMap(({ before }) => (before ? [shownObject(before)] : [])),
    after: effective.map(({ after }) => shownObject(after)),
    revision,
  });
  work.publish(
    'resources',
    names,
    effective.some(({ change }) => change === 'create') ? 'created' : 'updated',
  );
  work.publish('apis', names, 'updated');
  return { revision, changes: changes.map(shown) };
}

/** Deletes an object that was made here. */
export async function deleteObject(work: Work, target: ChangeSetTarget, key: string): Promise<void> {
  const { cluster } = target;
  await refuseForeign(work.tx, cluster.id, [key]);
  const [deleted] = await work.tx
    .delete(desiredObjects)
    .where(and(eq(desiredObjects.clusterId, cluster.id), eq(desiredObjects.key, key)))
    .returning({ object: desiredObjects.object });
  if (!deleted) throw notFound(`resource ${key}`);
  const revision = await work.bumpRevision();
  work.audit({
    action: 'resource.delete',
    target: { kind: 'resource', id: key, name: key },
    before: deleted.object,
    revision,
  });
  work.publish('resources', [key], 'deleted');
  work.publish('apis', [key], 'deleted');
}

function validateAll(objects: readonly Manifest[]): ReadonlyMap<string, Manifest> {
  const valid = new Map<string, Manifest>();
  const fields: { field: string; message: string }[] = [];
  for (const [index, manifest] of objects.entries()) {
    const object = withNamespace(manifest as KubernetesObject);
    const key = objectKey(object);
    const complaint = (field: string, message: string) =>
      fields.push({ field: `objects[${index}].${field}`, message });
    if (object.kind === 'Secret') complaint('kind', 'Secrets stay in their cluster; make it there');
    if (valid.has(key)) complaint('metadata.name', `${key} is in this set twice`);
    const validation = validateObject(object, { generation: 'v2' });
    for (const { field, message } of validation.errors) complaint(field, message);
    valid.set(key, validation.object);
  }
  const [first] = fields;
  if (!first) return valid;
  throw new AppError('invalid-object', `${first.field}: ${first.message}`, {
    fields,
    fix: 'Correct what is named; nothing was applied.',
  });
}

function withNamespace(object: KubernetesObject): KubernetesObject {
  const isNamespaced = findKind(object.apiVersion, object.kind, 'v2')?.scope === 'Namespaced';
  if (!isNamespaced || object.metadata.namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } };
}

async function compareAll(
  work: Work,
  { cluster, sealer }: ChangeSetTarget,
  objects: ReadonlyMap<string, Manifest>,
): Promise<Change[]> {
  const rows = await work.tx
    .select({ key: desiredObjects.key, sealed: desiredObjects.sealed })
    .from(desiredObjects)
    .where(and(eq(desiredObjects.clusterId, cluster.id), inArray(desiredObjects.key, [...objects.keys()])))
    .for('update');
  const known = new Map(
    rows.map((row) => [row.key, openObject(sealer, { clusterId: cluster.id, key: row.key }, row.sealed)]),
  );
  return [...objects].map(([key, after]) => {
    const before = known.get(key) ?? null;
    const isSame = before !== null && JSON.stringify(before) === JSON.stringify(after);
    return { key, change: before === null ? 'create' : isSame ? 'unchanged' : 'update', before, after };
  });
}

async function write(
  work: Work,
  { workspace, cluster, sealer }: ChangeSetTarget,
  { key, object, revision }: { readonly key: string; readonly object: Manifest; readonly revision: number },
): Promise<void> {
  const content = {
    object: shownObject(object),
    sealed: sealObject(sealer, { clusterId: cluster.id, key }, object),
    revision,
  };
  await work.tx
    .insert(desiredObjects)
    .values({ clusterId: cluster.id, key, workspaceId: workspace, ...content })
    .onConflictDoUpdate({
      target: [desiredObjects.clusterId, desiredObjects.key],
      set: { ...content, updatedAt: sql`now()` },
    });
}

async function currentRevision(work: Work, workspace: string): Promise<number> {
  const [row] = await work.tx
    .select({ revision: workspaces.revision })
    .from(workspaces)
    .where(eq(workspaces.id, workspace));
  return row?.revision ?? 0;
}

function shown({ before, after, ...change }: Change): Change {
  return { ...change, before: before && shownObject(before), after: shownObject(after) };
}

function shownObject(object: Manifest): Manifest {
  return redact(object as KubernetesObject);
}
