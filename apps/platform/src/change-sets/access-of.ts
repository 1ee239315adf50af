import type { ApiGuard, Limit, Model, Route } from '@portolan/resources/model/model';
import { publicPath } from '@portolan/resources/decide/public-path';
import type { PlanTerms } from '@portolan/resources/model/plan';
import type { ObjectRef } from '@portolan/resources/model/object-ref';

/** Stands for all signed-in users in place of a group name. */
export const EVERYONE = '*';

/** An API of a model as its callers see it. */
export interface ApiAccess {
  readonly api: ObjectRef;
  /** Rights of each group, serialised so that they can be compared. */
  readonly rights: ReadonlyMap<string, ReadonlySet<string>>;
  /** Paths at which the API is called, with host where there is one. */
  readonly paths: ReadonlySet<string>;
  readonly limits: readonly Limit[];
  /** Routing rules of the API. */
  readonly rules: readonly unknown[];
  /** Further properties that callers can observe. */
  readonly behaviour: readonly unknown[];
}

/** Returns the callable APIs of a model by key. */
export function accessOf(model: Model): ReadonlyMap<string, ApiAccess> {
  const routes = model.routes.flatMap((route) =>
    route.guard.kind === 'api' ? [{ route, guard: route.guard.api }] : [],
  );
  const byApi = Map.groupBy(routes, ({ guard }) => guard.api.key);
  return new Map([...byApi].map(([key, of]) => [key, apiAccessOf(of)]));
}

interface Guarded {
  readonly route: Route;
  readonly guard: ApiGuard;
}

function apiAccessOf(of: readonly Guarded[]): ApiAccess {
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

/** Yields each right of each group: the gateway, version and operation it applies to. */
function* rightsOf({
  gateway,
  collection,
  version,
  grants,
  operationSets,
}: ApiGuard): Generator<[string, string]> {
  const places = [gateway?.key, collection?.key, version?.key];
  for (const { groups, applications = [], operations, terms } of grants) {
    const place = JSON.stringify([...places, ...(terms === undefined ? [] : [termsOf(terms)])]);
    const rights =
      operations === null
        ? [`${place} all`]
        : operations.flatMap((set) =>
            (operationSets.get(set) ?? []).map((matcher) => `${place} ${JSON.stringify(matcher)}`),
          );
    const callers = applications.map((id) => `application ${id}`);
    for (const group of [...(groups === 'any' ? [EVERYONE] : groups), ...callers])
      for (const right of rights) yield [group, right];
  }
}

/** What a plan allows; not what it is called. */
function termsOf({ rateLimit, quota, counted }: PlanTerms): unknown {
  return { rateLimit, quota, counted: counted.key };
}

function pathsOf({ route }: Guarded): string[] {
  const path = publicPath(route);
  return route.hosts.length === 0 ? [path] : route.hosts.map((host) => `${host}${path}`);
}

function behaviourOf({ route, guard }: Guarded): unknown {
  const { cors, headers, stripVersionPrefix, release } = guard;
  const { middlewares, target } = route;
  return { cors, headers, stripVersionPrefix, release, middlewares, target };
}
