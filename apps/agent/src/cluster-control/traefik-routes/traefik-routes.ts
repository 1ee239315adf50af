import { objectKey } from '@portolan/resources/kinds/object';
import type { Model, Route } from '@portolan/resources/model/model';
import { formatRule } from '@portolan/resources/rules/format';
import type { MadeObject } from '../../kubernetes/writer/made-object.ts';
import { certificateHosts } from './route-certificates.ts';
import { middlewaresOf } from './route-middlewares.ts';
import { ingressRoute, middleware, shortHash, tlsSecret } from './traefik-objects.ts';

/** Traefik's priorities are whole numbers; fractions of ours order versions with more and fewer conditions. */
const PRIORITY_SCALE = 1_000;
/** Kinds of routes that no object in the cluster describes to Traefik. */
const CARRIED: ReadonlySet<Route['kind']> = new Set(['api', 'edge-ingress', 'portal']);
/** Service of the agent's portals, and the name of its port. */
const PORTAL_SERVICE = { name: 'apiportal', port: 'http' };

export interface TraefikRoutesOptions {
  /** Where Traefik reaches the agent's auth service. */
  readonly authUrl: string;
  /** Entry points of Traefik on which the routes are served as they are: TLS is that of the entry point. */
  readonly entryPoints: readonly string[];
  /** Entry points on which they are served by TLS, with the certificates of their hosts. */
  readonly tlsEntryPoints: readonly string[];
  /** The one of them that connections through tunnels reach; null when these end at the agent's own gateway. */
  readonly tunnelEntryPoint: string | null;
  /** Namespace with the Service of the agent's portals; null when nothing can be made there. */
  readonly ownNamespace: string | null;
}

/** What makes Traefik carry the traffic of APIs, edge ingresses and portals. */
export interface TraefikRoutes {
  readonly objects: readonly MadeObject[];
  /** Hosts that Traefik can serve by TLS as a whole, with the `objectKey`s of the IngressRoutes it needs for that. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

/**
 * Returns IngressRoutes for the routes of the model, in the namespaces of their Services, with Middlewares and the certificates of
 * their hosts. Traefik asks the agent about each request; the model decides there as it does in the agent's own gateway.
 */
export function traefikRoutes(model: Model, options: TraefikRoutesOptions): TraefikRoutes {
  const made = new Map<string, MadeObject>();
  const hosts = new Map<string, string[]>();
  const notCarried = new Set<string>();
  const add = (object: MadeObject): string => {
    const key = objectKey(object.object);
    made.set(key, object);
    return key;
  };
  for (const route of model.routes) {
    const backend = CARRIED.has(route.kind) ? backendOf(route, options) : null;
    if (backend === null) {
      for (const host of route.hosts) notCarried.add(host);
      continue;
    }
    const middlewares = middlewaresOf(route, model.apiAuth, options.authUrl).map(([use, spec]) =>
      middleware(backend.namespace, use, spec),
    );
    for (const each of middlewares) add(each);
    const names = middlewares.map(({ object }) => object.metadata.name);
    if (options.entryPoints.length > 0 && route.kind !== 'portal')
      add(plainRoute(route, backend, names, options.entryPoints));
    if (options.tlsEntryPoints.length === 0) continue;
    for (const { secret, hosts: ofSecret } of certificateHosts(model, route)) {
      if (secret !== null) add(tlsSecret(backend.namespace, secret.name, secret.certificate));
      const key = add(tlsRoute(route, backend, names, { ...options, secret: secret?.name, hosts: ofSecret }));
      for (const host of ofSecret)
        if (secret === null) notCarried.add(host);
        else hosts.set(host, [...(hosts.get(host) ?? []), key]);
    }
  }
  for (const host of notCarried) hosts.delete(host);
  if (options.tunnelEntryPoint !== null && options.ownNamespace !== null)
    add(catchAll(options.ownNamespace, options.tunnelEntryPoint));
  return { objects: [...made.values()], hosts };
}

interface Backend {
  readonly namespace: string;
  /** An entry of `services` of an IngressRoute. */
  readonly service: object;
}

/** Returns where a route leads; null for what Traefik cannot be told. */
function backendOf({ target }: Route, { ownNamespace }: TraefikRoutesOptions): Backend | null {
  if (target.kind === 'portal')
    return ownNamespace === null ? null : { namespace: ownNamespace, service: PORTAL_SERVICE };
  if (target.kind !== 'service') return null;
  const { service, port, scheme, passHostHeader } = target.service;
  const [namespace = '', name = ''] = service.split('/');
  return {
    namespace,
    service: {
      name,
      port,
      ...(scheme === 'http' ? {} : { scheme }),
      ...(passHostHeader ? {} : { passHostHeader: false }),
    },
  };
}

function plainRoute(
  route: Route,
  { namespace, service }: Backend,
  middlewares: readonly string[],
  entryPoints: readonly string[],
): MadeObject {
  const rule = ruleOf(route, formatRule(route.rule), middlewares, service);
  return ingressRoute(namespace, `portolan-${shortHash(route.id)}`, { entryPoints, routes: [rule] });
}

/** An IngressRoute names one Secret, so that there is one for each certificate, limited to the hosts that have it. */
function tlsRoute(
  route: Route,
  { namespace, service }: Backend,
  middlewares: readonly string[],
  tls: {
    readonly tlsEntryPoints: readonly string[];
    readonly secret: string | undefined;
    readonly hosts: readonly string[];
  },
): MadeObject {
  const all = formatRule(route.rule);
  const some = tls.hosts.map((host) => formatRule({ kind: 'host', host })).join(' || ');
  const match = tls.hosts.length === route.hosts.length ? all : `(${some}) && (${all})`;
  return ingressRoute(namespace, `portolan-${shortHash(`${route.id} ${tls.secret ?? ''}`)}-tls`, {
    entryPoints: tls.tlsEntryPoints,
    routes: [ruleOf(route, match, middlewares, service)],
    tls: tls.secret === undefined ? {} : { secretName: tls.secret },
  });
}

function ruleOf(route: Route, match: string, middlewares: readonly string[], service: object): object {
  return {
    kind: 'Rule',
    match,
    priority: Math.max(1, Math.round(route.priority * PRIORITY_SCALE)),
    ...(middlewares.length === 0 ? {} : { middlewares: middlewares.map((name) => ({ name })) }),
    services: [service],
  };
}

/** Lets the agent respond to what comes through tunnels for hosts that Traefik does not know. */
function catchAll(namespace: string, entryPoint: string): MadeObject {
  return ingressRoute(namespace, 'portolan-catch-all', {
    entryPoints: [entryPoint],
    routes: [{ kind: 'Rule', match: 'PathPrefix(`/`)', priority: 1, services: [PORTAL_SERVICE] }],
    tls: {},
  });
}
