import type { Losses } from '../losses.ts';
import type { SourceMap } from '../source-map.ts';

/** The plugins of a route: those of the route go before those of its plugin configuration, its service and global rules. */
export class ApisixPlugins {
  readonly #losses: Losses;
  readonly #byName = new Map<string, SourceMap>();
  readonly #handled = new Set<string>();

  constructor(losses: Losses) {
    this.#losses = losses;
  }

  /** Adds the plugins of a map, in place of those of the same name before. */
  add(owner: SourceMap): void {
    for (const [name, config] of owner.entries('plugins')) {
      const meta = config.map('_meta');
      const isDisabled = meta?.flag('disable') === true || config.flag('disable') === true;
      if (meta?.has('filter') === true)
        this.#losses.add('changed', meta.at('filter'), `plugin ${name} runs for every request of the route`);
      meta?.skipAll();
      if (isDisabled) {
        config.skipAll();
        this.#byName.delete(name);
      } else this.#byName.set(name, config);
    }
  }

  /** Returns the configuration of a plugin, and counts it as imported. */
  take(name: string): SourceMap | undefined {
    this.#handled.add(name);
    return this.#byName.get(name);
  }

  /** Returns the plugins that nothing has taken. */
  rest(): readonly (readonly [string, SourceMap])[] {
    return [...this.#byName].filter(([name]) => !this.#handled.has(name));
  }
}
