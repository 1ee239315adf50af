import { applyResources, type ApiView } from '@portolan/contract/resources';
import type { Session } from './kind.ts';

/** The APIAccess that opens an API to a group, named after both so that granting twice changes nothing. */
function accessObject(api: Pick<ApiView, 'name' | 'namespace'>, group: string) {
  const name = `${api.namespace}-${api.name}-${group}`
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'APIAccess',
    metadata: { name },
    spec: { groups: [group], apis: [{ name: api.name, namespace: api.namespace }] },
  };
}

/** Opens an API to a group on its cluster; answers the name of the access and whether anything changed. */
export async function grantApi(
  session: Session,
  api: ApiView,
  group: string,
): Promise<{ name: string; isNew: boolean }> {
  const object = accessObject(api, group);
  const { changes } = await session.client.call(applyResources, {
    params: { workspace: session.workspace },
    body: { cluster: api.clusterId, objects: [object] },
  });
  return { name: object.metadata.name, isNew: changes.some((change) => change.change !== 'unchanged') };
}
