import {
  applyResources,
  getResource,
  listResources,
  type ApiView,
  type kubernetesObject,
} from '@portolan/contract/resources';
import { z } from 'zod';
import { formatOwner } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';

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

/** What opens an API to a group, as one change of its cluster, and what is true once it is applied. */
interface Grant {
  readonly objects: readonly KubernetesObject[];
  readonly result: string;
}

/**
 * What to apply to open an API to a group. An APIAccess has effect once an APIGateway lists it: ours do at once, one is made
 * where none serves the API, and those of files and GitOps are changed where they come from.
 */
export async function grantOf(session: Session, api: ApiView, group: string): Promise<Grant> {
  const access = accessObject(api, group);
  const { name } = access.metadata;
  const { serving, own } = await gatewaysOf(session, api);
  const isNew = own.length === 0 && serving.length === 0;
  const gateways = isNew ? [gatewayObject()] : own.map(({ object }) => object);
  const objects = [access, ...gateways.map((gateway) => withAccess(gateway, name))];
  const may = `Group ${group} may call ${api.name}`;
  if (isNew) return { objects, result: `${may}, at the address of the new APIGateway ${NEW_GATEWAY}.` };
  const [first] = serving.filter(
    ({ owner, object }) => owner.kind !== 'platform' && !accessesOf(object).includes(name),
  );
  if (own.length > 0 || !first) return { objects, result: `${may}.` };
  const where = `APIGateway ${first.name} (${formatOwner(first.owner)})`;
  return {
    objects,
    result: `APIAccess ${name} is saved; it has effect once ${where} lists "${name}" in spec.apiAccesses.`,
  };
}

/** Opens an API to a group; answers in a sentence what is true now, and what is left to do. */
export async function grantApi(session: Session, api: ApiView, group: string): Promise<string> {
  const { objects, result } = await grantOf(session, api, group);
  const body = { cluster: api.clusterId, objects: [...objects] };
  await session.client.call(applyResources, { params: { workspace: session.workspace }, body });
  return result;
}

const NEW_GATEWAY = 'edge';

function gatewayObject(): KubernetesObject {
  return {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'APIGateway',
    metadata: { name: NEW_GATEWAY },
    spec: {},
  };
}

/** The gateways that serve the API already, and of the platform's own those that would: one is enough. */
async function gatewaysOf({ client, workspace }: Session, api: ApiView) {
  const params = { workspace };
  const { items } = await client.call(listResources, {
    params,
    query: { filter: 'kind=APIGateway', limit: 500 },
  });
  const here = items.filter((one) => one.clusterId === api.clusterId);
  const isServing = (one: { readonly name: string }) => api.gateways.includes(one.name);
  const spare = here.some(isServing) ? [] : here.filter(({ owner }) => owner.kind === 'platform').slice(0, 1);
  const read = await Promise.all(
    [...here.filter(isServing), ...spare].map((one) =>
      client.call(getResource, { params, query: { cluster: one.clusterId, key: one.key } }),
    ),
  );
  return { serving: read.filter(isServing), own: read.filter(({ owner }) => owner.kind === 'platform') };
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
