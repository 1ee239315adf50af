import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import type { ImportedAccess, ImportedRule } from '../imported.ts';
import type { Losses } from '../losses.ts';
import { quoted } from '../host-condition.ts';
import type { SourceMap } from '../source-map.ts';
import { readTykVersions, type TykVersion } from './tyk-versions.ts';
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
/** Ways to authenticate that have no equivalent, or whose credentials are not in the files. */
const UNKNOWN_METHODS = [
  'use_oauth2',
  'use_openid',
  'use_basic_auth',
  'enable_coprocess_auth',
  'enable_signature_checking',
  'use_mutual_tls_auth',
  'use_go_plugin_auth',
  'enable_ip_whitelisting_only',
] as const;

/** Reads an API definition in Tyk's own form. https://tyk.io/docs/api-management/gateway-config-tyk-classic/ */
export function readClassicApi(map: SourceMap, context: TykContext): TykApi {
  const { rights, losses } = context;
  const id = map.text('api_id') ?? map.path;
  const title = map.text('name') ?? id;
  map.skip(
    'id',
    'org_id',
    'slug',
    'expire_analytics_after',
    'tags',
    'created_at',
    'updated_at',
    'response_processors',
  );
  const withhold = (path: string, message: string): TykApi => {
    losses.add('withheld', path, message);
    map.skipAll();
    return NONE;
  };
  if (map.flag('active') === false || map.flag('internal') === true)
    return withhold(map.path, 'is not active');
  const proxy = map.map('proxy');
  const listener: TykListener = {
    path: proxy?.text('listen_path') ?? '',
    isStripped: proxy?.flag('strip_listen_path') ?? false,
    domain: map.text('domain'),
  };
  const fault = listenFault(listener.path);
  if (proxy === undefined || fault !== null)
    return withhold(map.at('proxy'), `the listen path ${fault ?? 'is missing'}`);
  const access = readAccess(map, { id, rights, losses });
  const versions = access === null ? null : readTykVersions(map, losses);
  const target = upstreamOf(title, targetsOf(proxy), {
    path: proxy.path,
    passHostHeader: proxy.flag('preserve_host_header') ?? false,
    losses,
  });
  if (access === null || versions === null)
    return withhold(map.path, 'is not imported, since it would let more requests through');
  if (target === null) return withhold(proxy.at('target_url'), 'is not a URL of HTTP');
  const guards = readGuards(map, losses);
  const shared = { access, before: guards.before, deniedAddresses: guards.denied, title };
  const upstreams = [target.upstream];
  const routes = versions.map((version) => {
    const own =
      version.url === null
        ? null
        : upstreamOf(`${title} ${version.name}`, [{ url: version.url, weight: 1 }], {
            path: map.path,
            passHostHeader: target.upstream.passHostHeader,
            losses,
          });
    if (own !== null) upstreams.push(own.upstream);
    const { upstream, prefix } = own ?? target;
    return routeOf(versions.length === 1 ? title : `${title} ${version.name}`, map.path, {
      ...shared,
      rules: rulesOf(listener, version),
      after: [
        ...guards.after,
        ...version.middlewares,
        ...pathMiddlewares(listener, prefix, version.isStripped ? `/${version.name}` : ''),
      ],
      upstream: upstream.name,
    });
  });
  return { routes, upstreams };
}

function targetsOf(proxy: SourceMap): readonly { readonly url: string; readonly weight: number }[] {
  const url = proxy.text('target_url') ?? '';
  const list = proxy.texts('target_list') ?? [];
  proxy.skip(
    'enable_load_balancing',
    'check_host_against_uptime_tests',
    'service_discovery',
    'transport',
    'disable_strip_slash',
  );
  const isBalanced = proxy.value['enable_load_balancing'] === true && list.length > 0;
  return isBalanced ? list.map((each) => ({ url: each, weight: 1 })) : [{ url, weight: 1 }];
}

function rulesOf(listener: TykListener, { condition, name }: TykVersion): readonly ImportedRule[] {
  if (condition === 'path') return [{ match: listenCondition(listener, `/${name}`) }];
  const match = listenCondition(listener);
  if (condition === null) return [{ match }];
  const { location, key } = condition;
  const matcher = location === 'header' ? 'Header' : 'Query';
  return [{ match: `${match} && ${matcher}(${quoted(key)}, ${quoted(name)})` }];
}

function readAccess(
  map: SourceMap,
  { id, rights, losses }: TykContext & { readonly id: string },
): ImportedAccess | null {
  const auth = map.map('auth_configs')?.map('authToken') ?? map.map('auth');
  map.map('auth')?.skipAll();
  map.map('auth_configs')?.skipAll();
  map.skip('base_identity_provided_by', 'use_standard_auth');
  const unknown = UNKNOWN_METHODS.find((key) => map.flag(key) === true);
  if (unknown !== undefined) {
    losses.add('withheld', map.at(unknown), 'this way to authenticate is not imported');
    return null;
  }
  const isOpen = map.flag('use_keyless') === true;
  const isToken = map.flag('enable_jwt') === true;
  if (isToken) {
    const source = map.text('jwt_source') ?? '';
    const method = map.text('jwt_signing_method') ?? '';
    for (const key of map.keys) if (key.startsWith('jwt_')) map.skip(key);
    const access = tokenAccess(source, {
      method,
      path: map.at('jwt_source'),
      hidesCredentials: map.flag('strip_auth_data') ?? false,
    });
    if (access === null)
      losses.add('withheld', map.at('jwt_source'), 'is neither the URL of a key set nor a key');
    else
      losses.add(
        'changed',
        map.path,
        'policies that tokens name are not applied: any token that is verified may call',
      );
    return access === null ? null : withoutPolicies(map, access, losses);
  }
  if (isOpen) return { kind: 'open' };
  if (map.flag('strip_auth_data') === true)
    losses.add('changed', map.at('strip_auth_data'), 'upstreams get the key as the caller sent it');
  const header = auth?.text('auth_header_name') ?? 'Authorization';
  const isQuery = auth?.flag('use_param') === true;
  if (auth?.flag('use_cookie') === true)
    losses.add('changed', auth.at('use_cookie'), 'keys are not read from cookies');
  return {
    kind: 'apiKey',
    header: header === '' ? 'Authorization' : header,
    ...(isQuery ? { query: auth?.text('param_name') ?? header } : {}),
    callers: rights.ofApi(id),
  };
}

/** Tyk admits a token only by a policy: without one that is the default of the API, none would be asked for here. */
function withoutPolicies(map: SourceMap, access: ImportedAccess, losses: Losses): ImportedAccess | null {
  if ((map.value['jwt_policy_field_name'] ?? '') === '') return access;
  losses.add(
    'withheld',
    map.at('jwt_policy_field_name'),
    'which tokens may call depends on policies that they name',
  );
  return null;
}

interface Guards {
  readonly before: readonly MiddlewareSpecObject[];
  readonly after: readonly MiddlewareSpecObject[];
  readonly denied: readonly string[];
}

/** What an API checks of every request beside credentials. */
function readGuards(map: SourceMap, losses: Losses): Guards {
  const allowed = map.flag('enable_ip_whitelisting') === true ? (map.texts('allowed_ips') ?? []) : [];
  const denied = map.flag('enable_ip_blacklisting') === true ? (map.texts('blacklisted_ips') ?? []) : [];
  map.skip(
    'allowed_ips',
    'blacklisted_ips',
    'disable_quota',
    'cache_options',
    'enable_context_vars',
    'do_not_track',
  );
  const limit = map.map('global_rate_limit');
  const isLimited = limit?.flag('disabled') !== true && map.flag('disable_rate_limit') !== true;
  const rate = limit?.number('rate') ?? 0;
  const limits = isLimited ? globalLimit(rate, limit?.number('per') ?? 1) : [];
  if (limits.length > 0 && limit !== undefined)
    losses.add(
      'changed',
      limit.path,
      'requests are counted in a token bucket, which refills evenly, for each host',
    );
  const cors = map.map('CORS');
  const list = (key: string) => cors?.texts(key) ?? [];
  const isCors = cors?.flag('enable') === true;
  const made = corsOf({
    origins: list('allowed_origins'),
    methods: list('allowed_methods'),
    headers: list('allowed_headers'),
    exposed: list('exposed_headers'),
    allowsCredentials: cors?.flag('allow_credentials') ?? false,
    maxAge: cors?.number('max_age') ?? 0,
  });
  cors?.skip('options_passthrough', 'debug');
  return {
    before: [
      ...(allowed.length === 0 ? [] : [{ ipAllowList: { sourceRange: [...allowed] } }]),
      ...(isCors ? [made] : []),
    ],
    after: limits,
    denied,
  };
}
