import { revokeAccessToken, type AccessToken } from '@portolan/contract/access-tokens';
import { deleteAlertReceiver, type AlertReceiver } from '@portolan/contract/alert-receivers';
import { deleteAlertRule, type AlertRule } from '@portolan/contract/alerts';
import { removeMember, withdrawInvitation, type Invitation, type Member } from '@portolan/contract/members';
import { deleteResource } from '@portolan/contract/resources';
import { usageFailure } from '../failure.ts';
import { access } from '../kinds/access.ts';
import { alertRules } from '../kinds/alert-rules.ts';
import { apis } from '../kinds/apis.ts';
import { invitations } from '../kinds/invitations.ts';
import type { Kind, Session } from '../kinds/kind.ts';
import { members } from '../kinds/members.ts';
import { removers } from '../kinds/removers.ts';
import { sessions } from '../kinds/sessions.ts';
import { versions } from '../kinds/versions.ts';
import { isObjectRow } from './find-rows.ts';

type Remover = (session: Session, row: unknown) => Promise<unknown>;

const removeObject: Remover = ({ client, workspace }, row) => {
  if (!isObjectRow(row)) throw new TypeError('a row without an object');
  const query = { key: row.key, cluster: row.clusterId };
  return client.call(deleteResource, { params: { workspace }, query });
};

const more: Readonly<Record<string, Remover>> = {
  [apis.name]: removeObject,
  [versions.name]: removeObject,
  [access.name]: removeObject,
  [members.name]: ({ client, workspace }, row) =>
    client.call(removeMember, { params: { workspace, account: (row as Member).accountId } }),
  [invitations.name]: ({ client, workspace }, row) =>
    client.call(withdrawInvitation, { params: { workspace, invitation: (row as Invitation).id } }),
  [alertRules.name]: ({ client, workspace }, row) =>
    client.call(deleteAlertRule, { params: { workspace, rule: (row as AlertRule).id } }),
  receivers: ({ client, workspace }, row) =>
    client.call(deleteAlertReceiver, { params: { workspace, receiver: (row as AlertReceiver).id } }),
  [sessions.name]: ({ client }, row) =>
    client.call(revokeAccessToken, { params: { token: (row as AccessToken).id } }),
};

/** How one of a kind is deleted; refuses kinds that come and go by themselves. */
export function removerOf(kind: Kind): Remover {
  const remove = removers[kind.name] ?? more[kind.name];
  if (remove !== undefined) return remove;
  throw usageFailure(
    `A ${kind.singular} cannot be deleted.`,
    `Of these it can be: ${[...Object.keys(removers), ...Object.keys(more)].join(', ')}, and Kubernetes kinds.`,
  );
}
