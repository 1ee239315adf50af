import * as clusterRoutes from '@portolan/contract/clusters';
import * as resourceRoutes from '@portolan/contract/resources';
import { getMetrics, listLogs } from '@portolan/contract/telemetry';
import type { Transaction } from '../db/database.ts';
import { readEdgeAddress, reachableUrl } from '../fleet/edge-address.ts';
import { notFound } from '../app-error.ts';
import { mount } from '../http/mount.ts';
import type { Api, CreateCapability } from '../platform.ts';
import { pruneTelemetry } from '../telemetry/jobs.ts';
import { listLogPage } from '../telemetry/log-list.ts';
import { readMetrics } from '../telemetry/read-metrics.ts';
import { findDocument } from '../resources/openapi/store.ts';
import { listProblemPage } from '../resources/problems/store.ts';
import { findResource, listResourcePage } from '../resources/list/store.ts';
import { CompiledClusters } from '../resources/compiled-clusters.ts';
import { mountExplain } from '../why/routes.ts';
import { ApiExposures } from '../resources/apis/api-exposures.ts';
import { listApiPage } from '../resources/apis/api-list.ts';
import {
  createCluster,
  deleteCluster,
  getCluster,
  resolveCluster,
  revokeToken,
  rotateToken,
} from './service.ts';
import { listClusterPage } from './store.ts';

/** Clusters, and what their agents reported. */
export const clusters: CreateCapability = ({ db }) => ({
  routes: mountClusterRoutes,
  jobs: pruneTelemetry(db),
});

function mountClusterRoutes(api: Api): void {
  mount(api, clusterRoutes.listClusters, ({ workspace, query }, { tx }) =>
    listClusterPage(tx, workspace.id, query),
  );
  mount(api, clusterRoutes.getCluster, ({ workspace, params }, { tx }) =>
    getCluster(tx, workspace.id, params.cluster),
  );
  mount(api, clusterRoutes.createCluster, ({ workspace, body }, work) =>
    createCluster(work, workspace.id, body.name),
  );
  mount(api, clusterRoutes.rotateClusterToken, ({ workspace, params }, work) =>
    rotateToken(work, workspace.id, params.cluster),
  );
  mount(api, clusterRoutes.revokeClusterToken, ({ workspace, params }, work) =>
    revokeToken(work, workspace.id, params.cluster),
  );
  mount(api, clusterRoutes.deleteCluster, ({ workspace, params }, work) =>
    deleteCluster(work, workspace.id, params.cluster),
  );
  const compiled = new CompiledClusters();
  mountResourceRoutes(api, compiled);
  mountExplain(api, compiled);
  mountTelemetryRoutes(api);
}

function mountResourceRoutes(api: Api, compiled: CompiledClusters): void {
  const exposures = new ApiExposures(compiled);
  mount(api, resourceRoutes.listResources, async ({ workspace, query }, { tx }) =>
    withReachableUrls(tx, await listResourcePage(tx, workspace.id, query)),
  );
  mount(api, resourceRoutes.getResource, async ({ workspace, query }, { tx }) => {
    const cluster = await resolveCluster(tx, workspace.id, query.cluster);
    const resource = await findResource(tx, cluster.id, query.key);
    if (!resource) throw notFound(`resource ${query.key}`);
    const edge = await readEdgeAddress(tx);
    return { ...resource, urls: resource.urls.map((url) => reachableUrl(url, edge)) };
  });
  mount(api, resourceRoutes.getOpenApi, async ({ workspace, query }, { tx }) => {
    const cluster = await resolveCluster(tx, workspace.id, query.cluster);
    const document = await findDocument(tx, cluster.id, query.key);
    if (!document) throw notFound(`OpenAPI document of ${query.key}`);
    return document;
  });
  mount(api, resourceRoutes.listProblems, ({ workspace, query }, { tx }) =>
    listProblemPage(tx, workspace.id, query),
  );
  mount(api, resourceRoutes.listApis, async ({ workspace, query }, { tx }) =>
    withReachableUrls(tx, await listApiPage(tx, workspace.id, query, exposures)),
  );
}

/** Agents report URLs by name; how the edge is reached is the platform's to know. */
async function withReachableUrls<P extends { readonly items: readonly { readonly urls: string[] }[] }>(
  tx: Transaction,
  page: P,
): Promise<P> {
  const edge = await readEdgeAddress(tx);
  const items = page.items.map((item) => ({
    ...item,
    urls: item.urls.map((url) => reachableUrl(url, edge)),
  }));
  return { ...page, items };
}

function mountTelemetryRoutes(api: Api): void {
  mount(api, getMetrics, async ({ workspace, query }, { tx }) => {
    const cluster =
      query.cluster === undefined ? null : (await getCluster(tx, workspace.id, query.cluster)).id;
    return { series: await readMetrics(tx, workspace.id, cluster, query) };
  });
  mount(api, listLogs, ({ workspace, query }, { tx }) => listLogPage(tx, workspace.id, query));
}
