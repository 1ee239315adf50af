import type { ImportedAccess, RouteCaller } from '../imported.ts';
import { planLimits, type Window } from '../limits.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';
import type { KongConsumer } from './kong-consumers.ts';
import type { KongPlugin, KongPlugins, KongScope } from './kong-plugins.ts';

/** The plugins that authenticate and that manifests can say. */
const METHODS: ReadonlySet<string> = new Set(['key-auth', 'basic-auth', 'jwt']);

/** Periods of the plugin rate-limiting in seconds; months and years are counted as 30 and 365 days. */
const PERIODS = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  month: 2_592_000,
  year: 31_536_000,
} as const;

export interface KongAccessContext {
  readonly scope: KongScope;
  readonly plugins: KongPlugins;
  readonly consumers: readonly KongConsumer[];
  readonly losses: Losses;
}

/** Returns who may call a route by its plugins; null when that cannot be said, and the route must not be served. */
export function readAccess(own: readonly KongPlugin[], context: KongAccessContext): ImportedAccess | null {
  const methods = own.filter(({ name }) => METHODS.has(name));
  const acl = own.find(({ name }) => name === 'acl');
  const [method] = methods;
  const { losses } = context;
  if (method === undefined) {
    if (acl === undefined) return { kind: 'open' };
    losses.add('withheld', acl.map.path, 'acl without a plugin that authenticates lets nobody in');
    return null;
  }
  if (methods.length > 1) {
    losses.add(
      'withheld',
      method.map.path,
      'several plugins that authenticate: a route has one way to do so here',
    );
    return null;
  }
  const allowed = acl === undefined ? context.consumers : allowedBy(acl, context);
  const config = method.map.map('config');
  if (config?.has('anonymous') === true)
    losses.add('changed', config.at('anonymous'), 'requests without a valid credential are refused with 401');
  config?.skip('anonymous', 'run_on_preflight');
  if (method.name === 'key-auth') return keyAccess(config, allowed, context);
  if (method.name === 'basic-auth') return basicAccess(method, allowed, { acl, losses });
  return tokenAccess(method, allowed, losses);
}

/** https://developer.konghq.com/plugins/acl/reference/ */
function allowedBy(acl: KongPlugin, { consumers, losses }: KongAccessContext): readonly KongConsumer[] {
  const config = acl.map.map('config');
  const allow = config?.texts('allow') ?? config?.texts('whitelist');
  const deny = config?.texts('deny') ?? config?.texts('blacklist') ?? [];
  if (config?.flag('hide_groups_header') !== true)
    losses.add('changed', acl.map.path, 'upstreams do not get X-Consumer-Groups');
  config?.skip('always_use_authenticated_groups', 'include_consumer_groups');
  const isIn = (names: readonly string[], { groups }: KongConsumer) =>
    groups.some((group) => names.includes(group));
  return consumers.filter((consumer) =>
    allow === undefined ? !isIn(deny, consumer) : isIn(allow, consumer),
  );
}

/** https://developer.konghq.com/plugins/key-auth/reference/ */
function keyAccess(
  config: SourceMap | undefined,
  allowed: readonly KongConsumer[],
  context: KongAccessContext,
): ImportedAccess | null {
  const { losses } = context;
  const names = config?.texts('key_names') ?? ['apikey'];
  const inHeader = config?.flag('key_in_header') ?? true;
  const inQuery = config?.flag('key_in_query') ?? true;
  const [name = 'apikey', ...others] = names;
  if (others.length > 0 && config !== undefined)
    losses.add('changed', config.at('key_names'), `keys are read from ${name} alone`);
  if (config?.flag('key_in_body') === true)
    losses.add('changed', config.at('key_in_body'), 'keys are not read from bodies');
  if (config?.flag('hide_credentials') === true)
    losses.add('changed', config.at('hide_credentials'), 'upstreams get the key as the caller sent it');
  config?.skip('realm', 'identity_realms');
  if (!inHeader && !inQuery) {
    losses.add('withheld', config?.path ?? '', 'keys are read from neither header nor query');
    return null;
  }
  return {
    kind: 'apiKey',
    ...(inHeader ? { header: name } : {}),
    ...(inQuery ? { query: name } : {}),
    callers: allowed
      .filter(({ caller }) => caller.apiKeys.length > 0)
      .map(({ caller }): RouteCaller => {
        const limit = context.plugins.forConsumer('rate-limiting', caller.name, context.scope);
        const counts = limit !== undefined && isPerCaller(limit);
        const limits = counts ? planLimits(windowsOf(limit), { path: limit.map.path, losses }) : {};
        return { caller: caller.name, limits };
      }),
  };
}

/** https://developer.konghq.com/plugins/basic-auth/reference/ */
function basicAccess(
  { map }: KongPlugin,
  allowed: readonly KongConsumer[],
  { acl, losses }: { readonly acl: KongPlugin | undefined; readonly losses: Losses },
): ImportedAccess {
  const config = map.map('config');
  if (acl !== undefined)
    losses.add('changed', acl.map.path, 'users of groups that are not allowed get 401 instead of 403');
  config?.skip('brute_force_protection');
  return {
    kind: 'basic',
    realm: config?.text('realm') ?? 'service',
    hidesCredentials: config?.flag('hide_credentials') ?? false,
    userHeader: 'X-Credential-Identifier',
    callers: allowed.filter(({ caller }) => caller.passwords.length > 0).map(({ caller }) => caller.name),
  };
}

/** https://developer.konghq.com/plugins/jwt/reference/ */
function tokenAccess(
  { map }: KongPlugin,
  allowed: readonly KongConsumer[],
  losses: Losses,
): ImportedAccess | null {
  const config = map.map('config');
  const issuers = allowed.flatMap(({ caller }) => caller.tokens);
  const [issuer, ...others] = issuers;
  const claim = config?.text('key_claim_name') ?? 'iss';
  if (issuer === undefined || others.length > 0 || claim !== 'iss') {
    const why =
      claim === 'iss'
        ? `tokens of ${issuers.length} credentials may call: a route verifies those of one here`
        : `tokens name their credential in ${claim}, not iss`;
    losses.add('withheld', map.path, why);
    return null;
  }
  const [query, ...more] = config?.texts('uri_param_names') ?? ['jwt'];
  if (more.length > 0 || config?.has('cookie_names') === true)
    losses.add(
      'changed',
      map.path,
      `tokens are read from the header Authorization${query === undefined ? '' : ` and the query parameter ${query}`} alone`,
    );
  if (config?.has('maximum_expiration') === true || config?.flag('secret_is_base64') === true)
    losses.add('changed', map.path, 'maximum_expiration is not checked');
  if (!(config?.texts('claims_to_verify') ?? []).includes('exp'))
    losses.add(
      'changed',
      map.path,
      'exp and nbf of a token are checked, whether claims_to_verify lists them or not',
    );
  config?.skip('cookie_names', 'header_names', 'maximum_expiration');
  const isBase64 = config?.flag('secret_is_base64') === true;
  const { key } = issuer;
  return {
    kind: 'jwt',
    issuer: key.kind === 'secret' ? { ...issuer, key: { ...key, isBase64 } } : issuer,
    ...(query === undefined ? {} : { query }),
    hidesCredentials: false,
  };
}

/** Returns the windows of the plugin rate-limiting. https://developer.konghq.com/plugins/rate-limiting/reference/ */
export function windowsOf({ map }: KongPlugin): readonly Window[] {
  const config = map.map('config');
  return Object.entries(PERIODS).flatMap(([name, seconds]) => {
    const limit = config?.number(name);
    return limit === undefined ? [] : [{ limit, seconds }];
  });
}

/** Whether a limit counts the requests of each caller apart. */
export function isPerCaller({ map }: KongPlugin): boolean {
  const by = map.map('config')?.text('limit_by') ?? 'consumer';
  return by === 'consumer' || by === 'credential';
}
