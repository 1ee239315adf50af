import { deleteResource, getResource, type ObjectOwner } from '@portolan/contract/resources';
import { listUsers } from '@portolan/contract/users';
import { objectKey, type KubernetesObject as ParsedObject } from '@portolan/resources/kinds/object';
import { formatYaml } from '@portolan/resources/manifests/format-yaml';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { access } from '../kinds/access.ts';
import { apis } from '../kinds/apis.ts';
import type { Cell } from '../kinds/block.ts';
import { counted, formatNumber, formatObject, formatOwner } from '../kinds/format.ts';
import type { Kind, Session } from '../kinds/kind.ts';
import { withoutNoise } from '../kinds/manifest-noise.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import { quoted } from '../kinds/traces.ts';
import { versions } from '../kinds/versions.ts';
import { defineAction, type Action } from './action.ts';
import { document } from './input.ts';
import { parseManifest, planApply } from './manifests.ts';
import { Reverting } from './reverting.ts';

/** Where an object is, and who may change it. */
export interface ObjectRow {
  readonly key: string;
  readonly name: string;
  readonly clusterId: string;
  readonly cluster: string;
  readonly owner: ObjectOwner;
}

/** Why an object cannot be changed through the platform; null when it can. */
export function whyOwned({ owner }: Pick<ObjectRow, 'owner'>): string | null {
  return owner.kind === 'platform' ? null : `it belongs to ${formatOwner(owner)}; change it there`;
}

/** An object as it is now, and the revision at which it was read. */
export interface SeenObject {
  readonly object: KubernetesObject;
  readonly revision: number;
}

export async function seeObject(
  { client, workspace }: Session,
  { clusterId, key }: Pick<ObjectRow, 'clusterId' | 'key'>,
): Promise<SeenObject> {
  const query = { cluster: clusterId, key };
  const { object, seenRevision } = await client.call(getResource, { params: { workspace }, query });
  return { object, revision: seenRevision };
}

/** Deletes objects of a kind, each as one change. */
function deleteAction<T extends ObjectRow>(kind: Kind<T>, id: string): Action {
  return defineAction({
    id,
    title: `Delete ${kind.title === 'Resources' ? 'objects' : kind.title}`,
    button: 'Delete',
    done: 'deleted',
    permission: 'resources.write',
    danger: 3,
    kind,
    takes: 'some',
    keys: ['D'],
    inputs: z.object({}),
    whyNot: (row: T) => whyOwned(row),
    async plan(session, rows: readonly T[]) {
      const { client, workspace } = session;
      const names = rows.map(({ name }) => name).join(', ');
      const reverting = new Reverting(session);
      const seen = await Promise.all(rows.map((row) => seeObject(session, row)));
      return {
        lines: [
          ...rows.map((row) => `${formatObject(row.key)} on cluster ${row.cluster}`),
          ...(kind.name === apis.name ? await callerLines(session, rows) : []),
          { tone: 'bad', text: 'They are no longer served as soon as the cluster has applied the change.' },
          'You can undo this until someone creates them again.',
        ],
        steps: rows.map((row, at) => ({
          name: row.name,
          async run() {
            const { clusterId: cluster, key } = row;
            const query = { cluster, key, revision: seen[at]?.revision };
            const { revision } = await client.call(deleteResource, { params: { workspace }, query });
            reverting.record(revision);
            return { name: row.name, note: `Cluster ${row.cluster} is applying it.` };
          },
        })),
        undo: {
          title: `Restore ${rows.length === 1 ? names : counted(rows.length, 'object')}`,
          done: 'restored',
          steps: [{ name: names, run: async () => ({ name: names, note: await reverting.back() }) }],
        },
      };
    },
  });
}

/** Who calls APIs that are about to be deleted, and how often. */
async function callerLines(
  { client, workspace }: Session,
  rows: readonly unknown[],
): Promise<readonly Cell[]> {
  return Promise.all(
    (rows as readonly Parameters<typeof apis.id>[0][]).map(async (api): Promise<Cell> => {
      const groups = [...new Set(api.access.flatMap((one) => one.groups))];
      const isForAll = api.access.some((one) => one.any);
      const filter = isForAll ? 'state=active' : `state=active groups=${groups.map(quoted).join(',')}`;
      const count =
        !isForAll && groups.length === 0
          ? 0
          : (await client.call(listUsers, { params: { workspace }, query: { filter, limit: 1 } })).matched;
      const rate = formatNumber(api.rate.requestsPerSecond);
      const text = `${api.name}: ${counted(count, 'user')} can call it; ${rate} requests/s now.`;
      return { tone: count > 0 ? 'bad' : 'plain', text };
    }),
  );
}

export const apiDelete = deleteAction(apis, 'apis.delete');
export const versionDelete = deleteAction(versions, 'versions.delete');
export const accessDelete = deleteAction(access, 'access.delete');
export const resourceDelete = deleteAction(resources, 'resources.delete');

/** Plans one object as changed; throws Failure when it would be another one then. */
export function planEdit(
  session: Session,
  row: ObjectRow,
  { object, seenRevision }: { readonly object: ParsedObject; readonly seenRevision?: number | undefined },
) {
  if (objectKey(object) !== row.key)
    throw new Failure('kind, name and namespace identify the object and cannot be changed.');
  return planApply(session, { cluster: row.clusterId, objects: [object], seenRevision });
}

function editAction<T extends ObjectRow>(kind: Kind<T>, id: string): Action {
  return defineAction({
    id,
    title: `Edit ${kind.title === 'Resources' ? 'objects' : kind.title} as YAML`,
    button: 'Apply',
    done: 'edited',
    permission: 'resources.write',
    danger: 1,
    kind,
    takes: 'one',
    keys: ['e'],
    inputs: z.object({
      manifest: document({
        label: 'Manifest',
        value: 'YAML',
        syntax: 'yaml',
        help: 'the object as it should be',
      }),
      seenRevision: z.coerce.number().int().optional(),
    }),
    whyNot: (row: T) => whyOwned(row),
    async initial(session, row) {
      const { object, revision } = await seeObject(session, row);
      return { manifest: formatYaml(withoutNoise(object)), seenRevision: String(revision) };
    },
    async plan(session, rows: readonly T[], { manifest, seenRevision }) {
      const [row] = rows;
      if (row === undefined) return { steps: [] };
      return planEdit(session, row, { object: await parseManifest(manifest), seenRevision });
    },
  });
}

export const apiEdit = editAction(apis, 'apis.edit');
export const versionEdit = editAction(versions, 'versions.edit');
export const accessEdit = editAction(access, 'access.edit');
export const resourceEdit = editAction(resources, 'resources.edit');
