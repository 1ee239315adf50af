import type { ApiGuard, Model, Route } from '@portolan/resources/model/model';
import { compareText } from '@portolan/resources/model/compare';
import type { Portal } from '@portolan/resources/model/portal';

/** An API as a portal lists it: once by itself, and once in each collection it is reached through. */
export interface ListedApi {
  /** `name@namespace`, as in the portal's URLs. */
  readonly id: string;
  /** `objectKey`. */
  readonly key: string;
  /** What the API itself says, in generation v3; empty: its document says it. */
  readonly title: string;
  readonly description: string;
  readonly name: string;
  readonly namespace: string;
  readonly collection: string | null;
  /** Newest release first, the current one before all; one entry for an API without versions. */
  readonly versions: readonly ListedVersion[];
}

export interface ListedVersion {
  /** Name of the APIVersion; null for an API without versions. */
  readonly name: string | null;
  readonly title: string;
  readonly release: string | null;
  readonly isCurrent: boolean;
  /** `objectKey` of what names its OpenAPI document. */
  readonly documentKey: string;
  /** What requests to it are routed by; one for each host and condition. */
  readonly routes: readonly ApiRoute[];
}

export interface ApiRoute {
  readonly route: Route;
  readonly guard: ApiGuard;
  readonly host: string;
}

const catalogues = new WeakMap<Model, Map<string, readonly ListedApi[]>>();

/** Returns all APIs of a portal by name, without regard to rights. Cached as long as the model. */
export function catalogueOf(model: Model, portal: Portal): readonly ListedApi[] {
  let ofModel = catalogues.get(model);
  if (ofModel === undefined) catalogues.set(model, (ofModel = new Map()));
  let listed = ofModel.get(portal.source.key);
  if (listed === undefined) {
    listed = listApis(model, portal);
    ofModel.set(portal.source.key, listed);
  }
  return listed;
}

function listApis(model: Model, portal: Portal): ListedApi[] {
  const routes = model.routes.flatMap((route): ApiRoute[] => {
    const { guard, hosts } = route;
    const [host] = hosts;
    if (guard.kind !== 'api' || host === undefined || !shows(portal, guard.api)) return [];
    return [{ route, guard: guard.api, host }];
  });
  const byApi = Map.groupBy(
    routes,
    ({ guard: { api, collection } }) => `${api.key} ${collection?.name ?? ''}`,
  );
  return [...byApi.values()]
    .flatMap((of) => (of[0] === undefined ? [] : [listedApi(model, of[0].guard, of)]))
    .toSorted((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id));
}

function shows({ shows: shown }: Portal, { gateway, api }: ApiGuard): boolean {
  return shown.kind === 'gateway' ? gateway?.key === shown.key : api.namespace === shown.namespace;
}

function listedApi(
  { catalogue }: Model,
  { api, collection }: ApiGuard,
  routes: readonly ApiRoute[],
): ListedApi {
  const byVersion = Map.groupBy(routes, ({ guard }) => guard.version?.key ?? '');
  const versions = [...byVersion.values()].flatMap((of) =>
    of[0] === undefined ? [] : [listedVersion(of[0].guard, of)],
  );
  const { name, namespace, key } = api;
  const entry = catalogue.get(key);
  return {
    key,
    title: entry?.kind === 'api' ? entry.title : '',
    description: entry?.kind === 'api' ? entry.description : '',
    id: `${name}@${namespace}`,
    name,
    namespace,
    collection: collection?.name ?? null,
    versions: versions.toSorted(compareVersions),
  };
}

function listedVersion(
  { api, version, release, versionTitle, isCurrentVersion }: ApiGuard,
  routes: readonly ApiRoute[],
): ListedVersion {
  return {
    name: version?.name ?? null,
    title: versionTitle ?? '',
    release,
    isCurrent: isCurrentVersion === true,
    documentKey: version?.key ?? api.key,
    // Hosts at the edge are reached from everywhere.
    routes: routes.toSorted((a, b) => Number(b.route.isAtEdge ?? false) - Number(a.route.isAtEdge ?? false)),
  };
}

function compareVersions(a: ListedVersion, b: ListedVersion): number {
  if (a.isCurrent !== b.isCurrent) return a.isCurrent ? -1 : 1;
  return compareReleases(b.release, a.release) || compareText(a.name ?? '', b.name ?? '');
}

/** By number, part for part; a pre-release comes before its release (Semantic Versioning 2.0.0 §11). */
function compareReleases(a: string | null, b: string | null): number {
  const [first, second] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (first.numbers[index] ?? 0) - (second.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (first.isPreRelease !== second.isPreRelease) return first.isPreRelease ? -1 : 1;
  return compareText(a ?? '', b ?? '');
}

function partsOf(release: string | null): { numbers: readonly number[]; isPreRelease: boolean } {
  const [core = '', ...rest] = (release ?? '').replace(/^v/, '').split(/[-+]/);
  return { numbers: core.split('.').map((part) => Number(part) || 0), isPreRelease: rest.length > 0 };
}
