import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import { isRecord } from '../../kinds/object.ts';
import type { ImportedAccess } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';
import {
  corsOf,
  globalLimit,
  listenCondition,
  listenFault,
  pathMiddlewares,
  routeOf,
  tokenAccess,
  upstreamOf,
  type TykApi,
  type TykContext,
  type TykListener,
} from './tyk-route.ts';

const NONE: TykApi = { routes: [], upstreams: [] };
/** Middlewares of operations that let fewer requests through. */
const RESTRICTING = ['allow', 'block', 'validateRequest', 'requestSizeLimit', 'rateLimit', 'enforceTimeout'];

/** Reads an API definition that is an OpenAPI document. https://tyk.io/docs/api-management/gateway-config-tyk-oas/ */
export function readOasApi(root: SourceMap, context: TykContext): TykApi {
  const { losses } = context;
  const map = root.map('x-tyk-api-gateway');
  // The document itself describes; what is served is in the extension.
  root.skipAll();
  if (map === undefined) return NONE;
  const info = map.map('info');
  const server = map.map('server');
  const upstream = map.map('upstream');
  const title = info?.text('name') ?? root.path;
  const id = info?.text('id') ?? title;
  info?.skip('dbId', 'orgId');
  const withhold = (path: string, message: string): TykApi => {
    losses.add('withheld', path, message);
    map.skipAll();
    for (const part of [info, server, upstream]) part?.skipAll();
    return NONE;
  };
  const state = info?.map('state');
  if (state?.flag('active') === false || state?.flag('internal') === true)
    return withhold(map.path, 'is not active');
  if (info?.has('versioning') === true)
    return withhold(info.at('versioning'), 'versions of other APIs are not imported');
  const listen = server?.map('listenPath');
  const domain = server?.map('customDomain');
  const listener: TykListener = {
    path: listen?.text('value') ?? '',
    isStripped: listen?.flag('strip') ?? false,
    domain: domain?.flag('enabled') === false ? undefined : domain?.text('name'),
  };
  const fault = listenFault(listener.path);
  if (fault !== null) return withhold(map.at('server'), `the listen path ${fault}`);
  const operations = map.map('middleware')?.map('operations');
  const restricted = operations?.keys.find((name) => isRestricted(operations.value[name]));
  if (restricted !== undefined)
    return withhold(operations?.at(restricted) ?? '', 'restricts some operations, which is not imported');
  const access = readAccess(root, server, { ...context, id });
  if (access === null) return withhold(map.path, 'is not imported, since it would let more requests through');
  const target = upstreamOf(title, targetsOf(upstream), {
    path: map.at('upstream'),
    passHostHeader: false,
    losses,
  });
  if (target === null) return withhold(map.at('upstream'), 'names no URL of HTTP');
  const { before, after } = readGlobal(map, upstream, losses);
  const route = routeOf(title, root.path === '' ? map.path : root.path, {
    title,
    access,
    before,
    rules: [{ match: listenCondition(listener) }],
    after: [...after, ...pathMiddlewares(listener, target.prefix)],
    upstream: title,
  });
  return { routes: [route], upstreams: [target.upstream] };
}

function isRestricted(operation: unknown): boolean {
  if (!isRecord(operation)) return false;
  return RESTRICTING.some((key) => isRecord(operation[key]) && operation[key]['enabled'] !== false);
}

function targetsOf(
  upstream: SourceMap | undefined,
): readonly { readonly url: string; readonly weight: number }[] {
  const balancing = upstream?.map('loadBalancing');
  const targets = balancing?.flag('enabled') === true ? balancing.maps('targets') : [];
  balancing?.skip('targets', 'skipUnavailableHosts');
  const url = upstream?.text('url') ?? '';
  if (targets.length === 0) return [{ url, weight: 1 }];
  return targets.map((target) => ({ url: target.text('url') ?? '', weight: target.number('weight') ?? 1 }));
}

/** The document says where the key is, the extension that it is asked for. */
function readAccess(
  root: SourceMap,
  server: SourceMap | undefined,
  { id, rights, losses }: TykContext & { readonly id: string },
): ImportedAccess | null {
  const authentication = server?.map('authentication');
  if (authentication === undefined || authentication.flag('enabled') !== true) {
    authentication?.skipAll();
    return { kind: 'open' };
  }
  const hidesCredentials = authentication.flag('stripAuthorizationData') ?? false;
  authentication.skip('baseIdentityProvider');
  const schemes = authentication
    .entries('securitySchemes')
    .filter(([, scheme]) => scheme.flag('enabled') !== false);
  const [found, ...others] = schemes;
  const described = found === undefined ? null : schemeOf(root, found[0]);
  if (found === undefined || others.length > 0 || described === null) {
    losses.add('withheld', authentication.path, 'names no security scheme that is known, or several');
    return null;
  }
  const [, scheme] = found;
  if (described['type'] === 'apiKey') {
    if (hidesCredentials)
      losses.add('changed', authentication.path, 'upstreams get the key as the caller sent it');
    const { name: written } = described;
    const name = typeof written === 'string' ? written : 'Authorization';
    const extra = scheme.map('query');
    const query =
      described['in'] === 'query' ? name : extra?.flag('enabled') === true ? extra.text('name') : undefined;
    return {
      kind: 'apiKey',
      ...(described['in'] === 'query' ? {} : { header: name }),
      ...(query === undefined ? {} : { query }),
      callers: rights.ofApi(id),
    };
  }
  const policies = scheme.raw('policyFieldName');
  const source = scheme.text('source') ?? '';
  const access =
    described['scheme'] === 'bearer' && (policies === undefined || policies === '')
      ? tokenAccess(source, {
          method: scheme.text('signingMethod') ?? '',
          path: scheme.at('source'),
          hidesCredentials,
        })
      : null;
  scheme.skip(
    'identityBaseField',
    'skipKid',
    'defaultPolicies',
    'clientBaseField',
    'scopes',
    'subjectClaims',
  );
  if (access === null) losses.add('withheld', scheme.path, 'this way to authenticate is not imported');
  else
    losses.add(
      'changed',
      scheme.path,
      'policies that tokens name are not applied: any token that is verified may call',
    );
  return access;
}

function schemeOf(root: SourceMap, name: string): Readonly<Record<string, unknown>> | null {
  const components = root.value['components'];
  const schemes = isRecord(components) ? components['securitySchemes'] : undefined;
  const scheme = isRecord(schemes) ? schemes[name] : undefined;
  return isRecord(scheme) ? scheme : null;
}

interface GlobalMiddlewares {
  readonly before: readonly MiddlewareSpecObject[];
  readonly after: readonly MiddlewareSpecObject[];
}

function readGlobal(map: SourceMap, upstream: SourceMap | undefined, losses: Losses): GlobalMiddlewares {
  const limit = upstream?.map('rateLimit');
  const rate = limit?.flag('enabled') === false ? 0 : (limit?.number('rate') ?? 0);
  const per = /^(\d+)(s|m|h)$/.exec(limit?.text('per') ?? '1s');
  const seconds = Number(per?.[1] ?? 1) * (per?.[2] === 'h' ? 3600 : per?.[2] === 'm' ? 60 : 1);
  if (rate > 0 && limit !== undefined)
    losses.add(
      'changed',
      limit.path,
      'requests are counted in a token bucket, which refills evenly, for each host',
    );
  const global = map.map('middleware')?.map('global');
  const cors = global?.map('cors');
  const list = (key: string) => cors?.texts(key) ?? [];
  const made = corsOf({
    origins: list('allowedOrigins'),
    methods: list('allowedMethods'),
    headers: list('allowedHeaders'),
    exposed: list('exposedHeaders'),
    allowsCredentials: cors?.flag('allowCredentials') ?? false,
    maxAge: cors?.number('maxAge') ?? 0,
  });
  cors?.skip('optionsPassthrough', 'debug');
  const request = fieldsOf(global?.map('transformRequestHeaders'));
  const response = fieldsOf(global?.map('transformResponseHeaders'));
  return {
    before: cors?.flag('enabled') === true ? [made] : [],
    after: [
      ...globalLimit(rate, seconds),
      ...(request === null ? [] : [{ headers: { customRequestHeaders: request } }]),
      ...(response === null ? [] : [{ headers: { customResponseHeaders: response } }]),
    ],
  };
}

function fieldsOf(map: SourceMap | undefined): Readonly<Record<string, string>> | null {
  if (map === undefined || map.flag('enabled') === false) {
    map?.skipAll();
    return null;
  }
  const removed = (map.texts('remove') ?? []).map((name) => [name, ''] as const);
  const added = map
    .maps('add')
    .map((field) => [field.text('name') ?? '', field.text('value') ?? ''] as const);
  return Object.fromEntries([...removed, ...added]);
}
