import type { Api } from '../generated/v2/api.ts';
import type { ApiVersion } from '../generated/v2/api-version.ts';
import { managedKey } from '../compile/hub/managed-keys.ts';
import type { KubernetesObject } from '../kinds/object.ts';
import type { HeaderRules } from '../model/headers.ts';
import type { Grant, Limit } from '../model/model.ts';
import { compareText } from '../model/compare.ts';
import { formatRule } from '../rules/format.ts';
import { edgeAnnotations, hostRuleOf } from './edge.ts';
import { hubManifest, labelOf, traefikManifest, withoutUndefined } from './manifest.ts';
import { apiRoutesOf, type ApiRoute, grantsText, type MigrationContext, withoutHost } from './context.ts';

const API = 'hub.traefik.io/api';
const VERSION = 'hub.traefik.io/api-version';

/** Routes of one API on which the same callers have the same rights: one API of v3, as access is granted on APIs there. */
interface Part {
  readonly source: KubernetesObject;
  readonly name: string;
  readonly namespace: string;
  readonly routes: readonly ApiRoute[];
  readonly grants: readonly Grant[];
  readonly limits: readonly Limit[];
}

/** Returns the APIs, versions, routes, accesses and limits of v3. */
export function migrateApis(context: MigrationContext): KubernetesObject[] {
  const routes = apiRoutesOf(context.model);
  const parts = [...Map.groupBy(routes, ({ api }) => api.api.key).values()].flatMap((of) =>
    partsOf(of, context),
  );
  return [
    ...parts.flatMap((part) => [apiOf(part), ...versionsOf(part, context), ...routesOf(part, context)]),
    ...accessesOf(parts),
    ...limitsOf(parts),
  ];
}

function partsOf(routes: readonly ApiRoute[], context: MigrationContext): Part[] {
  const byRights = [...Map.groupBy(routes, ({ api }) => grantsText(api.grants)).values()];
  return byRights.flatMap((of, index): Part[] => {
    const [first] = of;
    const source = first && context.byKey.get(first.api.api.key);
    if (first === undefined || source === undefined) return [];
    const { name, namespace } = first.api.api;
    const { collection, gateway } = first.api;
    const suffix = [collection?.name ?? '', gateway?.name ?? '', index === 0 ? '' : String(index + 1)];
    if (index > 0)
      context.note(
        source,
        'is granted to different callers under different paths: it becomes several APIs, since v3 grants access on APIs',
      );
    return [
      {
        source,
        name: index === 0 ? name : labelOf(name, ...suffix.filter((part) => part !== '')),
        namespace,
        routes: of,
        grants: first.api.grants,
        limits: first.api.limits,
      },
    ];
  });
}

function apiOf({ source, name, namespace, routes }: Part): KubernetesObject {
  const { spec } = source as unknown as Api;
  const versions = versionNames(routes);
  return hubManifest(
    'API',
    { name, namespace, labels: source.metadata.labels ?? {} },
    {
      openApiSpec: spec.service?.openApiSpec,
      cors: corsOf(spec.cors),
      versions: versions.length === 0 ? undefined : versions.map((version) => ({ name: version })),
    },
  );
}

function versionNames(routes: readonly ApiRoute[]): string[] {
  return [...new Set(routes.flatMap(({ api }) => api.version?.name ?? []))].toSorted(compareText);
}

/** Written with the first part of an API: one version may be listed by several. */
function versionsOf(
  { source, name, namespace, routes }: Part,
  context: MigrationContext,
): KubernetesObject[] {
  const names = versionNames(routes);
  const { currentVersion } = (source as unknown as Api).spec;
  if (name !== source.metadata.name) return [];
  if (currentVersion !== undefined)
    context.note(source, `v3 has no current version: portals show "${currentVersion}" as any other`);
  return names.flatMap((version) => {
    const found = context.byKey.get(managedKey('APIVersion', version, namespace));
    if (found === undefined) return [];
    const { spec } = found as unknown as ApiVersion;
    if (spec.release === undefined) context.note(found, 'v3 requires a release: v0.0.0 was written');
    return [
      hubManifest(
        'APIVersion',
        { name: version, namespace, labels: found.metadata.labels ?? {} },
        {
          title: spec.title,
          release: spec.release ?? 'v0.0.0',
          openApiSpec: spec.service.openApiSpec,
          cors: corsOf(spec.cors),
        },
      ),
    ];
  });
}

/** One IngressRoute for each path of each version under each gateway, with the middlewares that do what v2 does by itself. */
function routesOf(part: Part, context: MigrationContext): KubernetesObject[] {
  const groups = Map.groupBy(part.routes, ({ rule, api }) =>
    JSON.stringify([api.gateway?.name, api.version?.name, api.prefix, formatRule(withoutHost(rule))]),
  );
  return [...groups.values()].flatMap((of, index) => {
    const [route] = of;
    return route === undefined ? [] : routeOf(part, route, { index, context });
  });
}

function routeOf(
  part: Part,
  route: ApiRoute,
  { index, context }: { readonly index: number; readonly context: MigrationContext },
): KubernetesObject[] {
  const { api, target, rule, priority } = route;
  const gateway = api.gateway && context.byKey.get(api.gateway.key);
  if (!gateway || target.kind !== 'service') {
    context.note(part.source, 'a route has no Service that can be written; it was left out');
    return [];
  }
  const { namespace } = part;
  const name = labelOf(part.name, api.version?.name ?? '', index === 0 ? '' : String(index + 1));
  const prefix = api.prefix + (api.stripVersionPrefix ? api.versionPrefix : '');
  const strip =
    prefix === '' ? [] : [{ name: `${name}-strip`, spec: { stripPrefix: { prefixes: [prefix] } } }];
  const headers = api.headers === null ? [] : [{ name: `${name}-headers`, spec: headersOf(api.headers) }];
  const middlewares = [...strip, ...headers];
  const [serviceNamespace = '', service = ''] = target.service.service.split('/');
  return [
    ...middlewares.map((middleware) =>
      traefikManifest('Middleware', { name: middleware.name, namespace }, middleware.spec),
    ),
    traefikManifest(
      'IngressRoute',
      {
        name,
        namespace,
        annotations: {
          ...edgeAnnotations(gateway),
          [API]: part.name,
          ...(api.version === null ? {} : { [VERSION]: api.version.name }),
        },
      },
      {
        routes: [
          withoutUndefined({
            kind: 'Rule',
            match: `${hostRuleOf(gateway)} && ${formatRule(withoutHost(rule))}`,
            // Whole numbers in the order of v2, in which fractions order equal paths.
            priority: Math.round(priority * 1000),
            middlewares:
              middlewares.length === 0 ? undefined : middlewares.map((one) => ({ name: one.name })),
            services: [
              withoutUndefined({
                name: service,
                namespace: serviceNamespace === namespace ? undefined : serviceNamespace,
                port: target.service.port,
              }),
            ],
          }),
        ],
      },
    ),
  ];
}

/** An empty value deletes. */
function headersOf({ request, response }: HeaderRules): object {
  const fields = ({ set, delete: gone }: HeaderRules['request']): Record<string, string> | undefined => {
    const all = { ...Object.fromEntries(gone.map((name) => [name, ''])), ...set };
    return Object.keys(all).length === 0 ? undefined : all;
  };
  return {
    headers: withoutUndefined({
      customRequestHeaders: fields(request),
      customResponseHeaders: fields(response),
    }),
  };
}

function corsOf(cors: Api['spec']['cors']): object | undefined {
  if (cors === undefined) return undefined;
  return withoutUndefined({
    allowCredentials: cors.allowCredentials,
    allowHeadersList: cors.allowHeaders,
    allowMethodsList: cors.allowMethods,
    allowOriginsList: cors.allowOriginList,
    allowOriginListRegex: cors.allowOriginListRegex,
    exposeHeadersList: cors.exposeHeaders,
    maxAge: cors.maxAge,
    addVaryHeader: true,
  });
}

/** Accesses and limits belong to a namespace in v3: each is written once for each namespace with APIs that it reaches. */
function accessesOf(parts: readonly Part[]): KubernetesObject[] {
  const places = parts.flatMap((part) => part.grants.map((grant) => ({ part, grant })));
  const groups = Map.groupBy(places, ({ part, grant }) => `${part.namespace}/${grant.access.name}`);
  return [...groups.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const { grant, part } = first;
    return [
      hubManifest(
        'APIAccess',
        { name: grant.access.name, namespace: part.namespace },
        {
          ...(grant.groups === 'any' ? { everyone: true } : { groups: grant.groups }),
          apis: of.map((one) => ({ name: one.part.name })),
          operationFilter: grant.operations === null ? undefined : { include: grant.operations },
        },
      ),
    ];
  });
}

function limitsOf(parts: readonly Part[]): KubernetesObject[] {
  const places = parts.flatMap((part) => part.limits.map((limit) => ({ part, limit })));
  const groups = Map.groupBy(places, ({ part, limit }) => `${part.namespace}/${limit.source.name}`);
  return [...groups.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const { limit, part } = first;
    return [
      hubManifest(
        'APIRateLimit',
        { name: limit.source.name, namespace: part.namespace },
        {
          limit: limit.limit,
          period: `${limit.periodMs / 1000}s`,
          strategy: limit.strategy,
          ...(limit.groups === 'any' ? { everyone: true } : { groups: limit.groups }),
          apis: of.map((one) => ({ name: one.part.name })),
        },
      ),
    ];
  });
}
