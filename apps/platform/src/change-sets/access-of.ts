import type { ApiGuard, Limit, Model, Route } from '@portolan/resources/model/model';
import type { ObjectRef } from '@portolan/resources/model/object-ref';

/** Everyone who is signed in, where a group is named. */
export const EVERYONE = '*';

/** An API as its callers find it in a model. */
export interface ApiReach {
  readonly api: ObjectRef;
  /** What each group may do, in a form that tells whether it is the same. */
  readonly rights: ReadonlyMap<string, ReadonlySet<string>>;
  /** Where it is called. */
  readonly paths: ReadonlySet<string>;
  readonly limits: readonly Limit[];
  /** By which requests it is called, beside its paths. */
  readonly rules: readonly unknown[];
  /** What else callers could notice. */
  readonly behaviour: readonly unknown[];
}

/** Every API of a model that can be called at all, by key. */
export function reachOf(model: Model): ReadonlyMap<string, ApiReach> {
  const routes = model.routes.flatMap((route) =>
    route.guard.kind === 'api' ? [{ route, guard: route.guard.api }] : [],
  );
  const byApi = Map.groupBy(routes, ({ guard }) => guard.api.key);
  return new Map([...byApi].map(([key, of]) => [key, reachOfOne(of)]));
}

interface Guarded {
  readonly route: Route;
  readonly guard: ApiGuard;
}

function reachOfOne(of: readonly Guarded[]): ApiReach {
  const rights = new Map<string, Set<string>>();
  for (const { guard } of of) {
    for (const [group, right] of rightsOf(guard)) {
      const known = rights.get(group) ?? new Set();
      rights.set(group, known.add(right));
    }
  }
  const limits = new Map(
    of.flatMap(({ guard }) => guard.limits.map((limit) => [JSON.stringify(limit), limit])),
  );
  return {
    api: of[0]?.guard.api ?? NOWHERE,
    rights,
    paths: new Set(of.flatMap(pathsOf)),
    limits: [...limits].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, limit]) => limit),
    rules: of.map(({ route: { rule, priority, scheme } }) => ({ rule, priority, scheme })),
    behaviour: of.map(behaviourOf),
  };
}

const NOWHERE: ObjectRef = { key: '', kind: '', namespace: '', name: '' };

/** Each right of each group: at which gateway, of which version, which operations. */
function* rightsOf({
  gateway,
  collection,
  version,
  grants,
  operationSets,
}: ApiGuard): Generator<[string, string]> {
  const place = JSON.stringify([gateway.key, collection?.key, version?.key]);
  for (const { groups, operations } of grants) {
    const rights =
      operations === null
        ? [`${place} all`]
        : operations.flatMap((set) =>
            (operationSets.get(set) ?? []).map((matcher) => `${place} ${JSON.stringify(matcher)}`),
          );
    for (const group of groups === 'any' ? [EVERYONE] : groups)
      for (const right of rights) yield [group, right];
  }
}

function pathsOf({ route, guard }: Guarded): string[] {
  const path = `${guard.prefix}${guard.versionPrefix}` || '/';
  return route.hosts.length === 0 ? [path] : route.hosts.map((host) => `${host}${path}`);
}

function behaviourOf({ route, guard }: Guarded): unknown {
  const { cors, headers, stripVersionPrefix, release } = guard;
  const { middlewares, target } = route;
  return { cors, headers, stripVersionPrefix, release, middlewares, target };
}
