import type { Model } from '@portolan/resources/model/model';
import { normaliseHost } from '@portolan/resources/rules/hosts';
import type { ApiRoute, ListedVersion } from './catalogue/catalogue.ts';
import type { PortalRequest } from './portal-request.ts';

/**
 * Returns the origin at which a host of the gateway is reached from where the caller reached the portal: the same entry, so the same scheme
 * and port, unless the route is served over one scheme only.
 */
export function publicOrigin(
  { exchange }: Pick<PortalRequest, 'exchange'>,
  host: string,
  scheme?: 'http' | 'https',
): string {
  const port = /:(\d{1,5})$/.exec(exchange.host)?.[1];
  const reached = exchange.scheme;
  if (scheme !== undefined && scheme !== reached) return `${scheme}://${host}`;
  return `${reached}://${host}${port === undefined ? '' : `:${port}`}`;
}

/** Returns the routes of an API by which it is reached from where the caller reached the portal: at the edge, or behind another entry. */
export function reachedRoutes(
  { exchange, router }: Pick<PortalRequest, 'exchange' | 'router'>,
  { routes }: ListedVersion,
): readonly ApiRoute[] {
  const name = normaliseHost(exchange.host);
  const isAtEdge = edgeHostsOf(router.model).has(name);
  const same = routes.filter(({ route }) => (route.isAtEdge === true) === isAtEdge);
  return same.length > 0 ? same : routes;
}

const edgeHosts = new WeakMap<Model, ReadonlySet<string>>();

function edgeHostsOf(model: Model): ReadonlySet<string> {
  let hosts = edgeHosts.get(model);
  if (hosts === undefined) {
    const portals = model.routes.filter(
      ({ target, isAtEdge }) => target.kind === 'portal' && isAtEdge === true,
    );
    hosts = new Set(portals.flatMap((route) => route.hosts));
    edgeHosts.set(model, hosts);
  }
  return hosts;
}

/** Returns the origin at which the caller reached the portal. */
export function portalOrigin({ exchange }: Pick<PortalRequest, 'exchange'>): string {
  return `${exchange.scheme}://${exchange.host}`;
}
