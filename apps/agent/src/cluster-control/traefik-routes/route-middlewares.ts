import type { ApiAuth } from '@portolan/resources/model/authentication';
import type { Cors, HeaderRules } from '@portolan/resources/model/headers';
import type { Route } from '@portolan/resources/model/model';

/** What a Middleware is for, as part of its name, and its `spec`. */
export type RouteMiddleware = readonly [use: string, spec: object];

/** Returns the middlewares of a route in the order of the gateway: cross-origin rules, who may call, changes of headers and paths. */
export function middlewaresOf(
  { guard }: Route,
  apiAuth: ApiAuth,
  authUrl: string,
): readonly RouteMiddleware[] {
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

function crossOriginRules(cors: Cors | null): readonly RouteMiddleware[] {
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

function responseChanges(headers: HeaderRules | null): readonly RouteMiddleware[] {
  const { set, delete: deleted } = headers?.response ?? { set: {}, delete: [] };
  // An empty value deletes.
  const changes = { ...set, ...Object.fromEntries(deleted.map((name) => [name, ''])) };
  return Object.keys(changes).length === 0
    ? []
    : [['headers', { headers: { customResponseHeaders: changes } }]];
}
