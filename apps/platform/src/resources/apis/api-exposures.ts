import type { ApiView } from '@portolan/contract/resources';
import type { ApiGuard, Model } from '@portolan/resources/model/model';
import type { ObjectRef } from '@portolan/resources/model/object-ref';
import type { Queries } from '../../db/database.ts';
import type { CompiledClusters } from '../compiled-clusters.ts';

/** Collections, gateways and access rules of an API, as the gateway applies them. */
export interface ApiExposure {
  readonly collections: readonly string[];
  readonly gateways: readonly string[];
  readonly routes: readonly string[];
  readonly access: ApiView['access'];
}

/** Exposures of clusters' APIs, computed once per model. */
export class ApiExposures {
  readonly #compiled: CompiledClusters;
  readonly #known = new WeakMap<Model, ReadonlyMap<string, ApiExposure>>();

  constructor(compiled: CompiledClusters) {
    this.#compiled = compiled;
  }

  async of(db: Queries, clusterId: string): Promise<ReadonlyMap<string, ApiExposure>> {
    const { model } = await this.#compiled.of(db, clusterId);
    const known = this.#known.get(model) ?? exposuresOf(model);
    this.#known.set(model, known);
    return known;
  }
}

function exposuresOf(model: Model): ReadonlyMap<string, ApiExposure> {
  const guarded = model.routes.flatMap(({ guard, owner }) =>
    guard.kind === 'api' ? [{ guard: guard.api, owner }] : [],
  );
  const byApi = Map.groupBy(guarded, ({ guard }) => guard.api.key);
  return new Map([...byApi].map(([key, of]) => [key, exposureOf(of)]));
}

function exposureOf(of: readonly { readonly guard: ApiGuard; readonly owner: ObjectRef }[]): ApiExposure {
  const guards = of.map(({ guard }) => guard);
  const owners = of.flatMap(({ guard, owner }) =>
    guard.gateway === null ? [`${owner.kind} ${owner.name}`] : [],
  );
  const grants = new Map(
    guards.flatMap(({ grants: of }) => of.map((grant) => [grant.access.key, grant] as const)),
  );
  return {
    collections: names(guards.flatMap(({ collection }) => (collection ? [collection] : []))),
    gateways: names(guards.flatMap(({ gateway }) => (gateway ? [gateway] : []))),
    routes: [...new Set(owners)].toSorted(),
    access: [...grants.values()].map(({ access, groups, applications = [] }) => ({
      name: access.name,
      groups: groups === 'any' ? [] : [...groups],
      any: groups === 'any',
      applications: [...applications],
    })),
  };
}

function names(refs: readonly ObjectRef[]): string[] {
  return [...new Set(refs.map(({ name }) => name))].toSorted();
}
