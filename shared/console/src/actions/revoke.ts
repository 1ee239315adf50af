import { getResource, listResources, type ApiView, type Resource } from '@portolan/contract/resources';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { formatOwner } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';
import type { KubernetesObject } from '../kinds/objects.ts';

const accessSpec = z.looseObject({
  groups: z.array(z.string()).default([]),
  anyGroups: z.boolean().default(false),
  apis: z.array(z.looseObject({ name: z.string(), namespace: z.string().default('default') })).default([]),
});

/** The objects that change, and a sentence on what is true then; without objects nothing changes. */
interface Revocation {
  readonly objects: readonly KubernetesObject[];
  readonly result: string;
}

/**
 * Returns what takes an API from groups: they leave every APIAccess that names this API alone, as one change. Throws
 * Failure for an APIAccess that grants more than this API or that belongs to something else, as others would lose access.
 */
export async function revokeOf(
  session: Session,
  api: ApiView,
  groups: readonly string[],
): Promise<Revocation> {
  const group = groups.join(', ');
  const isRevoked = (name: string) => groups.includes(name);
  const held = await accessesOf(session, api);
  const open = held.filter(({ spec }) => spec.anyGroups).map(({ row }) => row.name);
  const naming = held.filter(({ spec }) => spec.groups.some(isRevoked));
  const still = open.length === 0 ? '' : ` ${open.join(', ')} still grants it to everyone who is signed in.`;
  if (naming.length === 0)
    return { objects: [], result: `No APIAccess grants API ${api.name} to group ${group}.${still}` };
  for (const { row, spec } of naming) {
    if (row.owner.kind !== 'platform')
      throw new Failure(
        `APIAccess ${row.name} belongs to ${formatOwner(row.owner)}.`,
        'Nothing was changed. Remove the group there.',
      );
    if (spec.apis.length !== 1 || spec.apis[0]?.name !== api.name)
      throw new Failure(
        `APIAccess ${row.name} grants more to group ${group} than API ${api.name}.`,
        `Nothing was changed. Remove the API with: portolan edit apiaccess ${row.name}`,
      );
  }
  return {
    objects: naming.map(({ object, spec }) => ({
      ...object,
      spec: { ...spec, groups: spec.groups.filter((one) => !isRevoked(one)) },
    })),
    result: `Group ${group} was removed from APIAccess ${naming.map(({ row }) => row.name).join(', ')}.${still}`,
  };
}

/** Every APIAccess through which the API is open, or would be were it listed by a gateway. */
async function accessesOf({ client, workspace }: Session, api: ApiView) {
  const params = { workspace };
  const rows: Resource[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.call(listResources, {
      params,
      query: { filter: 'kind=APIAccess', limit: 500, ...(cursor === undefined ? {} : { cursor }) },
    });
    rows.push(...page.items.filter((row) => row.clusterId === api.clusterId));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  const through = new Set(api.access.map(({ name }) => name));
  const read = await Promise.all(
    rows.map(async (row) => {
      const query = { cluster: row.clusterId, key: row.key };
      const { object } = await client.call(getResource, { params, query });
      return { row, object, spec: accessSpec.parse(object['spec'] ?? {}) };
    }),
  );
  return read.filter(
    ({ row, spec }) =>
      through.has(row.name) ||
      spec.apis.some((one) => one.name === api.name && one.namespace === api.namespace),
  );
}
