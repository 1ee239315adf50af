import { createHash } from 'node:crypto';
import type { ApiAuth } from '@portolan/resources/model/authentication';
import type { Cors, HeaderRules } from '@portolan/resources/model/headers';
import type { Model, Route } from '@portolan/resources/model/model';
import type { ServiceTarget } from '@portolan/resources/model/service';
import { formatRule } from '@portolan/resources/rules/format';
import type { ApiResource } from '../kubernetes/client/api-resource.ts';
import type { MadeObject } from '../kubernetes/writer/made-object.ts';

const GROUP = 'traefik.io';
const resource = (plural: string, kind: string): ApiResource => ({
  group: GROUP,
  version: 'v1alpha1',
  plural,
  kind,
  isNamespaced: true,
});
const INGRESS_ROUTES = resource('ingressroutes', 'IngressRoute');
const MIDDLEWARES = resource('middlewares', 'Middleware');

/** Resources that `traefikRoutes` makes objects of. */
export const TRAEFIK_ROUTE_RESOURCES: readonly ApiResource[] = [INGRESS_ROUTES, MIDDLEWARES];

/** Traefik's priorities are whole numbers; fractions of ours order versions with more and fewer conditions. */
const PRIORITY_SCALE = 1_000;
/** Kinds of routes that no object in the cluster describes to Traefik. */
const CARRIED: ReadonlySet<Route['kind']> = new Set(['api', 'edge-ingress']);

export interface TraefikRoutesOptions {
  /** Where Traefik reaches the agent's auth service. */
  readonly authUrl: string;
  /** Entry points of Traefik on which the routes are served. */
  readonly entryPoints: readonly string[];
}

/**
 * Returns what makes Traefik carry the traffic of APIs and edge ingresses: an IngressRoute for each route of the model, in the
 * namespace of its Service. Traefik asks the agent about each request; the model decides there as it does in the agent's own gateway.
 */
export function traefikRoutes(model: Model, options: TraefikRoutesOptions): readonly MadeObject[] {
  const made = new Map<string, MadeObject>();
  for (const route of model.routes) {
    if (!CARRIED.has(route.kind) || route.target.kind !== 'service') continue;
    for (const object of objectsOf(route, route.target.service, model.apiAuth, options))
      made.set(
        `${object.resource.plural}/${object.object.metadata.namespace}/${object.object.metadata.name}`,
        object,
      );
  }
  return [...made.values()];
}

function objectsOf(
  route: Route,
  target: ServiceTarget,
  apiAuth: ApiAuth,
  { authUrl, entryPoints }: TraefikRoutesOptions,
): readonly MadeObject[] {
  const [namespace = '', service = ''] = target.service.split('/');
  const middlewares = middlewaresOf(route, apiAuth, authUrl).map(([use, spec]) =>
    middleware(namespace, use, spec),
  );
  const name = `portolan-${shortHash(route.id)}`;
  const spec = {
    entryPoints,
    routes: [
      {
        kind: 'Rule',
        match: formatRule(route.rule),
        priority: Math.max(1, Math.round(route.priority * PRIORITY_SCALE)),
        ...(middlewares.length === 0
          ? {}
          : { middlewares: middlewares.map(({ object }) => ({ name: object.metadata.name })) }),
        services: [
          {
            name: service,
            port: target.port,
            ...(target.scheme === 'http' ? {} : { scheme: target.scheme }),
            ...(target.passHostHeader ? {} : { passHostHeader: false }),
          },
        ],
      },
    ],
  };
  const object = {
    apiVersion: `${GROUP}/v1alpha1`,
    kind: 'IngressRoute',
    metadata: { name, namespace },
    spec,
  };
  return [...middlewares, { resource: INGRESS_ROUTES, owner: null, object }];
}

/** In the order of the gateway: cross-origin rules, who may call, changes of headers and paths. */
function middlewaresOf(
  { guard }: Route,
  apiAuth: ApiAuth,
  authUrl: string,
): readonly (readonly [use: string, spec: object])[] {
  if (guard.kind === 'open') return [];
  const address = `${authUrl.replace(/\/$/, '')}/routes`;
  if (guard.kind !== 'api') return [['auth', { forwardAuth: { address } }]];
  const { cors, headers, prefix, versionPrefix, stripVersionPrefix } = guard.api;
  const changed = [...credentialFields(guard.api.auth ?? apiAuth), ...requestFields(headers)];
  const stripped = prefix + (stripVersionPrefix ? versionPrefix : '');
  return [
    ...crossOriginRules(cors),
    ['auth', { forwardAuth: { address, authResponseHeaders: [...new Set(changed)].toSorted() } }],
    ...responseChanges(headers),
    ...(stripped === '' || stripped === '/'
      ? []
      : [['strip', { stripPrefix: { prefixes: [stripped] } }] as const]),
  ];
}

/** Fields that carry credentials; the agent takes them out of what the Service gets. */
function credentialFields(auth: ApiAuth): readonly string[] {
  const header = auth.kind === 'apiKey' ? auth.source.header : undefined;
  return ['Authorization', ...(header ? [header] : [])].filter(
    (name, index, all) => all.findIndex((one) => one.toLowerCase() === name.toLowerCase()) === index,
  );
}

function requestFields(headers: HeaderRules | null): readonly string[] {
  return headers === null ? [] : [...Object.keys(headers.request.set), ...headers.request.delete];
}

function crossOriginRules(cors: Cors | null): readonly (readonly [string, object])[] {
  if (cors === null) return [];
  const rules = {
    accessControlAllowCredentials: cors.allowCredentials,
    accessControlAllowHeaders: cors.allowHeaders,
    accessControlAllowMethods: cors.allowMethods,
    accessControlAllowOriginList: cors.allowOrigins,
    accessControlAllowOriginListRegex: cors.allowOriginRegexes,
    accessControlExposeHeaders: cors.exposeHeaders,
    ...(cors.maxAgeSeconds === null ? {} : { accessControlMaxAge: cors.maxAgeSeconds }),
    addVaryHeader: cors.addVaryHeader,
  };
  return [['cors', { headers: rules }]];
}

function responseChanges(headers: HeaderRules | null): readonly (readonly [string, object])[] {
  const { set, delete: deleted } = headers?.response ?? { set: {}, delete: [] };
  // An empty value deletes.
  const changes = { ...set, ...Object.fromEntries(deleted.map((name) => [name, ''])) };
  return Object.keys(changes).length === 0
    ? []
    : [['headers', { headers: { customResponseHeaders: changes } }]];
}

/** Routes of one namespace that need the same share it. */
function middleware(namespace: string, use: string, spec: object): MadeObject {
  const name = `portolan-${use}-${shortHash(JSON.stringify(spec))}`;
  const object = { apiVersion: `${GROUP}/v1alpha1`, kind: 'Middleware', metadata: { name, namespace }, spec };
  return { resource: MIDDLEWARES, owner: null, object };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
