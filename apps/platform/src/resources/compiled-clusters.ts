import type { ApiAuthSetting } from '@portolan/contract/settings';
import { Compiler, type CompileOptions } from '@portolan/resources/compile/compiler';
import { buildRouter, type Router } from '@portolan/resources/decide/router';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Model } from '@portolan/resources/model/model';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import type { Queries } from '../db/database.ts';
import { compileOptionsOf, findReportState } from './reports/store.ts';
import { listReportedObjects } from './list/object-store.ts';
import { shownApiAuthOf } from '../workspaces/settings/api-auth-store.ts';
import { originOf } from './origin.ts';
import { listObjectHosts } from '../domains/store.ts';

/** Model and router of a cluster's gateways, compiled from its report; secrets are not reported. */
export interface CompiledCluster {
  readonly model: Model;
  readonly router: Router;
}

interface Cached extends CompiledCluster {
  /** Report sequence, options of the agent, hosts and authentication setting that it was compiled from. */
  readonly basis: string;
}

const CACHED_MAX = 64;

/**
 * Cache of models of clusters, compiled from their reports. A cluster is recompiled when its report, hosts or authentication
 * setting change.
 */
export class CompiledClusters {
  readonly #cache = new Map<string, Cached>();

  async of(db: Queries, clusterId: string): Promise<CompiledCluster> {
    const report = await findReportState(db, clusterId);
    const hosts = await listObjectHosts(db, clusterId);
    const apiAuth = await shownApiAuthOf(db, clusterId);
    const options = compileOptionsOf(report);
    const basis = JSON.stringify([report?.sequence ?? null, options, hosts, apiAuth]);
    const known = this.#cache.get(clusterId);
    this.#cache.delete(clusterId);
    const current =
      known?.basis === basis
        ? known
        : { basis, ...(await compile(db, clusterId, { options, hosts, apiAuth })) };
    this.#cache.set(clusterId, current);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED_MAX && oldest !== undefined) this.#cache.delete(oldest);
    return current;
  }
}

async function compile(
  db: Queries,
  clusterId: string,
  {
    options,
    hosts,
    apiAuth,
  }: {
    readonly options: CompileOptions;
    readonly hosts: Awaited<ReturnType<typeof listObjectHosts>>;
    readonly apiAuth: ApiAuthSetting;
  },
): Promise<CompiledCluster> {
  const rows = await listReportedObjects(db, clusterId);
  const { model } = new Compiler(options).update({
    // Reported objects were validated by the agent with the same code.
    upserts: rows.map(({ object, owner }) => ({
      object: object as unknown as KubernetesObject,
      origin: originOf(owner),
    })),
    context: {
      domains: new Map(hosts.map(({ key, generated, custom }) => [key, { generated, custom }])),
      apiAuth: apiAuth as ApiAuth,
    },
  });
  return { model, router: buildRouter(model) };
}
