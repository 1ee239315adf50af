import type { ImportedGateway, ImportedRoute, ImportedUpstream } from '../imported.ts';
import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';
import { readApisixAccess } from './apisix-access.ts';
import { readConsumers, type ApisixConsumer } from './apisix-consumers.ts';
import { readApisixMiddlewares } from './apisix-middlewares.ts';
import { ApisixPlugins } from './apisix-plugins.ts';
import { readApisixRules } from './apisix-rules.ts';
import { ApisixUpstreams } from './apisix-upstreams.ts';

interface ApisixContext {
  readonly services: ReadonlyMap<string, SourceMap>;
  readonly pluginConfigs: ReadonlyMap<string, SourceMap>;
  readonly globalRules: readonly SourceMap[];
  readonly consumers: readonly ApisixConsumer[];
  readonly upstreams: ApisixUpstreams;
  readonly losses: Losses;
}

/** Reads the configuration of APISIX's stand-alone mode. https://apisix.apache.org/docs/apisix/deployment-modes/#standalone */
export function importApisix(roots: readonly SourceMap[], losses: Losses): ImportedGateway {
  const routes: ImportedRoute[] = [];
  const upstreams: ImportedUpstream[] = [];
  const consumers = roots.flatMap((root) => readConsumers(root, losses));
  for (const root of roots) {
    nameUnserved(root, losses);
    const context: ApisixContext = {
      services: byId(root.maps('services')),
      pluginConfigs: byId(root.maps('plugin_configs')),
      globalRules: root.maps('global_rules'),
      consumers,
      upstreams: new ApisixUpstreams(byId(root.maps('upstreams')), losses),
      losses,
    };
    for (const map of root.maps('routes')) {
      const route = readRoute(map, context);
      if (route === null) map.skipAll();
      else routes.push(route);
    }
    upstreams.push(...context.upstreams.list());
  }
  return { upstreams, callers: consumers.map(({ caller }) => caller), routes };
}

function nameUnserved(root: SourceMap, losses: Losses): void {
  if (root.has('stream_routes'))
    losses.add('ignored', root.at('stream_routes'), 'streams are not served: only HTTP is');
  if (root.has('ssls'))
    losses.add('ignored', root.at('ssls'), 'certificates are not imported: create TLS Secrets');
  root.skip('stream_routes', 'ssls', 'plugins', 'plugin_metadata');
}

/** Ids are texts or numbers. */
function byId(maps: readonly SourceMap[]): ReadonlyMap<string, SourceMap> {
  return new Map(
    maps.map((map) => {
      map.skip('create_time', 'update_time', 'labels', 'desc');
      return [map.text('id') ?? map.path, map];
    }),
  );
}

function readRoute(map: SourceMap, context: ApisixContext): ImportedRoute | null {
  const { losses, services } = context;
  map.skip('create_time', 'update_time', 'labels', 'desc', 'enable_websocket');
  const withhold = (path: string, message: string): null => {
    losses.add('withheld', path, message);
    return null;
  };
  if (map.number('status') === 0) return null;
  const serviceId = map.text('service_id');
  const service = serviceId === undefined ? undefined : services.get(serviceId);
  if (serviceId !== undefined && service === undefined)
    return withhold(map.at('service_id'), `service "${serviceId}" is not in this file`);
  const name = map.text('name') ?? map.text('id') ?? map.path;
  const plugins = new ApisixPlugins(losses);
  const configId = map.text('plugin_config_id');
  const sources = [
    ...context.globalRules,
    service,
    configId === undefined ? undefined : context.pluginConfigs.get(configId),
    map,
  ];
  for (const source of sources) if (source !== undefined) plugins.add(source);
  const found = context.upstreams.ofRoute(map, service, plugins);
  const access = readApisixAccess(plugins, context);
  const middlewares = access === null ? null : readApisixMiddlewares(plugins, access, losses);
  const rules = readApisixRules(map, service, losses);
  if (access === null || middlewares === null || rules === null)
    return withhold(map.path, 'is not imported, since it would let more requests through');
  if (found === null) return withhold(map.path, 'has no upstream that is known');
  service?.skip('name', 'enable_websocket');
  const serviceName = service?.text('name') ?? serviceId ?? name;
  return {
    name,
    path: map.path,
    api: { name: serviceName, title: serviceName },
    rules,
    scheme: null,
    access,
    ...middlewares,
    after: [...middlewares.after, ...found.middlewares],
    upstreams: found.upstreams,
  };
}
