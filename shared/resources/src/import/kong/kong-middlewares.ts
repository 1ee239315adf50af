import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import type { ImportedAccess, ImportedRoute } from '../imported.ts';
import { goDuration } from '../limits.ts';
import type { Losses } from '../losses.ts';
import { pcreFault } from '../host-condition.ts';
import type { SourceMap } from '../source-map.ts';
import { isPerCaller, windowsOf } from './kong-access.ts';
import type { KongPlugin } from './kong-plugins.ts';
import { readRequestTransformer, readResponseTransformer } from './kong-transformers.ts';

/** What plugins other than those of access add to a route. */
export type KongMiddlewares = Pick<ImportedRoute, 'before' | 'after' | 'deniedAddresses'>;

type Handler = (
  config: SourceMap,
  context: { readonly plugin: KongPlugin; readonly access: ImportedAccess; readonly losses: Losses },
) => Partial<KongMiddlewares> | null;

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['rate-limiting', readRateLimiting],
  ['request-size-limiting', readSizeLimit],
  ['ip-restriction', readAddresses],
  ['cors', readCors],
  ['request-transformer', (config, { losses }) => ({ after: readRequestTransformer(config, losses) })],
  ['response-transformer', (config, { losses }) => ({ after: readResponseTransformer(config, losses) })],
]);

const OF_ACCESS: ReadonlySet<string> = new Set(['key-auth', 'basic-auth', 'jwt', 'acl']);

/** Plugins that watch, or that save work: without them the same requests get the same responses. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
  'correlation-id datadog file-log http-log kafka-log loggly opentelemetry post-function-log prometheus proxy-cache proxy-cache-advanced statsd statsd-advanced syslog tcp-log udp-log zipkin'.split(
    ' ',
  ),
);

/** Returns what plugins add to a route; null when one of them cannot be said, and the route must not be served without. */
export function readMiddlewares(
  plugins: readonly KongPlugin[],
  access: ImportedAccess,
  losses: Losses,
): KongMiddlewares | null {
  const made: Partial<KongMiddlewares>[] = [];
  for (const plugin of plugins) {
    const { name, map } = plugin;
    if (OF_ACCESS.has(name)) continue;
    const handler = HANDLERS.get(name);
    if (handler === undefined) {
      if (WITHOUT_EFFECT.has(name))
        losses.add('ignored', map.path, `plugin ${name}: what gateways observe is configured on the agent`);
      else losses.add('withheld', map.path, `plugin ${name} has no equivalent here`);
      map.skipAll();
      if (!WITHOUT_EFFECT.has(name)) return null;
      continue;
    }
    const config = map.map('config');
    const result = config === undefined ? {} : handler(config, { plugin, access, losses });
    if (result === null) return null;
    made.push(result);
  }
  return {
    before: made.flatMap(({ before = [] }) => before),
    after: made.flatMap(({ after = [] }) => after),
    deniedAddresses: made.flatMap(({ deniedAddresses = [] }) => deniedAddresses),
  };
}

/** Limits of callers with keys are plans; others are middlewares. */
function readRateLimiting(
  config: SourceMap,
  { plugin, access, losses }: Parameters<Handler>[1],
): Partial<KongMiddlewares> {
  config.skip('policy', 'redis', 'fault_tolerant', 'hide_client_headers', 'sync_rate', 'path');
  if (['redis_host', 'error_code', 'error_message'].some((key) => config.has(key)))
    losses.add('ignored', config.path, 'stores and messages of limits are configured on the agent');
  for (const key of config.keys) if (/^redis_|^error_/.test(key)) config.skip(key);
  if (access.kind === 'apiKey' && isPerCaller(plugin)) return {};
  losses.add(
    'changed',
    config.path,
    'requests are counted in a token bucket as Traefik does, which refills evenly, instead of in fixed windows',
  );
  const criterion = criterionOf(config, { access, losses });
  return {
    after: windowsOf(plugin).map(({ limit, seconds }): MiddlewareSpecObject => ({
      rateLimit: {
        average: limit,
        period: goDuration(seconds),
        burst: Math.max(1, limit),
        ...(criterion === null ? {} : { sourceCriterion: criterion }),
      },
    })),
  };
}

type SourceCriterion = NonNullable<NonNullable<MiddlewareSpecObject['rateLimit']>['sourceCriterion']>;

function criterionOf(
  config: SourceMap,
  { access, losses }: Pick<Parameters<Handler>[1], 'access' | 'losses'>,
): SourceCriterion | null {
  const by = config.text('limit_by') ?? 'consumer';
  const header = config.text('header_name');
  if (by === 'header' && header !== undefined) return { requestHeaderName: header };
  if (by === 'ip' || ((by === 'consumer' || by === 'credential') && access.kind === 'open')) return null;
  if (by === 'consumer' || by === 'credential') return { requestHeaderName: 'Authorization' };
  losses.add('changed', config.at('limit_by'), `requests are counted by address instead of ${by}`);
  return null;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['megabytes', 1024 * 1024],
  ['kilobytes', 1024],
  ['bytes', 1],
]);

/** https://developer.konghq.com/plugins/request-size-limiting/reference/ */
function readSizeLimit(config: SourceMap): Partial<KongMiddlewares> {
  const size = config.number('allowed_payload_size') ?? 128;
  const unit = UNITS.get(config.text('size_unit') ?? 'megabytes') ?? 1;
  config.skip('require_content_length');
  return { after: [{ buffering: { maxRequestBodyBytes: Math.floor(size * unit) } }] };
}

/** https://developer.konghq.com/plugins/ip-restriction/reference/ */
function readAddresses(config: SourceMap, { losses }: Parameters<Handler>[1]): Partial<KongMiddlewares> {
  const allow = config.texts('allow') ?? [];
  const deny = config.texts('deny') ?? [];
  const status = config.number('status') ?? 403;
  if (config.has('message'))
    losses.add('ignored', config.at('message'), 'the message of the refusal is that of this gateway');
  if (deny.length > 0 && status !== 403)
    losses.add('changed', config.at('status'), 'addresses that are denied get 403');
  config.skip('message');
  return {
    before:
      allow.length === 0
        ? []
        : [
            {
              ipAllowList: {
                sourceRange: [...allow],
                ...(status === 403 ? {} : { rejectStatusCode: status }),
              },
            },
          ],
    deniedAddresses: deny,
  };
}

const METHODS_OF_CORS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'];

/** https://developer.konghq.com/plugins/cors/reference/ */
function readCors(config: SourceMap, { losses }: Parameters<Handler>[1]): Partial<KongMiddlewares> {
  const origins = config.texts('origins') ?? ['*'];
  const isPlain = (origin: string) => origin === '*' || /^[\w:/.-]+$/.test(origin);
  const patterns = origins.filter((origin) => !isPlain(origin));
  const usable = patterns.filter((pattern) => pcreFault(pattern) === null);
  if (usable.length < patterns.length)
    losses.add(
      'changed',
      config.at('origins'),
      'origins whose regular expression is not one of RE2 are refused',
    );
  if (config.flag('preflight_continue') === true)
    losses.add('changed', config.at('preflight_continue'), 'preflight requests are answered by the gateway');
  if (!config.has('headers'))
    losses.add(
      'changed',
      config.path,
      'any request header is allowed by *, which browsers do not take with credentials',
    );
  config.skip('private_network', 'allow_origin_absent');
  const exposed = config.texts('exposed_headers');
  const maxAge = config.number('max_age');
  return {
    before: [
      {
        headers: {
          accessControlAllowMethods: [...(config.texts('methods') ?? METHODS_OF_CORS)],
          accessControlAllowHeaders: [...(config.texts('headers') ?? ['*'])],
          accessControlAllowOriginList: origins.filter(isPlain),
          ...(usable.length === 0 ? {} : { accessControlAllowOriginListRegex: usable }),
          ...(exposed === undefined ? {} : { accessControlExposeHeaders: [...exposed] }),
          ...(config.flag('credentials') === true ? { accessControlAllowCredentials: true } : {}),
          ...(maxAge === undefined ? {} : { accessControlMaxAge: maxAge }),
          addVaryHeader: true,
        },
      },
    ],
  };
}
