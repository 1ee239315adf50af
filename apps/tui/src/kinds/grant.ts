import {
  applyResources,
  getResource,
  listResources,
  type ApiView,
  type kubernetesObject,
} from '@portolan/contract/resources';
import { z } from 'zod';
import { formatOwner } from './format.ts';
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

/** Opens an API to a group on its cluster; answers in a sentence what is true now, and what is left to do. */
export async function grantApi(session: Session, api: ApiView, group: string): Promise<string> {
  const access = accessObject(api, group);
  const { name } = access.metadata;
  const gateways = await gatewaysOf(session, api);
  const own = gateways
    .filter(({ owner }) => owner.kind === 'platform')
    .map(({ object }) => withAccess(object, name));
  const { changes } = await session.client.call(applyResources, {
    params: { workspace: session.workspace },
    body: { cluster: api.clusterId, objects: [access, ...own] },
  });
  const done = changes.some((change) => change.change !== 'unchanged') ? 'is saved' : 'was there already';
  // An APIAccess has effect once an APIGateway lists it, and gateways of files and GitOps are changed where they come from.
  const others = gateways.filter(
    ({ owner, object }) => owner.kind !== 'platform' && !accessesOf(object).includes(name),
  );
  if (own.length > 0 || (gateways.length > 0 && others.length === 0))
    return `APIAccess ${name} ${done}: group ${group} may call ${api.name}.`;
  const [first] = others;
  const where = first ? `APIGateway ${first.name} (${formatOwner(first.owner)})` : 'an APIGateway';
  return `APIAccess ${name} ${done}; it has effect once ${where} lists "${name}" in spec.apiAccesses.`;
}

async function gatewaysOf({ client, workspace }: Session, api: ApiView) {
  const params = { workspace };
  const { items } = await client.call(listResources, {
    params,
    query: { filter: 'kind=APIGateway', limit: 500 },
  });
  const serving = items.filter((one) => one.clusterId === api.clusterId && api.gateways.includes(one.name));
  return Promise.all(
    serving.map((one) =>
      client.call(getResource, { params, query: { cluster: one.clusterId, key: one.key } }),
    ),
  );
}

type KubernetesObject = z.infer<typeof kubernetesObject>;
const gatewaySpec = z.looseObject({ apiAccesses: z.array(z.string()).default([]) });

function accessesOf(object: KubernetesObject): readonly string[] {
  const spec = gatewaySpec.safeParse(object['spec']);
  return spec.success ? spec.data.apiAccesses : [];
}

function withAccess(object: KubernetesObject, name: string): KubernetesObject {
  const spec = gatewaySpec.parse(object['spec'] ?? {});
  return { ...object, spec: { ...spec, apiAccesses: [...new Set([...spec.apiAccesses, name])] } };
}
