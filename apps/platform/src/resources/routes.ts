import * as contract from '@portolan/contract/resources';
import { notFound } from '../app-error.ts';
import { resolveCluster } from '../clusters/service.ts';
import type { Transaction } from '../db/database.ts';
import { readEdgeAddress } from '../fleet/broker-store.ts';
import { reachableUrl } from '../fleet/edge-address.ts';
import { mount } from '../http/mount.ts';
import type { CreateCapability } from '../platform.ts';
import { ApiExposures } from './apis/api-exposures.ts';
import { listApiPage } from './apis/store.ts';
import { findResource, listResourcePage } from './list/store.ts';
import { findDocument } from './openapi/store.ts';
import { listProblemPage } from './problems/store.ts';

/** Routes for reported resources: objects, APIs, OpenAPI documents, problems. */
export const resources: CreateCapability = () => ({
  routes(api) {
    const exposures = new ApiExposures(api.compiledClusters);
    mount(api, contract.listResources, async ({ workspace, query }, { tx }) =>
      withReachableUrls(tx, await listResourcePage(tx, workspace.id, query)),
    );
    mount(api, contract.getResource, async ({ workspace, query }, { tx }) => {
      const cluster = await resolveCluster(tx, workspace.id, query.cluster);
      const resource = await findResource(tx, cluster.id, query.key);
      if (!resource) throw notFound(`resource ${query.key}`);
      const edge = await readEdgeAddress(tx);
      return { ...resource, urls: resource.urls.map((url) => reachableUrl(url, edge)) };
    });
    mount(api, contract.getOpenApi, async ({ workspace, query }, { tx }) => {
      const cluster = await resolveCluster(tx, workspace.id, query.cluster);
      const document = await findDocument(tx, cluster.id, query.key);
      if (!document) throw notFound(`OpenAPI document of ${query.key}`);
      return document;
    });
    mount(api, contract.listProblems, ({ workspace, query }, { tx }) =>
      listProblemPage(tx, workspace.id, query),
    );
    mount(api, contract.listApis, async ({ workspace, query }, { tx }) =>
      withReachableUrls(tx, await listApiPage(tx, workspace.id, query, exposures)),
    );
  },
});

/** Replaces reported URLs with reachable ones: only the platform knows the address of the edge. */
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
