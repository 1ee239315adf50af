import type { Busy } from '@portolan/console/lists/busy';
import { formatSort } from '@portolan/console/lists/sort-rows';
import { changeConfig, loadConfig, type Config, type LoadedConfig } from '@portolan/contexts/config';
import type { Theme } from '../terminal/theme.ts';
import type { ListView } from './views.ts';

export interface PreferencesOptions {
  readonly loaded: LoadedConfig;
  readonly themeFor: (name: Config['theme']) => Theme;
  readonly busy: Busy;
  readonly changed: () => void;
  readonly failed: (error: unknown, what: string) => void;
}

/** The user's configuration, and what of it can be changed for this session alone. */
export class Preferences {
  readonly #options: PreferencesOptions;
  #loaded: LoadedConfig;
  config: Config;
  theme: Theme;
  isMouseOn: boolean;

  constructor(options: PreferencesOptions) {
    this.#options = options;
    this.#loaded = options.loaded;
    this.config = options.loaded.config;
    this.theme = options.themeFor(this.config.theme);
    this.isMouseOn = this.config.mouse;
  }

  applyTheme(name: Config['theme']): void {
    this.theme = this.#options.themeFor(name);
    this.#options.changed();
  }

  /** Reads contexts and bookmarks from the file again: other commands change it too. */
  async reload(): Promise<void> {
    const loaded = await loadConfig(this.#loaded.path);
    if (loaded.problem !== null) return;
    this.#loaded = loaded;
    const { contexts, bookmarks } = loaded.config;
    this.config = { ...this.config, contexts, bookmarks };
  }

  /** Changes the configuration here and, unless the file has a mistake, in it. */
  async configure(change: (config: Config) => Config): Promise<void> {
    this.config = change(this.config);
    this.#options.changed();
    this.#loaded = await this.#options.busy.track(changeConfig(this.#loaded, change));
    if (this.#loaded.problem !== null)
      this.#options.failed(new Error(this.#loaded.problem), 'save the configuration');
  }

  /** Saves how a list is sorted and whether it is wide. */
  saveView(view: ListView): void {
    const saved = { ...this.config.views[view.kind.name], sort: formatSort(view.sort), wide: view.isWide };
    void this.configure((config) => ({ ...config, views: { ...config.views, [view.kind.name]: saved } }));
  }
}
