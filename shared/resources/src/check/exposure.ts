import type { KubernetesObject } from '../kinds/object.ts';
import { objectKey } from '../kinds/object.ts';
import type { Problem } from '../problem.ts';
import { textAt, textsAt, valuesAt } from './values-at.ts';
import { type ObjectSet, warning } from './object-set.ts';

/** Warnings of generation v2 for gateways and accesses without effect, and for paths two APIs compose. */
export function checkExposure(set: ObjectSet): readonly Problem[] {
  return [...checkGateways(set), ...checkAccesses(set), ...checkVersions(set), ...checkPaths(set)];
}

function checkGateways(set: ObjectSet): readonly Problem[] {
  return set
    .list('APIGateway')
    .filter(({ object }) => textsAt(object, 'spec.apiAccesses[]').length === 0)
    .map((located) =>
      warning(located, {
        code: 'gateway-without-access',
        field: 'spec.apiAccesses',
        message: 'lists no APIAccess, so it exposes no API',
        fix: 'list the APIAccesses to expose in spec.apiAccesses',
      }),
    );
}

function checkAccesses(set: ObjectSet): readonly Problem[] {
  const listed = new Set(
    set.list('APIGateway').flatMap(({ object }) => textsAt(object, 'spec.apiAccesses[]')),
  );
  return set
    .list('APIAccess')
    .filter(({ object }) => !listed.has(object.metadata.name))
    .map((located) =>
      warning(located, {
        code: 'access-without-gateway',
        field: 'metadata.name',
        message: 'no APIGateway lists this access, so it has no effect',
        fix: 'list it in spec.apiAccesses of an APIGateway',
      }),
    );
}

function checkVersions(set: ObjectSet): readonly Problem[] {
  return set.list('APIVersion').flatMap((located) => {
    const { object } = located;
    const api = set.find('API', object.metadata.namespace, textAt(object, 'spec.apiName') ?? '');
    if (api === null || textAt(api, 'spec.currentVersion') !== null) return [];
    const message = `API "${api.metadata.name}" has no versions, so this one is never served`;
    const fix = `set spec.currentVersion of API "${api.metadata.name}" and remove its service`;
    return [warning(located, { code: 'version-of-unversioned', field: 'spec.apiName', message, fix })];
  });
}

/** APIs that an access or a collection names, and those it selects. */
function apisOf(owner: KubernetesObject, set: ObjectSet): readonly (readonly KubernetesObject[])[] {
  const named = valuesAt(owner, 'spec.apis[]').flatMap(({ value }) => {
    const api = set.find('API', textAt(value, 'namespace') ?? 'default', textAt(value, 'name') ?? '');
    return api === null ? [] : [api];
  });
  const selector = valuesAt(owner, 'spec.apiSelector')[0]?.value;
  return [named, set.select('API', selector)];
}

function collectionsOf(access: KubernetesObject, set: ObjectSet): readonly (readonly KubernetesObject[])[] {
  const named = textsAt(access, 'spec.apiCollections[].name').flatMap((name) => {
    const collection = set.find('APICollection', undefined, name);
    return collection === null ? [] : [collection];
  });
  const selector = valuesAt(access, 'spec.apiCollectionSelector')[0]?.value;
  return [named, set.select('APICollection', selector)];
}

// Trailing slashes make no difference to what a composed prefix matches.
function compose(...prefixes: readonly (string | null)[]): string {
  const path = prefixes.map((prefix) => (prefix ?? '').replace(/\/+$/, '')).join('');
  return path === '' ? '/' : path;
}

/** Every path a gateway composes, with the API that claims it; each API and each collection once. */
function* exposedBy(
  gateway: KubernetesObject,
  set: ObjectSet,
): Generator<readonly [string, KubernetesObject]> {
  const names = new Set(textsAt(gateway, 'spec.apiAccesses[]'));
  const accesses = [...names].flatMap((name) => set.find('APIAccess', undefined, name) ?? []);
  for (const api of union(accesses, (access) => apisOf(access, set))) {
    yield [compose(textAt(api, 'spec.pathPrefix')), api];
  }
  for (const collection of union(accesses, (access) => collectionsOf(access, set))) {
    const prefix = textAt(collection, 'spec.pathPrefix');
    for (const api of union([collection], (owner) => apisOf(owner, set))) {
      yield [compose(prefix, textAt(api, 'spec.pathPrefix')), api];
    }
  }
}

// Many accesses select with the same selector, and then share one list, which is added once.
function union(
  owners: readonly KubernetesObject[],
  listsOf: (owner: KubernetesObject) => readonly (readonly KubernetesObject[])[],
): ReadonlySet<KubernetesObject> {
  const lists = new Set(owners.flatMap(listsOf));
  const result = new Set<KubernetesObject>();
  for (const list of lists) for (const object of list) result.add(object);
  return result;
}

function checkPaths(set: ObjectSet): readonly Problem[] {
  const conflicts = new Map<string, Problem>();
  for (const { object: gateway } of set.list('APIGateway')) {
    const claims = new Map<string, Map<string, KubernetesObject>>();
    for (const [path, api] of exposedBy(gateway, set)) {
      const claimants = claims.get(path) ?? new Map<string, KubernetesObject>();
      claims.set(path, claimants.set(objectKey(api), api));
    }
    for (const [path, claimants] of claims) {
      // Without a stated order, the first by name answers; it need not be told.
      const [winner, ...losers] = [...claimants.values()].toSorted((a, b) =>
        objectKey(a) < objectKey(b) ? -1 : 1,
      );
      for (const loser of losers) {
        const key = `${objectKey(loser)} ${path} ${gateway.metadata.name}`;
        if (winner !== undefined) conflicts.set(key, conflict(loser, { winner, path, gateway, set }));
      }
    }
  }
  return [...conflicts.values()];
}

interface Conflict {
  readonly winner: KubernetesObject;
  readonly path: string;
  readonly gateway: KubernetesObject;
  readonly set: ObjectSet;
}

function conflict(loser: KubernetesObject, { winner, path, gateway, set }: Conflict): Problem {
  const { name, namespace } = winner.metadata;
  return warning(set.locate(loser), {
    code: 'path-conflict',
    field: 'spec.pathPrefix',
    message: `on APIGateway "${gateway.metadata.name}", ${path} is also the path of API "${name}" in namespace "${namespace ?? ''}", which takes precedence`,
    fix: 'change the pathPrefix of one of them, or put it in a collection with a pathPrefix',
  });
}
