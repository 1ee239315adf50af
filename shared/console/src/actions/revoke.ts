import {
  applyResources,
  getResource,
  listResources,
  type ApiView,
  type Resource,
} from '@portolan/contract/resources';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { formatOwner } from '../kinds/format.ts';
import type { Session } from '../kinds/kind.ts';

const accessSpec = z.looseObject({
  groups: z.array(z.string()).default([]),
  anyGroups: z.boolean().default(false),
  apis: z.array(z.looseObject({ name: z.string(), namespace: z.string().default('default') })).default([]),
});

/**
 * Takes an API from a group: the group leaves every APIAccess that names this API alone, as one change. One that opens
 * more than this API, or that someone else owns, is named and nothing is done, for others would lose rights with it.
 */
export async function revokeApi(session: Session, api: ApiView, group: string): Promise<string> {
  const { client, workspace } = session;
  const held = await accessesOf(session, api);
  const open = held.filter(({ spec }) => spec.anyGroups);
  const naming = held.filter(({ spec }) => spec.groups.includes(group));
  if (naming.length === 0) {
    const rest =
      open.length === 0
        ? ''
        : `, but ${open.map(({ row }) => row.name).join(', ')} opens it to everyone who is signed in`;
    return `api/${api.name} unchanged: no APIAccess opens it to ${group}${rest}`;
  }
  for (const { row, spec } of naming) {
    const isOnly = spec.apis.length === 1 && spec.apis[0]?.name === api.name;
    if (row.owner.kind !== 'platform')
      throw new Failure(
        `APIAccess ${row.name} belongs to ${formatOwner(row.owner)}.`,
        'Nothing was done. Take the group out there.',
      );
    if (!isOnly)
      throw new Failure(
        `APIAccess ${row.name} opens more to ${group} than ${api.name}.`,
        `Nothing was done. Take the API out with: portolan edit apiaccess ${row.name}`,
      );
  }
  const objects = naming.map(({ object, spec }) => ({
    ...object,
    spec: { ...spec, groups: spec.groups.filter((one) => one !== group) },
  }));
  await client.call(applyResources, { params: { workspace }, body: { cluster: api.clusterId, objects } });
  const names = naming.map(({ row }) => row.name).join(', ');
  const left =
    open.length === 0
      ? ''
      : `; ${open.map(({ row }) => row.name).join(', ')} still opens it to everyone who is signed in`;
  return `api/${api.name} configured: ${group} left APIAccess ${names}${left}`;
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
