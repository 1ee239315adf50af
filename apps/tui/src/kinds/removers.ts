import { deleteCluster } from '@portolan/contract/clusters';
import { deleteKey } from '@portolan/contract/keys';
import { deleteResource } from '@portolan/contract/resources';
import { deleteGroup, deleteUser } from '@portolan/contract/users';
import { clusters } from './clusters.ts';
import { groups } from './groups.ts';
import { keys } from './keys.ts';
import type { Kind, Session } from './kind.ts';
import { resources } from './resources.ts';
import { users } from './users.ts';

type Remover = (session: Session, row: unknown) => Promise<unknown>;

/** How the kinds that can be deleted are, by kind name. */
export const removers: Readonly<Record<string, Remover>> = {
  ...remover(users, ({ client, workspace }, row) =>
    client.call(deleteUser, { params: { workspace, user: row.id } }),
  ),
  ...remover(groups, ({ client, workspace }, row) =>
    client.call(deleteGroup, { params: { workspace, group: row.id } }),
  ),
  ...remover(keys, ({ client, workspace }, row) =>
    client.call(deleteKey, { params: { workspace, key: row.id } }),
  ),
  ...remover(clusters, ({ client, workspace }, row) =>
    client.call(deleteCluster, { params: { workspace, cluster: row.id } }),
  ),
  ...remover(resources, ({ client, workspace }, row) =>
    client.call(deleteResource, { params: { workspace }, query: { cluster: row.clusterId, key: row.key } }),
  ),
};

/** Rows reach a remover only from the kind it was made for, so its type is the kind's. */
function remover<T>(
  kind: Kind<T>,
  remove: (session: Session, row: T) => Promise<unknown>,
): Record<string, Remover> {
  return { [kind.name]: (session, row) => remove(session, row as T) };
}
