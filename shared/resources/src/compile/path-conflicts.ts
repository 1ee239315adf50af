import type { Route } from '../model/model.ts';
import { compareRoutes } from '../model/compare.ts';
import type { Problem } from '../problem.ts';
import { formatRule } from '../rules/format.ts';
import { hostsOf } from '../rules/hosts.ts';

/** Finds different APIs that compose the same path on the same host: the first by name answers, the others are told. */
export class PathConflicts {
  readonly #claims = new Map<string, Set<Route>>();
  readonly #contested = new Set<string>();

  apply(gone: Iterable<Route>, come: Iterable<Route>): void {
    for (const route of gone)
      for (const claim of claimsOf(route)) this.#change(claim, (routes) => routes.delete(route));
    for (const route of come)
      for (const claim of claimsOf(route)) this.#change(claim, (routes) => routes.add(route));
  }

  problems(): ReadonlyMap<string, readonly Problem[]> {
    const problems = new Map<string, Problem[]>();
    for (const claim of [...this.#contested].toSorted()) {
      const routes = [...(this.#claims.get(claim) ?? [])].toSorted(compareRoutes);
      const [winner, ...losers] = routes;
      if (winner === undefined) continue;
      for (const loser of losers.filter((route) => route.owner.key !== winner.owner.key)) {
        const list = problems.get(loser.owner.key) ?? [];
        list.push(conflict(loser, winner, claim));
        problems.set(loser.owner.key, list);
      }
    }
    return problems;
  }

  #change(claim: string, change: (routes: Set<Route>) => void): void {
    const routes = this.#claims.get(claim) ?? new Set();
    change(routes);
    if (routes.size === 0) this.#claims.delete(claim);
    else this.#claims.set(claim, routes);
    const owners = new Set([...routes].map((route) => route.owner.key));
    if (owners.size > 1) this.#contested.add(claim);
    else this.#contested.delete(claim);
  }
}

function claimsOf(route: Route): readonly string[] {
  if (route.kind !== 'api' || route.rule.kind !== 'and') return [];
  const conditions = route.rule.rules.filter((rule) => hostsOf(rule).length === 0);
  const text = formatRule({ kind: 'and', rules: conditions });
  return route.hosts.map((host) => `${host} ${text}`);
}

function conflict(loser: Route, winner: Route, claim: string): Problem {
  const { kind, namespace, name } = loser.owner;
  const [host] = claim.split(' ');
  const prefix =
    loser.guard.kind === 'api' ? `${loser.guard.api.prefix}${loser.guard.api.versionPrefix}` : '';
  return {
    code: 'path-conflict',
    severity: 'warning',
    kind,
    namespace,
    name,
    field: 'spec.pathPrefix',
    message: `https://${host}${prefix || '/'} is also a path of API "${winner.owner.name}" in namespace "${winner.owner.namespace}", which takes precedence`,
    fix: 'change the pathPrefix of one of them, or put it in a collection with a pathPrefix',
  };
}
