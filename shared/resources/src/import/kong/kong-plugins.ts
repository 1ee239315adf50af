import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

/** A plugin of Kong and what it is configured for; null counts for all. */
export interface KongPlugin {
  readonly name: string;
  readonly map: SourceMap;
  readonly service: string | null;
  readonly route: string | null;
  readonly consumer: string | null;
}

/** Where a plugin is looked for. */
export interface KongScope {
  readonly service: string | null;
  readonly route: string | null;
}

/** Finds the plugins that apply to a request. https://developer.konghq.com/gateway/entities/plugin/#plugin-precedence */
export class KongPlugins {
  readonly #plugins: KongPlugin[] = [];
  readonly #losses: Losses;

  constructor(losses: Losses) {
    this.#losses = losses;
  }

  /** Adds the plugins of a map; those that are disabled do nothing. */
  add(owner: SourceMap, scope: Partial<KongScope & Pick<KongPlugin, 'consumer'>> = {}): void {
    for (const map of owner.maps('plugins')) {
      map.skip('id', 'created_at', 'updated_at', 'tags', 'protocols', 'run_on', 'instance_name');
      const name = map.text('name');
      if (map.flag('enabled') === false || name === undefined) {
        map.skipAll();
        continue;
      }
      if (map.has('ordering') || map.has('_config'))
        this.#losses.add('changed', map.path, 'order and shared configuration of plugins are not imported');
      map.skip('ordering', '_config');
      this.#plugins.push({
        name,
        map,
        service: scope.service ?? referenceOf(map, 'service'),
        route: scope.route ?? referenceOf(map, 'route'),
        consumer: scope.consumer ?? referenceOf(map, 'consumer'),
      });
    }
  }

  /** Returns the plugins of a route, those that are for all consumers; of each name the most specific. */
  ofRoute(scope: KongScope): readonly KongPlugin[] {
    const found = new Map<string, KongPlugin>();
    for (const plugin of this.#plugins.filter((plugin) => plugin.consumer === null && isFor(plugin, scope))) {
      const known = found.get(plugin.name);
      if (known === undefined || specificity(plugin) > specificity(known)) found.set(plugin.name, plugin);
    }
    return [...found.values()];
  }

  /** Returns the plugin of a name for a consumer of a route. */
  forConsumer(name: string, consumer: string, scope: KongScope): KongPlugin | undefined {
    return this.#plugins
      .filter(
        (plugin) =>
          plugin.name === name &&
          isFor(plugin, scope) &&
          (plugin.consumer === consumer || plugin.consumer === null),
      )
      .toSorted((a, b) => specificity(b) - specificity(a))[0];
  }

  /** Returns the plugins that are for one consumer. */
  ofConsumers(): readonly KongPlugin[] {
    return this.#plugins.filter(({ consumer }) => consumer !== null);
  }
}

function isFor({ service, route }: KongPlugin, scope: KongScope): boolean {
  return (service === null || service === scope.service) && (route === null || route === scope.route);
}

function specificity({ consumer, route, service }: KongPlugin): number {
  return (consumer === null ? 0 : 4) + (route === null ? 0 : 2) + (service === null ? 0 : 1);
}

/** A reference is a name, or a map with a name or an id. */
export function referenceOf(map: SourceMap, key: string): string | null {
  const value = map.raw(key);
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return null;
  const { name, id, username }: { name?: unknown; id?: unknown; username?: unknown } = value;
  const found = [name, username, id].find((one) => typeof one === 'string');
  return typeof found === 'string' ? found : null;
}
