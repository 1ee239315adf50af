import type { Route, Target } from '../../model/model.ts';
import type { Portal } from '../../model/portal.ts';
import type { Rule } from '../../model/rule.ts';
import { formatRule } from '../../rules/format.ts';
import type { Reader } from '../reader.ts';
import { domainsOf } from './managed-keys.ts';

/** Paths of a portal that stay its own when a Service serves its pages. */
const OWN_PATHS = ['/api', '/callback', '/login', '/logout', '/preview'];

/**
 * Returns the routes of a portal on its own hosts; `pages` is a Service that serves its pages in place of the portal. Other routes
 * of the hosts have longer rules and go first.
 */
export function portalRoutes(reader: Reader, portal: Portal, pages: Target | null): Route[] {
  const own: Target = { kind: 'portal', portal };
  return domainsOf(reader, reader.self.key).flatMap((host) => {
    const routes = [routeOf(reader, { host, path: null, target: pages ?? own })];
    if (pages !== null) routes.push(...OWN_PATHS.map((path) => routeOf(reader, { host, path, target: own })));
    return routes;
  });
}

function routeOf(
  { self }: Reader,
  { host, path, target }: { readonly host: string; readonly path: string | null; readonly target: Target },
): Route {
  const hostRule: Rule = { kind: 'host', host };
  const rule: Rule =
    path === null
      ? hostRule
      : { kind: 'and', rules: [hostRule, { kind: 'pathPrefix', prefix: path, segments: true }] };
  return {
    id: `portal/${self.namespace}/${self.name}/${host}${path ?? ''}`,
    owner: self,
    kind: 'portal',
    rule,
    priority: Buffer.byteLength(formatRule(rule)),
    hosts: [host],
    isAtEdge: true,
    guard: { kind: 'open' },
    middlewares: [],
    target,
  };
}
