import type { KubernetesObject } from '../../kinds/object.ts';
import { isRecord } from '../../kinds/object.ts';
import { findKind } from '../../kinds/registry.ts';
import type { ImportedGateway, ImportedRoute, ImportedUpstream } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';
import { FileMiddlewares } from './file-middlewares.ts';
import { FileServices } from './file-services.ts';

const OLD_GROUP = 'traefik.containo.us/';

/** Reads dynamic configuration of Traefik's file provider. https://doc.traefik.io/traefik/reference/dynamic-configuration/file/ */
export function importTraefikFile(roots: readonly SourceMap[], losses: Losses): ImportedGateway {
  const routes: ImportedRoute[] = [];
  const upstreams: ImportedUpstream[] = [];
  for (const root of roots) {
    const http = root.map('http');
    nameUnserved(root, losses);
    if (http === undefined) continue;
    const services = new FileServices(http, losses);
    const middlewares = new FileMiddlewares(http, losses);
    for (const [name, map] of http.entries('routers')) {
      const route = readRouter(name, map, { services, middlewares, losses });
      if (route === null) map.skipAll();
      else routes.push(route);
    }
    upstreams.push(...services.upstreams());
  }
  return { upstreams, callers: [], routes };
}

function nameUnserved(root: SourceMap, losses: Losses): void {
  for (const key of ['tcp', 'udp'])
    if (root.has(key)) losses.add('ignored', root.at(key), 'streams are not served: only HTTP is');
  if (root.has('tls'))
    losses.add(
      'ignored',
      root.at('tls'),
      'files of certificates and TLS options are not imported: create TLS Secrets and TLSOptions',
    );
  root.skip('tcp', 'udp', 'tls');
}

interface FileContext {
  readonly services: FileServices;
  readonly middlewares: FileMiddlewares;
  readonly losses: Losses;
}

function readRouter(
  name: string,
  map: SourceMap,
  { services, middlewares, losses }: FileContext,
): ImportedRoute | null {
  const withhold = (path: string, message: string): null => {
    losses.add('withheld', path, message);
    return null;
  };
  const match = map.text('rule');
  const service = map.text('service');
  if (match === undefined || service === undefined) return withhold(map.path, 'names no rule or no service');
  const made = middlewares.read(map.texts('middlewares') ?? [], map.at('middlewares'));
  if (made === null) return withhold(map.path, 'is not imported, since it would let more requests through');
  const found = services.find(service);
  if (found === null)
    return withhold(map.at('service'), `service "${service}" is not in these files, or does not speak HTTP`);
  const priority = map.number('priority');
  const syntax = map.text('ruleSyntax') === 'v2' ? ({ syntax: 'v2' } as const) : {};
  map.skip('observability');
  return {
    name,
    path: map.path,
    api: { name, title: name },
    rules: [{ match, ...syntax, ...(priority ? { priority: Math.trunc(priority) } : {}) }],
    scheme: schemeOf(map, losses),
    access: made.access,
    before: made.before,
    after: made.after,
    deniedAddresses: [],
    upstreams: found,
  };
}

function schemeOf(map: SourceMap, losses: Losses): ImportedRoute['scheme'] {
  const entryPoints = map.texts('entryPoints') ?? [];
  const isTls = map.has('tls');
  const tls = map.map('tls');
  for (const key of tls?.keys ?? [])
    losses.add('ignored', tls?.at(key) ?? '', 'certificates come from TLS Secrets, options from TLSOptions');
  tls?.skipAll();
  if (isTls) return 'https';
  const isPlain = entryPoints.length > 0 && entryPoints.every((name) => name === 'web' || name === 'http');
  if (entryPoints.length > 0 && !isPlain)
    losses.add(
      'changed',
      map.at('entryPoints'),
      'the route is served plain and over TLS, whatever the entry point',
    );
  return isPlain ? 'http' : null;
}

/** Returns objects of Kubernetes as they are, those of Traefik's old group in the new one. */
export function passTraefikObjects(
  maps: readonly SourceMap[],
  { namespace, losses }: { readonly namespace: string; readonly losses: Losses },
): readonly KubernetesObject[] {
  return maps.flatMap((map) => {
    const { apiVersion, kind, metadata } = map.value;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isRecord(metadata)) return [];
    map.skipAll();
    const { name: written } = metadata;
    const name = typeof written === 'string' ? written : '';
    const renamed = apiVersion.replace(OLD_GROUP, 'traefik.io/');
    const known = findKind(renamed, kind, 'v3');
    if (known === null || /^(?:IngressRoute(?:TCP|UDP)|MiddlewareTCP|ServersTransportTCP)$/.test(kind)) {
      losses.add('ignored', `${kind}/${name}`, 'objects of this kind are not served here');
      return [];
    }
    const placed = {
      ...metadata,
      name,
      ...(known.scope === 'Namespaced' && metadata['namespace'] === undefined ? { namespace } : {}),
    };
    const object: KubernetesObject = { ...map.value, apiVersion: renamed, kind, metadata: placed };
    return [renamed === apiVersion ? object : inOldSyntax(object)];
  });
}

/** Rules of the old group are in the syntax of Traefik v2. */
function inOldSyntax(object: KubernetesObject): KubernetesObject {
  const { spec } = object;
  if (object.kind !== 'IngressRoute' || !isRecord(spec) || !Array.isArray(spec['routes'])) return object;
  const routes = spec['routes'].map((route: unknown) =>
    isRecord(route) ? { syntax: 'v2', ...route } : route,
  );
  return { ...object, spec: { ...spec, routes } };
}
