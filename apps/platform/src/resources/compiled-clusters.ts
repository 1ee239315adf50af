import type { ApiAuthSetting } from '@portolan/contract/settings';
import { Compiler, type CompileContext, type CompileOptions } from '@portolan/resources/compile/compiler';
import { buildRouter, type Router } from '@portolan/resources/decide/router';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { SourcedObject } from '@portolan/resources/manifests/load';
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

interface Settings {
  readonly options: CompileOptions;
  readonly hosts: Awaited<ReturnType<typeof listObjectHosts>>;
  readonly apiAuth: ApiAuthSetting;
}

async function compile(db: Queries, clusterId: string, settings: Settings): Promise<CompiledCluster> {
  const { reported, options, context } = await inputsOf(db, clusterId, settings);
  const { model } = new Compiler(options).update({ upserts: [...reported.values()], context });
  return { model, router: buildRouter(model) };
}

/** What the model of a cluster is compiled from; objects by their key. */
export interface CompileInputs {
  readonly reported: ReadonlyMap<string, SourcedObject>;
  readonly options: CompileOptions;
  readonly context: CompileContext;
}

/** Returns what the model of a cluster is compiled from, by its report. */
export async function readCompileInputs(db: Queries, clusterId: string): Promise<CompileInputs> {
  return inputsOf(db, clusterId, {
    options: compileOptionsOf(await findReportState(db, clusterId)),
    hosts: await listObjectHosts(db, clusterId),
    apiAuth: await shownApiAuthOf(db, clusterId),
  });
}

async function inputsOf(
  db: Queries,
  clusterId: string,
  { options, hosts, apiAuth }: Settings,
): Promise<CompileInputs> {
  const rows = await listReportedObjects(db, clusterId);
  return {
    options,
    // Reported objects were validated by the agent with the same code.
    reported: new Map(
      rows.map(({ key, object, owner }) => [
        key,
        { object: object as unknown as KubernetesObject, origin: originOf(owner) },
      ]),
    ),
    context: {
      domains: new Map(hosts.map(({ key, generated, custom }) => [key, { generated, custom }])),
      apiAuth: apiAuth as ApiAuth,
    },
  };
}
