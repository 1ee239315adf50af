import { explain } from '@portolan/console/failure';
import type { Kind, Session } from '@portolan/console/kinds/kind';
import { Busy } from '@portolan/console/lists/busy';
import { Details } from '@portolan/console/lists/details';
import { Lists } from '@portolan/console/lists/lists';
import { Traffic } from '@portolan/console/lists/traffic';
import type { Config, LoadedConfig } from '@portolan/contexts/config';
import type { Theme } from '../terminal/theme.ts';
import type * as commands from './command.ts';
import { Connection } from './connection.ts';
import { Navigation } from './navigation.ts';
import type * as overlays from './overlay.ts';
import { Preferences } from './preferences.ts';
import { Prefix } from './prefix.ts';
import type { Gate } from './session-client.ts';
import { SessionHistory, type Undo } from './session-history.ts';

export type Command = commands.Command<App>;
export type SafeCommand = commands.SafeCommand<App>;
export type DangerousCommand = commands.DangerousCommand<App>;
export type Keymap = commands.Keymap<App>;
export type Overlay = overlays.Overlay<App>;

/** What only the terminal can do. */
export interface Terminal {
  /** Copies a text; returns a sentence for the status line in which `%s` stands for what was copied. */
  copy(text: string): Promise<string>;
  /** Lets the user change a text in their editor; null when they did not. */
  edit(text: string, name: string): Promise<string | null>;
  /** Opens an address in a browser; false when there is none here. */
  browse(url: string): Promise<boolean>;
  setMouse(isOn: boolean): void;
  /** Paints everything again, after something else wrote on the screen. */
  redraw(): Promise<void>;
  /** Stops the process until the shell continues it. */
  stop(): Promise<void>;
  exit(): void;
}

export interface AppOptions {
  readonly session: Session;
  readonly gate: Gate;
  readonly contextName: string;
  readonly isProduction: boolean;
  readonly loaded: LoadedConfig;
  readonly keymap: Keymap;
  readonly commands: readonly Command[];
  readonly themeFor: (name: Config['theme']) => Theme;
  readonly now: () => number;
  /** Directory of texts that could not be applied. */
  readonly stateDir: string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The state of the terminal UI and the only place where it changes. What is drawn is a function of it. */
export class App {
  readonly options: AppOptions;
  readonly session: Session;
  readonly busy = new Busy();
  readonly history = new SessionHistory();
  readonly preferences: Preferences;
  readonly lists: Lists;
  readonly details: Details;
  readonly traffic: Traffic;
  readonly connection: Connection;
  readonly navigation: Navigation;
  readonly prefix = new Prefix(() => this.changed());
  terminal: Terminal | null = null;
  overlay: Overlay | null = null;
  toast: { readonly text: string; readonly at: number } | null = null;
  size: Size = { width: 80, height: 24 };
  /** The last command that was about objects and not about places. */
  lastCommand: Command | null = null;
  readonly #listeners = new Set<() => void>();
  #version = 0;

  constructor(options: AppOptions) {
    this.options = options;
    this.session = options.session;
    const { now } = options;
    const from = { session: options.session, busy: this.busy, changed: () => this.changed() };
    const failed = (error: unknown, what: string) => this.fail(error, what);
    this.preferences = new Preferences({ ...options, ...from, failed });
    this.lists = new Lists(from);
    this.traffic = new Traffic({ ...from, now });
    this.navigation = new Navigation({
      ...from,
      lists: this.lists,
      details: () => this.details,
      preferences: this.preferences,
      now,
    });
    this.details = new Details({ ...from, isMoving: () => this.navigation.movingFrom !== null, failed });
    this.connection = new Connection({
      ...from,
      gate: options.gate,
      now,
      onChange: (change) => {
        this.lists.onChange(change);
        this.details.onChange(change.topic);
        if (change.topic === 'metrics') void this.traffic.refresh();
      },
      refresh: () => this.refreshAll(),
      onReadOnly: () => this.say('This session is read-only again.'),
    });
    if (options.loaded.problem !== null)
      this.fail(new Error(options.loaded.problem), 'read the configuration');
  }

  /** Starts to follow the platform; ends with `close`. */
  start(): void {
    void this.traffic.refresh();
    this.connection.start();
  }

  refreshAll(): void {
    this.lists.refreshAll();
    void this.traffic.refresh();
  }

  close(): void {
    this.connection.close();
    this.navigation.close();
    this.prefix.close();
    this.lists.close();
    this.details.close();
    this.traffic.close();
  }

  readonly now = (): number => this.options.now();
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly version = (): number => this.#version;

  /** Notifies listeners of a change of the state. */
  changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  resize(size: Size): void {
    this.size = size;
    this.changed();
  }

  /** Returns the names of a kind's loaded objects, for the choices of forms. */
  labelsOf(kind: Kind): readonly string[] {
    return this.lists.of(kind).rows.map((row) => kind.label(row));
  }

  /** Returns what must be typed to confirm: on production with the context before it. */
  confirmWord(name: string): string {
    return this.options.isProduction ? `${this.options.contextName}/${name}` : name;
  }

  /** Runs a plan that was confirmed. */
  async perform(plan: commands.Plan, title: string): Promise<void> {
    this.closeOverlay();
    this.say(`${title} …`);
    const { object, undo } = plan;
    try {
      const result = await this.busy.track(plan.run());
      const redo = () => plan.run();
      this.did({ what: title, object, result, ...(undo ? { undo: { redo, ...undo } } : {}) });
    } catch (error) {
      const result = `failed: ${explain(error).message}`;
      this.history.note({ at: this.now(), what: title, object, result, undo: null });
      this.fail(error, `${title} ${object}`);
    }
  }

  /** Notes in the history what was done, shows it, and reads everything again. */
  did({ what, object, result, undo = null }: Done): void {
    this.history.note({ at: this.now(), what, object, result, undo });
    this.navigation.clearMarks();
    this.lists.refreshAll();
    this.say(result);
  }

  /** Shows a text in the status line until the next key. */
  say(text: string): void {
    this.toast = { text, at: this.now() };
    this.changed();
  }

  /** Shows an error until it is dismissed. */
  fail(error: unknown, what: string): void {
    this.history.fail(error, what, this.now());
    this.changed();
  }

  openOverlay(overlay: Overlay): void {
    this.showOverlay(overlay);
  }

  closeOverlay(): void {
    this.showOverlay(null);
  }

  /** Shows an overlay that was there before, or none. */
  showOverlay(overlay: Overlay | null): void {
    this.overlay = overlay;
    this.changed();
  }

  async copy(text: string, what: string): Promise<void> {
    if (!this.terminal) return;
    try {
      this.say((await this.terminal.copy(text)).replace('%s', () => what));
    } catch (error) {
      this.fail(error, `copy ${what}`);
    }
  }

  /** Lets the user change a text in their editor; null when they did not. */
  async edit(text: string, name: string): Promise<string | null> {
    return this.terminal ? this.terminal.edit(text, name) : null;
  }
}

interface Done {
  readonly what: string;
  readonly object: string;
  readonly result: string;
  readonly undo?: Undo | null;
}
