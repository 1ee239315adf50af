import type { Portal as PortalView } from '@portolan/contract/portals';
import type { Model } from '@portolan/resources/model/model';
import type { Portal } from '@portolan/resources/model/portal';
import { listClusterSummaries } from '../clusters/store.ts';
import type { Transaction } from '../db/database.ts';
import { readEdgeAddress } from '../fleet/broker-store.ts';
import { reachableUrl } from '../fleet/edge-address.ts';
import type { CompiledClusters } from '../resources/compiled-clusters.ts';

export interface FoundPortal {
  readonly view: PortalView;
  readonly portal: Portal;
  readonly clusterId: string;
}

/** Returns the portals of a workspace's clusters, by name, then cluster. */
export async function listPortals(
  tx: Transaction,
  compiled: CompiledClusters,
  workspace: string,
): Promise<FoundPortal[]> {
  const edge = await readEdgeAddress(tx);
  const found: FoundPortal[] = [];
  for (const { id, name: cluster } of await listClusterSummaries(tx, workspace)) {
    const { model } = await compiled.of(tx, id);
    for (const [portal, hosts] of portalsOf(model)) {
      const { name, namespace } = portal.source;
      const urls = hosts.map((host) => reachableUrl(`https://${host}/`, edge));
      const problems = model.problems.filter(
        (problem) =>
          problem.kind === 'APIPortal' && problem.name === name && (problem.namespace ?? '') === namespace,
      );
      const view = {
        name,
        namespace,
        cluster,
        title: portal.title,
        urls,
        apis: apisOf(model, portal),
        problems: problems.length,
      };
      found.push({ view, portal, clusterId: id });
    }
  }
  return found.toSorted(
    (a, b) => a.view.name.localeCompare(b.view.name) || a.view.cluster.localeCompare(b.view.cluster),
  );
}

/** Returns the portals of a model, each with its hosts. */
function portalsOf({ routes }: Model): [Portal, string[]][] {
  const byKey = new Map<string, [Portal, Set<string>]>();
  for (const { target, hosts } of routes) {
    if (target.kind !== 'portal') continue;
    const { key } = target.portal.source;
    const known = byKey.get(key) ?? [target.portal, new Set<string>()];
    for (const host of hosts) if (!host.startsWith('*')) known[1].add(host);
    byKey.set(key, known);
  }
  return [...byKey.values()].map(([portal, hosts]) => [portal, [...hosts].toSorted()]);
}

function apisOf({ routes }: Model, { shows }: Portal): number {
  const keys = routes.flatMap(({ guard }) => {
    if (guard.kind !== 'api') return [];
    const { gateway, api } = guard.api;
    const isShown = shows.kind === 'gateway' ? gateway?.key === shows.key : api.namespace === shows.namespace;
    return isShown ? [api.key] : [];
  });
  return new Set(keys).size;
}
