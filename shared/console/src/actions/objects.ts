import { planChanges } from '@portolan/contract/changes';
import { PlatformError } from '@portolan/contract/client';
import { applyResources, deleteResource, getResource, type ObjectOwner } from '@portolan/contract/resources';
import { listUsers } from '@portolan/contract/users';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { access } from '../kinds/access.ts';
import { apis } from '../kinds/apis.ts';
import type { Cell } from '../kinds/block.ts';
import { counted, formatNumber, formatOwner } from '../kinds/format.ts';
import type { Kind, Session } from '../kinds/kind.ts';
import { diffObjects } from '../kinds/manifest-diff.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { planLines, whyNotApplicable } from '../kinds/plan-lines.ts';
import { resources } from '../kinds/resources.ts';
import { quoted } from '../kinds/traces.ts';
import { versions } from '../kinds/versions.ts';
import { defineAction, type Action, type Outcome, type Plan } from './action.ts';
import { Reverting, type ClusterRef } from './reverting.ts';

/** Objects to apply as one change of a cluster. */
export interface ObjectSet {
  /** Shown for the set: `APIAccess crew-flights`. */
  readonly name: string;
  readonly cluster: ClusterRef;
  readonly objects: readonly KubernetesObject[];
  /** Revision at which the objects were read, where that was before the plan. */
  readonly seenRevision?: number;
  /** What became of the set, in place of the saved revision. */
  readonly outcome?: Partial<Outcome>;
}

/** Plans sets of objects, each as one change of its cluster: the difference, who is affected, and how to undo it. */
export async function planObjects(
  session: Session,
  sets: readonly ObjectSet[],
  options: { readonly title?: string; readonly lines?: readonly Cell[]; before?(): Promise<void> } = {},
): Promise<Pick<Plan, 'steps' | 'lines'> & Partial<Pick<Plan, 'title' | 'undo'>>> {
  const planned = await Promise.all(sets.map((set) => planOne(session, set)));
  const shown = planned.flatMap((one) => one.lines);
  return {
    ...(options.title === undefined ? {} : { title: options.title }),
    lines: [...(options.lines ?? []), ...shown],
    steps: planned.map(({ set, apply }) => ({
      name: set.name,
      async run() {
        await options.before?.();
        return { name: set.name, ...(await apply()) };
      },
    })),
    undo: {
      title: `Undo: ${options.title ?? `apply ${sets.map(({ name }) => name).join(', ')}`}`,
      lines: planned.flatMap((one) => one.reversed),
      done: 'restored',
      steps: planned.map(({ set, reverting }) => ({
        name: set.name,
        run: async () => ({ name: set.name, note: await reverting.back() }),
      })),
    },
  };
}

async function planOne(session: Session, set: ObjectSet) {
  const { client, workspace } = session;
  const { cluster, objects } = set;
  const reverting = new Reverting(session, cluster);
  if (objects.length === 0)
    return {
      set,
      reverting,
      lines: [set.outcome?.note ?? 'Nothing changes.'],
      reversed: [],
      apply: () => Promise.resolve(set.outcome ?? {}),
    };
  const body = { cluster: cluster.id, objects: [...objects] };
  const plan = await client.call(planChanges, { params: { workspace }, body });
  const reason = whyNotApplicable(plan);
  if (reason !== null) throw new Failure(reason, 'Nothing was changed. Correct it and try again.');
  return {
    set,
    reverting,
    lines: planLines(plan),
    reversed: plan.changes.flatMap((one) => diffObjects(one.after, one.before)),
    async apply(): Promise<Partial<Outcome>> {
      const request = { ...body, revision: set.seenRevision ?? plan.revision };
      const done = await reverting.around(() =>
        client.call(applyResources, { params: { workspace }, body: request }),
      );
      return {
        object: done,
        note: `Saved as revision ${done.revision}; cluster ${cluster.name} is applying it.`,
        ...set.outcome,
      };
    },
  };
}

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

/** Deletes objects of a kind; of several clusters without an undo, as a revision is of one cluster. */
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
      const [first] = rows;
      const isOneCluster = new Set(rows.map(({ clusterId }) => clusterId)).size === 1;
      const reverting =
        first === undefined ? null : new Reverting(session, { id: first.clusterId, name: first.cluster });
      const seen = await Promise.all(rows.map((row) => seeObject(session, row)));
      const remove = async (row: ObjectRow, revision: number | undefined) => {
        const query = {
          cluster: row.clusterId,
          key: row.key,
          ...(revision === undefined ? {} : { revision }),
        };
        const params = { workspace: session.workspace };
        await session.client.call(deleteResource, { params, query });
      };
      return {
        lines: [
          ...rows.map((row) => `${row.key} on cluster ${row.cluster}`),
          ...(kind.name === apis.name ? await callerLines(session, rows) : []),
          { tone: 'bad', text: 'They are no longer served as soon as the cluster has applied the change.' },
          ...(isOneCluster ? ['You can undo this until someone else changes the cluster.'] : []),
        ],
        steps: rows.map((row, at) => ({
          name: row.name,
          async run() {
            const work = () => remove(row, seen[at]?.revision);
            await (isOneCluster && reverting ? reverting.around(work, at === 0) : work());
            return { name: row.name, note: `Cluster ${row.cluster} is applying it.` };
          },
        })),
        ...(isOneCluster && reverting
          ? {
              undo: {
                title: `Restore ${rows.length === 1 ? (first?.name ?? '') : counted(rows.length, 'object')}`,
                done: 'restored',
                steps: [
                  {
                    name: rows.map(({ name }) => name).join(', '),
                    run: async () => ({
                      name: rows.map(({ name }) => name).join(', '),
                      note: await reverting.back(),
                    }),
                  },
                ],
              },
            }
          : {}),
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

/** Whether an object was changed by someone else since it was read. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof PlatformError && error.code === 'revision-mismatch';
}
