import { revokeAccessToken } from '@portolan/contract/access-tokens';
import { deleteAlertReceiver } from '@portolan/contract/alert-receivers';
import { deleteAlertRule } from '@portolan/contract/alerts';
import { deleteCluster } from '@portolan/contract/clusters';
import { deleteKey } from '@portolan/contract/keys';
import { removeMember, withdrawInvitation } from '@portolan/contract/members';
import { deleteResource } from '@portolan/contract/resources';
import { deleteGroup, deleteUser } from '@portolan/contract/users';
import { usageFailure } from '@portolan/console/failure';
import { access } from '@portolan/console/kinds/access';
import { alertRules } from '@portolan/console/kinds/alert-rules';
import { apis } from '@portolan/console/kinds/apis';
import { clusters } from '@portolan/console/kinds/clusters';
import { groups } from '@portolan/console/kinds/groups';
import { invitations } from '@portolan/console/kinds/invitations';
import { keys } from '@portolan/console/kinds/keys';
import type { Kind, Session } from '@portolan/console/kinds/kind';
import { members } from '@portolan/console/kinds/members';
import { receivers } from '@portolan/console/kinds/receivers';
import { resources } from '@portolan/console/kinds/resources';
import { sessions } from '@portolan/console/kinds/sessions';
import { users } from '@portolan/console/kinds/users';
import { versions } from '@portolan/console/kinds/versions';
import { isObjectRow } from './find-rows.ts';

type Remover = (session: Session, row: unknown) => Promise<unknown>;

/** How the kinds that can be deleted are, by kind name. */
const removers: Readonly<Record<string, Remover>> = {
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
  ...remover(members, ({ client, workspace }, row) =>
    client.call(removeMember, { params: { workspace, account: row.accountId } }),
  ),
  ...remover(invitations, ({ client, workspace }, row) =>
    client.call(withdrawInvitation, { params: { workspace, invitation: row.id } }),
  ),
  ...remover(alertRules, ({ client, workspace }, row) =>
    client.call(deleteAlertRule, { params: { workspace, rule: row.id } }),
  ),
  ...remover(receivers, ({ client, workspace }, row) =>
    client.call(deleteAlertReceiver, { params: { workspace, receiver: row.id } }),
  ),
  ...remover(sessions, ({ client }, row) => client.call(revokeAccessToken, { params: { token: row.id } })),
  ...Object.fromEntries([resources, apis, versions, access].map(({ name }) => [name, removeObject])),
};

/** How one of a kind is deleted; refuses kinds that come and go by themselves. */
export function removerOf(kind: Kind): Remover {
  const remove = removers[kind.name];
  if (remove !== undefined) return remove;
  throw usageFailure(
    `A ${kind.singular} cannot be deleted.`,
    `Of these it can be: ${Object.keys(removers).join(', ')}, and Kubernetes kinds.`,
  );
}

function removeObject({ client, workspace }: Session, row: unknown): Promise<unknown> {
  if (!isObjectRow(row)) throw new TypeError('a row without an object');
  return client.call(deleteResource, {
    params: { workspace },
    query: { key: row.key, cluster: row.clusterId },
  });
}

/** Rows reach a remover only from the kind it was made for, so its type is the kind's. */
function remover<T>(
  kind: Kind<T>,
  remove: (session: Session, row: T) => Promise<unknown>,
): Record<string, Remover> {
  return { [kind.name]: (session, row) => remove(session, row as T) };
}
