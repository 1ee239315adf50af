import type { ImportedAccess } from '../imported.ts';
import { planLimits, type Window } from '../limits.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';
import type { ApisixConsumer } from './apisix-consumers.ts';
import type { ApisixPlugins } from './apisix-plugins.ts';

interface AccessContext {
  readonly consumers: readonly ApisixConsumer[];
  readonly losses: Losses;
}

/** Returns who may call a route by its plugins; null when that cannot be said, and the route must not be served. */
export function readApisixAccess(
  plugins: ApisixPlugins,
  { consumers, losses }: AccessContext,
): ImportedAccess | null {
  const key = plugins.take('key-auth');
  const basic = plugins.take('basic-auth');
  const jwt = plugins.take('jwt-auth');
  const restriction = plugins.take('consumer-restriction');
  const methods = [key, basic, jwt].filter((method) => method !== undefined);
  const [method] = methods;
  if (method === undefined) {
    if (restriction === undefined) return { kind: 'open' };
    losses.add(
      'withheld',
      restriction.path,
      'consumer-restriction without a plugin that authenticates lets nobody in',
    );
    return null;
  }
  if (methods.length > 1) {
    losses.add(
      'withheld',
      method.path,
      'several plugins that authenticate: a route has one way to do so here',
    );
    return null;
  }
  for (const each of methods)
    if (each.has('anonymous_consumer'))
      losses.add(
        'changed',
        each.at('anonymous_consumer'),
        'requests without a valid credential are refused with 401',
      );
  method.skip('anonymous_consumer', 'realm');
  const allowed = restriction === undefined ? consumers : allowedBy(restriction, consumers, losses);
  if (allowed === null) return null;
  if (method === key) return keyAccess(key, allowed, { plugins, losses });
  if (method === jwt) return tokenAccess(jwt, allowed, losses);
  if (restriction !== undefined)
    losses.add('changed', restriction.path, 'users that are not allowed get 401 instead of 403');
  return {
    kind: 'basic',
    realm: 'basic',
    hidesCredentials: method.flag('hide_credentials') ?? false,
    callers: allowed.filter(({ caller }) => caller.passwords.length > 0).map(({ caller }) => caller.name),
  };
}

/** https://apisix.apache.org/docs/apisix/plugins/consumer-restriction/ */
function allowedBy(
  config: SourceMap,
  consumers: readonly ApisixConsumer[],
  losses: Losses,
): readonly ApisixConsumer[] | null {
  const type = config.text('type') ?? 'consumer_name';
  const allow = config.texts('whitelist');
  const deny = config.texts('blacklist') ?? [];
  config.skip('rejected_code', 'rejected_msg');
  if (config.has('allowed_by_methods') || (type !== 'consumer_name' && type !== 'consumer_group_id')) {
    losses.add(
      'withheld',
      config.path,
      `consumers are restricted by ${config.has('allowed_by_methods') ? 'method' : type}`,
    );
    config.skip('allowed_by_methods');
    return null;
  }
  const nameOf = ({ caller, group }: ApisixConsumer) =>
    type === 'consumer_name' ? caller.name : (group ?? '');
  return consumers.filter(
    (consumer) => (allow?.includes(nameOf(consumer)) ?? true) && !deny.includes(nameOf(consumer)),
  );
}

/** https://apisix.apache.org/docs/apisix/plugins/key-auth/ */
function keyAccess(
  config: SourceMap,
  allowed: readonly ApisixConsumer[],
  { plugins, losses }: { readonly plugins: ApisixPlugins; readonly losses: Losses },
): ImportedAccess {
  if (config.flag('hide_credentials') === true)
    losses.add('changed', config.at('hide_credentials'), 'upstreams get the key as the caller sent it');
  const ofRoute = plugins.take('limit-count');
  const shared = ofRoute !== undefined && isPerConsumer(ofRoute) ? ofRoute : undefined;
  return {
    kind: 'apiKey',
    header: config.text('header') ?? 'apikey',
    query: config.text('query') ?? 'apikey',
    callers: allowed
      .filter(({ caller }) => caller.apiKeys.length > 0)
      .map(({ caller, limitCount }) => {
        const limit = limitCount ?? shared;
        const limits = limit === undefined ? {} : planLimits(windowOf(limit), { path: limit.path, losses });
        return { caller: caller.name, limits };
      }),
  };
}

function tokenAccess(
  config: SourceMap,
  allowed: readonly ApisixConsumer[],
  losses: Losses,
): ImportedAccess | null {
  const issuers = allowed.flatMap(({ caller }) => caller.tokens);
  const [issuer, ...others] = issuers;
  const claim = config.text('key_claim_name') ?? 'key';
  config.skip('cookie', 'store_in_ctx', 'claims_to_verify');
  if (issuer === undefined || others.length > 0) {
    losses.add(
      'withheld',
      config.path,
      `tokens of ${issuers.length} consumers may call: a route verifies those of one here`,
    );
    return null;
  }
  // Any token that the key verifies is the consumer's: without a claim for it there is nothing to compare.
  const issuerName = claim === 'iss' ? issuer.issuer : null;
  if (issuerName === null)
    losses.add(
      'changed',
      config.path,
      `the claim ${claim} of tokens is not compared with the name of the key`,
    );
  return {
    kind: 'jwt',
    issuer: { ...issuer, issuer: issuerName },
    query: config.text('query') ?? 'jwt',
    hidesCredentials: config.flag('hide_credentials') ?? false,
  };
}

/** https://apisix.apache.org/docs/apisix/plugins/limit-count/ */
export function windowOf(config: SourceMap): readonly Window[] {
  const limit = config.number('count');
  const seconds = config.number('time_window');
  config.skip(
    'rejected_code',
    'rejected_msg',
    'policy',
    'show_limit_quota_header',
    'allow_degradation',
    'group',
    'key',
    'key_type',
  );
  for (const key of config.keys) if (key.startsWith('redis')) config.skip(key);
  return limit === undefined || seconds === undefined ? [] : [{ limit, seconds }];
}

/** Whether a limit counts each consumer apart. */
export function isPerConsumer(config: SourceMap): boolean {
  config.skip('key_type');
  return (config.text('key') ?? 'remote_addr').includes('consumer_name');
}
