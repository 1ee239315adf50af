import type { ImportedGateway, ImportedRoute, ImportedUpstream } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';
import { readAccess } from './kong-access.ts';
import { readConsumers, type KongConsumer } from './kong-consumers.ts';
import { readMiddlewares } from './kong-middlewares.ts';
import { KongPlugins, referenceOf } from './kong-plugins.ts';
import { readRules, withPriorities, type KongRule } from './kong-rules.ts';
import { readService, type KongService } from './kong-upstreams.ts';

const HTTP: ReadonlySet<string> = new Set(['http', 'https', 'grpc', 'grpcs']);

/** Conditions of streams and TLS, which a rule of HTTP does not have. */
const UNKNOWN_CONDITIONS = ['snis', 'sources', 'destinations', 'expression'] as const;

interface KongContext {
  readonly plugins: KongPlugins;
  readonly consumers: readonly KongConsumer[];
  readonly losses: Losses;
}

type UnrankedRoute = Omit<ImportedRoute, 'rules'>;

/** Reads the declarative configuration of Kong, as decK writes it. https://developer.konghq.com/deck/file/ */
export function importKong(roots: readonly SourceMap[], losses: Losses): ImportedGateway {
  const plugins = new KongPlugins(losses);
  const services: KongService[] = [];
  const routes: { readonly route: UnrankedRoute; readonly rules: readonly KongRule[] }[] = [];
  const consumers = roots.flatMap((root) => readConsumers(root, losses));
  const pending: { readonly map: SourceMap; readonly service: KongService | null }[] = [];
  for (const root of roots) pending.push(...readRoot(root, { plugins, services, losses }));
  const usable = withoutRestricted(consumers, plugins, losses);
  for (const { map, service } of pending) {
    const read = readRoute(map, service, { plugins, consumers: usable, losses });
    if (read !== null) routes.push(read);
  }
  return {
    upstreams: services.flatMap(upstreamsOf),
    callers: usable.map(({ caller }) => caller),
    routes: withPriorities(routes),
  };
}

function readRoot(
  root: SourceMap,
  {
    plugins,
    services,
    losses,
  }: { readonly plugins: KongPlugins; readonly services: KongService[]; readonly losses: Losses },
): readonly { readonly map: SourceMap; readonly service: KongService | null }[] {
  root.skip('_format_version', '_info', '_workspace', '_transform', '_comment');
  const upstreams = new Map(root.maps('upstreams').map((map) => [map.text('name') ?? '', map]));
  const routes: { map: SourceMap; service: KongService | null }[] = [];
  plugins.add(root);
  const own: KongService[] = [];
  for (const map of root.maps('services')) {
    const service = readService(map, { upstreams, losses });
    plugins.add(map, { service: service?.name ?? map.path });
    if (service !== null) own.push(service);
    for (const route of map.maps('routes')) {
      plugins.add(route, { route: nameOf(route) });
      if (service === null) losses.add('withheld', route.path, 'its service is disabled, or is not HTTP');
      else routes.push({ map: route, service });
    }
  }
  for (const map of root.maps('routes')) {
    plugins.add(map, { route: nameOf(map) });
    const name = referenceOf(map, 'service');
    routes.push({ map, service: own.find((service) => service.name === name) ?? null });
  }
  for (const map of root.maps('consumers')) plugins.add(map, { consumer: map.text('username') ?? '' });
  services.push(...own);
  return routes;
}

function nameOf(route: SourceMap): string {
  return route.text('name') ?? route.path;
}

/** A route that keeps the host of requests uses an upstream of another name, since that is a setting of upstreams here. */
function upstreamsOf({ upstream, hostHeader }: KongService): readonly ImportedUpstream[] {
  if (hostHeader !== null) return [upstream];
  return [upstream, { ...upstream, name: `${upstream.name} (host kept)`, passHostHeader: true }];
}

function readRoute(
  map: SourceMap,
  service: KongService | null,
  { plugins, consumers, losses }: KongContext,
): { readonly route: UnrankedRoute; readonly rules: readonly KongRule[] } | null {
  map.skip('id', 'created_at', 'updated_at', 'tags', 'plugins', 'service');
  map.skip('path_handling', 'request_buffering', 'response_buffering');
  const withhold = (path: string, message: string): null => {
    losses.add('withheld', path, message);
    map.skipAll();
    return null;
  };
  const condition = UNKNOWN_CONDITIONS.find((key) => map.has(key));
  if (condition !== undefined) return withhold(map.at(condition), 'is a condition that rules do not have');
  if (service === null) return withhold(map.path, 'has no service: its plugins alone would answer');
  const protocols = map.texts('protocols') ?? ['http', 'https'];
  if (!protocols.some((name) => HTTP.has(name))) return withhold(map.at('protocols'), 'is not HTTP');
  const name = nameOf(map);
  const scope = { service: service.name, route: name };
  const own = plugins.ofRoute(scope);
  const access = readAccess(own, { scope, plugins, consumers, losses });
  const middlewares = access === null ? null : readMiddlewares(own, access, losses);
  const rules = readRules(map, service.path, losses);
  if (access === null || middlewares === null || rules === null)
    return withhold(map.path, 'is not imported, since it would let more requests through');
  const keepsHost = map.flag('preserve_host') === true && service.hostHeader === null;
  if (map.has('https_redirect_status_code'))
    losses.add(
      'changed',
      map.at('https_redirect_status_code'),
      'plain requests get 404, not a redirect or 426',
    );
  map.skip('https_redirect_status_code');
  return {
    route: {
      name: map.has('name') ? name : service.name,
      path: map.path,
      api: { name: service.name, title: service.name },
      scheme: schemeOf(protocols),
      access,
      ...middlewares,
      after: [...middlewares.after, ...ofService(service)],
      upstreams: [{ name: keepsHost ? `${service.name} (host kept)` : service.name, weight: 1 }],
    },
    rules: middlewares.after.some(({ replacePath }) => replacePath !== undefined)
      ? rules.map((rule) => ({ ...rule, middlewares: [] }))
      : rules,
  };
}

function ofService({ hostHeader, retries }: KongService): ImportedRoute['after'] {
  return [
    ...(hostHeader === null ? [] : [{ headers: { customRequestHeaders: { Host: hostHeader } } }]),
    ...(retries === 0 ? [] : [{ retry: { attempts: retries + 1 } }]),
  ];
}

function schemeOf(protocols: readonly string[]): ImportedRoute['scheme'] {
  const isPlain = protocols.some((name) => name === 'http' || name === 'grpc');
  const isTls = protocols.some((name) => name === 'https' || name === 'grpcs');
  return isPlain === isTls ? null : isTls ? 'https' : 'http';
}

/** A plugin for one consumer other than its limit restricts it, which only leaving its credentials out can keep. */
function withoutRestricted(
  consumers: readonly KongConsumer[],
  plugins: KongPlugins,
  losses: Losses,
): readonly KongConsumer[] {
  const restricted = new Set<string>();
  for (const { name, consumer, map } of plugins.ofConsumers()) {
    if (name === 'rate-limiting' || consumer === null) continue;
    restricted.add(consumer);
    losses.add(
      'withheld',
      map.path,
      `plugin ${name} for one consumer: the credentials of "${consumer}" are left out`,
    );
    map.skipAll();
  }
  return consumers.filter(({ caller }) => !restricted.has(caller.name));
}
