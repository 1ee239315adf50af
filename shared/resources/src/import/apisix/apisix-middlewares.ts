import type { MiddlewareSpecObject } from '../../kinds/middleware.ts';
import { isRecord } from '../../kinds/object.ts';
import type { ImportedAccess, ImportedRoute } from '../imported.ts';
import { goDuration } from '../limits.ts';
import type { Losses } from '../losses.ts';
import { pcreFault } from '../host-condition.ts';
import type { SourceMap } from '../source-map.ts';
import { isPerConsumer, windowOf } from './apisix-access.ts';
import type { ApisixPlugins } from './apisix-plugins.ts';

export type ApisixMiddlewares = Pick<ImportedRoute, 'before' | 'after' | 'deniedAddresses'>;

/** Plugins that watch, or that save work. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
  'brotli clickhouse-logger datadog elasticsearch-logger error-log-logger file-logger gzip http-logger kafka-logger loggly loki-logger node-status opentelemetry prometheus proxy-cache real-ip request-id server-info skywalking skywalking-logger sls-logger splunk-hec-logging syslog tcp-logger tencent-cloud-cls udp-logger zipkin'.split(
    ' ',
  ),
);

const BUCKET =
  'requests are counted in a token bucket as Traefik does, which refills evenly, and refused with 429, instead of in fixed windows';

/** Returns what plugins add to a route; null when one of them cannot be said, and the route must not be served without. */
export function readApisixMiddlewares(
  plugins: ApisixPlugins,
  access: ImportedAccess,
  losses: Losses,
): ApisixMiddlewares | null {
  const addresses = plugins.take('ip-restriction');
  const allowed = addresses?.texts('whitelist') ?? [];
  const denied = addresses?.texts('blacklist') ?? [];
  addresses?.skip('message', 'response_code');
  const before = [
    ...redirect(plugins.take('redirect')),
    ...(allowed.length === 0 ? [] : [{ ipAllowList: { sourceRange: [...allowed] } }]),
    ...cors(plugins.take('cors')),
  ];
  const after = [
    ...limitCount(plugins.take('limit-count'), access, losses),
    ...limitRate(plugins.take('limit-req'), losses),
    ...bodySize(plugins.take('client-control')),
    ...rewrite(plugins.take('proxy-rewrite'), losses),
    ...responses(plugins.take('response-rewrite'), losses),
  ];
  for (const [name, config] of plugins.rest()) {
    config.skipAll();
    if (WITHOUT_EFFECT.has(name)) {
      losses.add('ignored', config.path, `plugin ${name}: what gateways observe is configured on the agent`);
      continue;
    }
    losses.add('withheld', config.path, `plugin ${name} has no equivalent here`);
    return null;
  }
  return { before, after, deniedAddresses: denied };
}

function limitCount(
  config: SourceMap | undefined,
  access: ImportedAccess,
  losses: Losses,
): readonly MiddlewareSpecObject[] {
  if (config === undefined) return [];
  const windows = windowOf(config);
  const isOfCaller = isPerConsumer(config);
  if (isOfCaller && access.kind === 'apiKey') return [];
  losses.add('changed', config.path, BUCKET);
  return windows.map(({ limit, seconds }) => ({
    rateLimit: {
      average: limit,
      period: goDuration(seconds),
      burst: Math.max(1, limit),
      ...(isOfCaller ? { sourceCriterion: { requestHeaderName: 'Authorization' } } : {}),
    },
  }));
}

/** https://apisix.apache.org/docs/apisix/plugins/limit-req/ */
function limitRate(config: SourceMap | undefined, losses: Losses): readonly MiddlewareSpecObject[] {
  if (config === undefined) return [];
  const rate = config.number('rate') ?? 1;
  const burst = config.number('burst') ?? 0;
  losses.add(
    'changed',
    config.path,
    'requests beyond the rate are refused at once with 429 instead of being delayed',
  );
  config.skip('key', 'key_type', 'nodelay', 'rejected_code', 'rejected_msg', 'allow_degradation');
  return [
    { rateLimit: { average: Math.max(1, Math.round(rate)), burst: Math.max(1, Math.round(rate + burst)) } },
  ];
}

function bodySize(config: SourceMap | undefined): readonly MiddlewareSpecObject[] {
  const size = config?.number('max_body_size') ?? 0;
  return size === 0 ? [] : [{ buffering: { maxRequestBodyBytes: size } }];
}

/** https://apisix.apache.org/docs/apisix/plugins/cors/; lists are texts with commas. */
function cors(config: SourceMap | undefined): readonly MiddlewareSpecObject[] {
  if (config === undefined) return [];
  const list = (key: string) =>
    (config.text(key) ?? '*')
      .split(',')
      .map((item) => item.trim().replace(/^\*\*$/, '*'))
      .filter((item) => item !== '');
  const patterns = (config.texts('allow_origins_by_regex') ?? []).filter(
    (pattern) => pcreFault(pattern) === null,
  );
  const exposed = config.has('expose_headers') ? list('expose_headers') : [];
  const methods = list('allow_methods');
  return [
    {
      headers: {
        accessControlAllowMethods: methods.includes('*')
          ? ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS']
          : methods,
        accessControlAllowHeaders: list('allow_headers'),
        accessControlAllowOriginList: list('allow_origins'),
        ...(patterns.length === 0 ? {} : { accessControlAllowOriginListRegex: [...patterns] }),
        ...(exposed.length === 0 ? {} : { accessControlExposeHeaders: exposed }),
        ...(config.flag('allow_credential') === true ? { accessControlAllowCredentials: true } : {}),
        accessControlMaxAge: config.number('max_age') ?? 5,
        addVaryHeader: true,
      },
    },
  ];
}

/** https://apisix.apache.org/docs/apisix/plugins/redirect/ */
function redirect(config: SourceMap | undefined): readonly MiddlewareSpecObject[] {
  if (config === undefined) return [];
  if (config.flag('http_to_https') === true)
    return [{ redirectScheme: { scheme: 'https', permanent: true } }];
  const [regex, template] = config.texts('regex_uri') ?? [];
  const uri = config.text('uri');
  const permanent = config.number('ret_code') === 301;
  if (regex !== undefined && template !== undefined)
    return [
      {
        redirectRegex: {
          regex: `^(https?://[^/]+)${regex.replace(/^\^/, '')}`,
          replacement: `\${1}${shifted(template)}`,
          permanent,
        },
      },
    ];
  return uri === undefined
    ? []
    : [{ redirectRegex: { regex: '^(https?://[^/]+)/.*$', replacement: `\${1}${uri}`, permanent } }];
}

/** Groups count one further behind the group of the host. */
function shifted(template: string): string {
  return template.replaceAll(/\$(\d+)/g, (_, group: string) => `\${${Number(group) + 1}}`);
}

/** https://apisix.apache.org/docs/apisix/plugins/proxy-rewrite/ */
function rewrite(config: SourceMap | undefined, losses: Losses): readonly MiddlewareSpecObject[] {
  if (config === undefined) return [];
  const uri = config.text('uri');
  const [regex, replacement] = config.texts('regex_uri') ?? [];
  const host = config.text('host');
  for (const key of ['method', 'scheme', 'use_real_request_uri_unsafe'])
    if (config.has(key)) losses.add('ignored', config.at(key), 'is kept as the caller sent it');
  config.skip('method', 'scheme', 'use_real_request_uri_unsafe');
  const fields = { ...headerFields(config, losses), ...(host === undefined ? {} : { Host: host }) };
  const isTemplate = uri?.includes('$') === true;
  if (isTemplate) losses.add('ignored', config.at('uri'), 'templates are not imported');
  return [
    ...(uri === undefined || isTemplate ? [] : [{ replacePath: { path: uri } }]),
    ...(uri !== undefined || regex === undefined || replacement === undefined
      ? []
      : [{ replacePathRegex: { regex, replacement: replacement.replaceAll(/\$(\d+)/g, '$${$1}') } }]),
    ...(Object.keys(fields).length === 0 ? [] : [{ headers: { customRequestHeaders: fields } }]),
  ];
}

function responses(config: SourceMap | undefined, losses: Losses): readonly MiddlewareSpecObject[] {
  if (config === undefined) return [];
  for (const key of ['status_code', 'body', 'body_base64', 'filters', 'vars'])
    if (config.has(key)) losses.add('ignored', config.at(key), 'responses keep their status and body');
  config.skip('status_code', 'body', 'body_base64', 'filters', 'vars');
  const fields = headerFields(config, losses);
  return Object.keys(fields).length === 0 ? [] : [{ headers: { customResponseHeaders: fields } }];
}

/** Headers are a map of those to set, or maps for set, add and remove. */
function headerFields(config: SourceMap, losses: Losses): Readonly<Record<string, string>> {
  const headers = config.map('headers');
  if (headers === undefined) return {};
  const isGrouped = ['set', 'add', 'remove'].some(
    (key) => isRecord(headers.value[key]) || Array.isArray(headers.value[key]),
  );
  if (!isGrouped) {
    headers.skipAll();
    return config.textMap('headers') ?? {};
  }
  const addition = headers.raw('add');
  if (addition !== undefined)
    losses.add('changed', headers.at('add'), 'fields replace those of the same name instead of being added');
  const added = Array.isArray(addition)
    ? Object.fromEntries(
        addition.map((line) => /^([^:]+):\s*(.*)$/.exec(String(line))?.slice(1, 3) ?? [String(line), '']),
      )
    : (headers.textMap('add') ?? {});
  const removed = Object.fromEntries((headers.texts('remove') ?? []).map((name) => [name, '']));
  return { ...added, ...headers.textMap('set'), ...removed };
}
