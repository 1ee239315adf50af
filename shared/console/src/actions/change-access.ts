import type { Cell } from '../kinds/block.ts';
import type { Session } from '../kinds/kind.ts';
import type { KubernetesObject } from '../kinds/objects.ts';
import { grantsByCluster, type AccessPair } from './grant.ts';
import { planObjects } from './object-sets.ts';
import type { Plan } from './action.ts';
import { missingGroups, namesGroup } from './groups.ts';
import { revokeOf } from './revoke.ts';

/** What a person wants to be different in who may call what. */
export interface AccessChanges {
  readonly grants: readonly AccessPair[];
  readonly revocations: readonly AccessPair[];
}

/** Words for what the plan of {@link planAccess} does. */
export const ACCESS_WORDS = { done: 'changed', noun: 'access' };

/**
 * Plans several grants and revocations as one change for each cluster. Throws Failure where an APIAccess grants more than is
 * revoked, or belongs to a file or GitOps.
 */
export async function planAccess(session: Session, { grants, revocations }: AccessChanges): Promise<Plan> {
  const missing = await missingGroups(
    session,
    grants.map(({ group }) => group),
  );
  const granted = await grantsByCluster(session, grants);
  const revoked = await revokedByCluster(session, revocations);
  const clusters = new Map(
    [...grants, ...revocations].map(({ api }) => [api.clusterId, { id: api.clusterId, name: api.cluster }]),
  );
  const sets = [...clusters.values()].map(({ id, name }) => ({
    name: `access in ${name}`,
    cluster: id,
    objects: [
      ...granted.filter(({ cluster }) => cluster.id === id).flatMap(({ objects }) => objects),
      ...(revoked.get(id)?.objects ?? []),
    ],
    isExpected: namesGroup(missing),
  }));
  const object = namesOf([...grants, ...revocations]);
  const title = `Change who may call ${object}`;
  const planned = await planObjects(session, sets, {
    title,
    lines: [
      ...missing.map((group): Cell => ({
        tone: 'warn',
        text: `Group "${group}" does not exist here: nobody gains access until it does, or a token names it.`,
      })),
      ...granted.flatMap(({ results, isIncomplete }): readonly Cell[] =>
        results.map((text) => (isIncomplete ? { tone: 'warn', text } : text)),
      ),
      ...[...revoked.values()].flatMap(({ results }) => results),
    ],
  });
  return { title, ...planned, button: 'Apply', danger: 1, object, typed: object };
}

interface Revoked {
  readonly objects: KubernetesObject[];
  readonly results: string[];
}

/** Groups that lose the same API leave its objects at once: one would otherwise bring back the other. */
async function revokedByCluster(
  session: Session,
  pairs: readonly AccessPair[],
): Promise<ReadonlyMap<string, Revoked>> {
  const clusters = new Map<string, Revoked>();
  const byApi = Map.groupBy(pairs, ({ api }) => api);
  for (const [api, own] of byApi) {
    const { objects, result } = await revokeOf(
      session,
      api,
      own.map(({ group }) => group),
    );
    const cluster = clusters.get(api.clusterId) ?? { objects: [], results: [] };
    clusters.set(api.clusterId, cluster);
    cluster.objects.push(...objects);
    cluster.results.push(result);
  }
  return clusters;
}

function namesOf(pairs: readonly AccessPair[]): string {
  return [...new Set(pairs.map(({ api }) => api.name))].join(', ');
}
