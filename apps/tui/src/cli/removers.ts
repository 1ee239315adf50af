import { deleteAlertRule, type AlertRule } from '@portolan/contract/alerts';
import { removeMember, type Member } from '@portolan/contract/members';
import { deleteResource, type ApiView } from '@portolan/contract/resources';
import { usageFailure } from '../failure.ts';
import { alertRules } from '../kinds/alert-rules.ts';
import { apis } from '../kinds/apis.ts';
import type { Kind, Session } from '../kinds/kind.ts';
import { members } from '../kinds/members.ts';
import { removers } from '../kinds/removers.ts';

type Remover = (session: Session, row: unknown) => Promise<unknown>;

const more: Readonly<Record<string, Remover>> = {
  [apis.name]: ({ client, workspace }, row) => {
    const { key, clusterId: cluster } = row as ApiView;
    return client.call(deleteResource, { params: { workspace }, query: { key, cluster } });
  },
  [members.name]: ({ client, workspace }, row) =>
    client.call(removeMember, { params: { workspace, account: (row as Member).accountId } }),
  [alertRules.name]: ({ client, workspace }, row) =>
    client.call(deleteAlertRule, { params: { workspace, rule: (row as AlertRule).id } }),
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
