import type { GroupImpact } from '@portolan/contract/users';
import { notFound } from '../app-error.ts';
import type { Transaction } from '../db/database.ts';
import { listObjectsNaming } from '../resources/list/object-store.ts';
import { findGroup } from '../users/groups/store.ts';
import { accessOf } from './access-of.ts';
import type { CompiledClusters } from '../resources/compiled-clusters.ts';

const NAMED_MAX = 500;

/**
 * Returns the objects and APIs that refer to a group by name, and would refer to a missing group once it is renamed or deleted.
 * @throws AppError `not-found`.
 */
export async function previewGroupImpact(
  tx: Transaction,
  compiled: CompiledClusters,
  { workspace, group: idOrName }: { readonly workspace: string; readonly group: string },
): Promise<GroupImpact> {
  const group = await findGroup(tx, workspace, idOrName);
  if (!group) throw notFound(`group ${idOrName}`);
  const naming = await listObjectsNaming(tx, { workspace, group: group.name }, NAMED_MAX);
  const apis: GroupImpact['apis'] = [];
  for (const [clusterId, [first]] of Map.groupBy(naming, (object) => object.clusterId)) {
    const { model } = await compiled.of(tx, clusterId);
    for (const { api, rights } of accessOf(model).values())
      if (first && rights.has(group.name))
        apis.push({ cluster: first.cluster, namespace: api.namespace, name: api.name });
  }
  const objects = naming.map(({ cluster, kind, namespace, name }) => ({ cluster, kind, namespace, name }));
  return { group: group.name, members: group.members, apis: apis.slice(0, NAMED_MAX), objects };
}
