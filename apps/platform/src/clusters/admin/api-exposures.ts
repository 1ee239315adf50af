import { and, eq, inArray, sql } from 'drizzle-orm';
import { Compiler } from '@portolan/resources/compile/compiler';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { ApiGuard, ObjectRef } from '@portolan/resources/model/model';
import type { Queries } from '../../db/database.ts';
import { agentReports } from '../../db/schema/agent-reports.ts';
import { resources } from '../../db/schema/resources.ts';
import { listObjectHosts } from '../domains/domain-store.ts';

/** How an API is reached, by the rules the gateway itself follows. */
export interface ApiExposure {
  readonly collections: readonly string[];
  readonly gateways: readonly string[];
  readonly access: readonly { readonly name: string; readonly groups: string[]; readonly any: boolean }[];
}

const KINDS = [
  'API',
  'APIVersion',
  'APICollection',
  'APIAccess',
  'APIGateway',
  'Service',
  'EndpointSlice',
  'Endpoints',
];
const CACHED_MAX = 64;

interface Cached {
  readonly sequence: number | null;
  readonly exposures: ReadonlyMap<string, ApiExposure>;
}

/** Exposures of a cluster's APIs, compiled from what it reported; compiled again only after another report. */
export class ApiExposures {
  readonly #cache = new Map<string, Cached>();

  async of(db: Queries, clusterId: string): Promise<ReadonlyMap<string, ApiExposure>> {
    const [report] = await db
      .select({ sequence: agentReports.syncSequence })
      .from(agentReports)
      .where(eq(agentReports.clusterId, clusterId));
    const sequence = report?.sequence ?? null;
    const known = this.#cache.get(clusterId);
    this.#cache.delete(clusterId);
    const current =
      known?.sequence === sequence ? known : { sequence, exposures: await compile(db, clusterId) };
    this.#cache.set(clusterId, current);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > CACHED_MAX && oldest !== undefined) this.#cache.delete(oldest);
    return current.exposures;
  }
}

async function compile(db: Queries, clusterId: string): Promise<ReadonlyMap<string, ApiExposure>> {
  const rows = await db
    .select({ object: resources.object })
    .from(resources)
    .where(and(eq(resources.clusterId, clusterId), inArray(resources.kind, KINDS), sql`true`));
  const hosts = await listObjectHosts(db, clusterId);
  const { model } = new Compiler({ generation: 'v2' }).update({
    // Reported objects were read by the agent with this same code.
    upserts: rows.map(({ object }) => ({
      object: object as unknown as KubernetesObject,
      source: { file: '', line: 1 },
    })),
    context: {
      domains: new Map(hosts.map(({ key, generated, custom }) => [key, { generated, custom }])),
      apiAuth: { kind: 'apiKey', source: { header: 'Authorization', headerAuthScheme: 'Bearer' } },
    },
  });
  const guards = model.routes.flatMap(({ guard }) => (guard.kind === 'api' ? [guard.api] : []));
  const byApi = Map.groupBy(guards, ({ api }) => api.key);
  return new Map([...byApi].map(([key, of]) => [key, exposureOf(of)]));
}

function exposureOf(guards: readonly ApiGuard[]): ApiExposure {
  const grants = new Map(
    guards.flatMap(({ grants: of }) => of.map((grant) => [grant.access.key, grant] as const)),
  );
  return {
    collections: names(guards.flatMap(({ collection }) => (collection ? [collection] : []))),
    gateways: names(guards.map(({ gateway }) => gateway)),
    access: [...grants.values()].map(({ access, groups }) => ({
      name: access.name,
      groups: groups === 'any' ? [] : [...groups],
      any: groups === 'any',
    })),
  };
}

function names(refs: readonly ObjectRef[]): string[] {
  return [...new Set(refs.map(({ name }) => name))].toSorted();
}
