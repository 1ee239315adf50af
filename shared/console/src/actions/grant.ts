import {
  getResource,
  listResources,
  type ApiView,
  type kubernetesObject,
} from '@portolan/contract/resources';
import { z } from 'zod';
import { apis } from '../kinds/apis.ts';
import { formatOwner } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';
import { defineAction } from './action.ts';
import { missingGroups, namesGroup, requireGroups } from './groups.ts';
import { text, toggle } from './input.ts';
import { planObjects } from './object-sets.ts';
import { revokeOf } from './revoke.ts';

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

/** The objects that open an API to a group, as one change of its cluster, and a sentence on what is true once it is applied. */
interface Grant {
  readonly objects: readonly KubernetesObject[];
  readonly result: string;
  /** Whether something is left to do elsewhere before it takes effect. */
  readonly isIncomplete?: boolean;
}

/**
 * Returns what to apply to open an API to a group. An APIAccess takes effect once an APIGateway lists it: gateways of the
 * platform do so in the same change, one is created where none serves the API, and those of files and GitOps are changed
 * where they come from. `earlier` holds gateways as the same change leaves them so far, by name.
 */
async function grantOf(
  session: Session,
  api: ApiView,
  group: string,
  earlier: ReadonlyMap<string, KubernetesObject>,
): Promise<Grant> {
  const access = accessObject(api, group);
  const { name } = access.metadata;
  const { serving, own } = await gatewaysOf(session, api);
  const current = (gateway: KubernetesObject) => earlier.get(gateway.metadata.name) ?? gateway;
  const isNew = own.length === 0 && serving.length === 0;
  const gateways = (isNew ? [gatewayObject()] : own.map(({ object }) => object)).map(current);
  const objects = [access, ...gateways.map((gateway) => withAccess(gateway, name))];
  const may = `Group ${group} can call ${api.name}`;
  if (isNew) return { objects, result: `${may}, at the address of the new APIGateway ${NEW_GATEWAY}.` };
  const [first] = serving.filter(
    ({ owner, object }) => owner.kind !== 'platform' && !accessesOf(object).includes(name),
  );
  if (own.length > 0 || !first) return { objects, result: `${may}.` };
  const where = `APIGateway ${first.name} (${formatOwner(first.owner)})`;
  return {
    objects,
    result: `It takes effect only once ${where} lists "${name}" in spec.apiAccesses.`,
    isIncomplete: true,
  };
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

const groupInput = text({ label: 'Group', value: 'GROUP', of: 'groups', help: 'name of the group' });

export const apiGrant = defineAction({
  id: 'apis.grant',
  title: 'Grant APIs to a group',
  button: 'Grant',
  done: 'granted',
  details: 'Creates the APIAccess that names the group and adds it to an APIGateway that serves the API.',
  permission: 'resources.write',
  danger: 1,
  kind: apis,
  takes: 'some',
  keys: ['A'],
  inputs: z.object({
    group: groupInput,
    createGroup: toggle({ label: 'Create missing group', help: 'create the group if it does not exist yet' }),
  }),
  plan: async (session, rows, { group, createGroup }) => {
    const missing = createGroup ? await missingGroups(session, [group]) : [];
    const grants = await grantsByCluster(
      session,
      rows.map((api) => ({ api, group })),
    );
    return planObjects(
      session,
      grants.map(({ cluster, names, objects, results, isIncomplete }) => ({
        name: names.join(', '),
        cluster: cluster.id,
        objects,
        isExpected: namesGroup(createGroup ? [group] : []),
        outcome: { done: isIncomplete ? 'saved' : `granted to group ${group}`, note: results.join(' ') },
      })),
      {
        title: `Grant ${rows.map(({ name }) => name).join(', ')} to group ${group}`,
        ...(createGroup
          ? {
              before: async () => {
                await requireGroups(session, [group], true);
              },
            }
          : {}),
        lines: [
          ...missing.map((one) => `Group to create: ${one}`),
          ...grants.flatMap(({ results, isIncomplete }) =>
            isIncomplete ? results.map((text) => ({ tone: 'warn' as const, text })) : [],
          ),
        ],
      },
    );
  },
});

/** An API and a group that may call it, or no longer. */
export interface AccessPair {
  readonly api: ApiView;
  readonly group: string;
}

/** Returns grants of each cluster as one change: what the first adds to a gateway, the next one keeps. */
export async function grantsByCluster(session: Session, pairs: readonly AccessPair[]) {
  const clusters = new Map(pairs.map(({ api }) => [api.clusterId, { id: api.clusterId, name: api.cluster }]));
  return Promise.all(
    [...clusters.values()].map(async (cluster) => {
      const here = pairs.filter(({ api }) => api.clusterId === cluster.id);
      const objects = new Map<string, KubernetesObject>();
      const gateways = new Map<string, KubernetesObject>();
      const results: string[] = [];
      let isIncomplete = false;
      for (const { api, group } of here) {
        const grant = await grantOf(session, api, group, gateways);
        for (const object of grant.objects) {
          objects.set(`${object.kind}/${object.metadata.name}`, object);
          if (object.kind === 'APIGateway') gateways.set(object.metadata.name, object);
        }
        results.push(grant.result);
        isIncomplete ||= grant.isIncomplete === true;
      }
      const names = [...new Set(here.map(({ api }) => api.name))];
      return { cluster, names, objects: [...objects.values()], results, isIncomplete };
    }),
  );
}

export const apiRevoke = defineAction({
  id: 'apis.revoke',
  title: 'Revoke APIs from a group',
  button: 'Revoke',
  done: 'revoked',
  details:
    'Removes the group from each APIAccess that names only this API. Manifests and GitOps are changed at their source.',
  permission: 'resources.write',
  danger: 1,
  kind: apis,
  takes: 'some',
  inputs: z.object({ group: groupInput }),
  plan: async (session, rows, { group }) => {
    const sets = await Promise.all(
      rows.map(async (api) => {
        const { objects, result } = await revokeOf(session, api, [group]);
        return {
          name: api.name,
          cluster: api.clusterId,
          objects,
          outcome: { done: objects.length === 0 ? 'unchanged' : `revoked from group ${group}`, note: result },
        };
      }),
    );
    return planObjects(session, sets, {
      title: `Revoke ${rows.map(({ name }) => name).join(', ')} from group ${group}`,
    });
  },
});
