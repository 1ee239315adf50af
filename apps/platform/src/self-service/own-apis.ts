import type { OwnApi } from '@portolan/contract/self-service';
import type { ApiGuard, Model, Route } from '@portolan/resources/model/model';
import type { CompiledClusters } from '../resources/compiled-clusters.ts';
import type { Transaction } from '../db/database.ts';
import { listClusterSummaries } from '../clusters/store.ts';
import { readEdgeAddress } from '../fleet/broker-store.ts';
import { reachableUrl } from '../fleet/edge-address.ts';

/**
 * Returns the APIs that members of these groups may call, by the access rules that gateways apply; sorted by name, then
 * cluster.
 */
export async function listOwnApis(
  tx: Transaction,
  compiled: CompiledClusters,
  { workspace, groups }: { readonly workspace: string; readonly groups: readonly string[] },
): Promise<OwnApi[]> {
  const rows = await listClusterSummaries(tx, workspace);
  const edge = await readEdgeAddress(tx);
  const found: OwnApi[] = [];
  for (const { id, name } of rows) {
    const { model } = await compiled.of(tx, id);
    for (const api of callableApis(model, groups)) {
      found.push({ ...api, cluster: name, urls: api.urls.map((url) => reachableUrl(url, edge)) });
    }
  }
  return found.toSorted((a, b) => a.name.localeCompare(b.name) || a.cluster.localeCompare(b.cluster));
}

/** Returns the APIs that a model lets members of these groups call; of a versioned API, each version. */
function callableApis(model: Model, groups: readonly string[]): Omit<OwnApi, 'cluster'>[] {
  const open = model.routes.flatMap((route) => {
    const guard = route.guard.kind === 'api' ? route.guard.api : null;
    const operations = guard && operationsFor(guard, groups);
    return guard && operations ? [{ route, guard, operations }] : [];
  });
  const byVersion = Map.groupBy(open, ({ guard }) => `${guard.api.key} ${guard.version?.key ?? ''}`);
  return [...byVersion.values()].flatMap((of) => {
    const [first] = of;
    if (!first) return [];
    const { api, release } = first.guard;
    const urls = [...new Set(of.flatMap(({ route, guard }) => urlsOf(route, guard)))].toSorted();
    const operations = of.some((one) => one.operations === 'all') ? 'all' : 'some';
    return [{ name: api.name, namespace: api.namespace, release, urls, operations } as const];
  });
}

/** Returns the operations that the grants of these groups permit together; null for none. */
function operationsFor({ grants }: ApiGuard, groups: readonly string[]): OwnApi['operations'] | null {
  const mine = grants.filter(
    (grant) => grant.groups === 'any' || grant.groups.some((group) => groups.includes(group)),
  );
  if (mine.some(({ operations }) => operations === null)) return 'all';
  return mine.some(({ operations }) => operations !== null && operations.length > 0) ? 'some' : null;
}

function urlsOf({ hosts }: Route, { prefix, versionPrefix }: ApiGuard): string[] {
  return hosts.map((host) => `https://${host}${prefix}${versionPrefix}`);
}
