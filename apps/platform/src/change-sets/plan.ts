import type { ObjectOwner } from '@portolan/contract/resources';
import { type LabelSelector, selects } from '@portolan/resources/compile/selections';
import { objectKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import { platformOriginFaults } from '@portolan/resources/compile/platform-origin';
import { findKind, type Generation } from '@portolan/resources/kinds/registry';
import { validateObject } from '@portolan/resources/validate/validate';
import { canonicalJson } from '../db/canonical-json.ts';
import { findDesiredObjects, listShownObjects } from '../agents/desired-state/desired-store.ts';
import { foreignOwners } from '../resources/list/object-store.ts';
import type { Transaction } from '../db/database.ts';
import type { ChangeTarget, Manifest } from './target.ts';

/** Planned change of one object; `before` and `after` include secrets. */
export interface Change {
  readonly key: string;
  readonly change: 'create' | 'update' | 'unchanged' | 'delete';
  readonly before: Manifest | null;
  readonly after: Manifest | null;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  /** Owner of the object when it is not the platform, else null. */
  readonly owner: ObjectOwner | null;
}

export interface ChangeRequest {
  readonly objects: readonly Manifest[];
  readonly prune?: LabelSelector | undefined;
}

interface Wanted {
  readonly key: string;
  /** Null: the object is to be deleted. */
  readonly object: Manifest | null;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

/** Plans a set of objects: compares them with the desired state and validates them. */
export async function planObjects(
  tx: Transaction,
  target: ChangeTarget,
  request: ChangeRequest,
): Promise<Change[]> {
  const wanted = checkAll(request.objects, target.cluster.generation);
  if (request.prune === undefined) return planWanted(tx, target, wanted);
  const kept = new Set(wanted.map(({ key }) => key));
  const selected = await selectKeys(tx, target, request.prune);
  const gone = selected.filter((key) => !kept.has(key)).map((key) => ({ key, object: null, errors: [] }));
  return planWanted(tx, target, [...wanted, ...gone]);
}

/** Compares objects, or deletions, with the desired state. */
export async function planWanted(
  tx: Transaction,
  target: ChangeTarget,
  wanted: readonly Wanted[],
): Promise<Change[]> {
  const keys = [...new Set(wanted.map(({ key }) => key))];
  const { cluster, sealer } = target;
  const known = await findDesiredObjects(tx, { clusterId: cluster.id, keys }, sealer);
  const owners = await foreignOwners(tx, cluster.id, keys);
  return wanted.map(({ key, object: after, errors }) => {
    const before = known.get(key) ?? null;
    // The platform's own copy of an object that another owner declares too may always be deleted.
    const owner = after === null && before !== null ? null : (owners.get(key) ?? null);
    return { key, change: kindOf(before, after), before, after, errors, owner };
  });
}

function kindOf(before: Manifest | null, after: Manifest | null): Change['change'] {
  if (after === null) return before === null ? 'unchanged' : 'delete';
  if (before === null) return 'create';
  return canonicalJson(before) === canonicalJson(after) ? 'unchanged' : 'update';
}

function checkAll(objects: readonly Manifest[], generation: Generation): Wanted[] {
  const seen = new Set<string>();
  return objects.map((manifest) => {
    const object = withNamespace(manifest as KubernetesObject, generation);
    const key = objectKey(object);
    const errors: { field: string; message: string }[] = [];
    if (seen.has(key))
      errors.push({ field: 'metadata.name', message: `${key} appears more than once in this change` });
    seen.add(key);
    const validation = validateObject(object, { generation });
    const faults = platformOriginFaults(object).map(({ field, message }) => ({ field, message }));
    return { key, object: validation.object, errors: [...errors, ...validation.errors, ...faults] };
  });
}

function withNamespace(object: KubernetesObject, generation: Generation): KubernetesObject {
  const isNamespaced = findKind(object.apiVersion, object.kind, generation)?.scope === 'Namespaced';
  if (!isNamespaced || object.metadata.namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } };
}

/** Returns the keys of the platform's objects that match a label selector. */
async function selectKeys(
  tx: Transaction,
  { cluster }: ChangeTarget,
  selector: LabelSelector,
): Promise<string[]> {
  const rows = await listShownObjects(tx, cluster.id);
  const labelsOf = (object: unknown) => (object as KubernetesObject).metadata.labels ?? {};
  return rows.filter(({ object }) => selects(selector, labelsOf(object))).map(({ key }) => key);
}
