import { ROLE_PERMISSIONS, type Permission } from '@portolan/contract/permissions';
import type { Command, Plan, DangerousCommand } from './command.ts';
import type { Keymap } from '../commands/keymap.ts';
import { changeConfig, type Config, type LoadedConfig } from '../config/config.ts';
import type { Kind, Session } from '@portolan/console/kinds/kind';
import { Confirm } from '../overlays/confirm.ts';
import type { Overlay } from '../overlays/overlay.ts';
import type { PreviewState } from '../screens/preview.ts';
import type { Theme } from '../terminal/theme.ts';
import { explain } from '@portolan/console/failure';
import { formatSort, parseFor } from '@portolan/console/lists/arrange';
import { Busy } from '@portolan/console/lists/busy';
import { Details } from '@portolan/console/lists/details';
import { Diary, type Undo } from './session-history.ts';
import { Lists } from '@portolan/console/lists/lists';
import { Prefix } from './prefix.ts';
import { EVERYTHING, scopedFilter, type Scope } from '@portolan/console/lists/scope';
import { followPlatform, type LiveState } from '@portolan/console/live/live';
import type { Gate } from './session-client.ts';
import { withContext, type Seen } from './context-rows.ts';
import { Traffic } from '@portolan/console/lists/traffic';
import {
  amend,
  currentView,
  listView,
  newTrail,
  push,
  type ListView,
  type Trail,
  type View,
} from './views.ts';

/** A cursor that has not moved for this long is where its person wants it. */
const REST_MS = 80;

/** What the screen can do that only the terminal knows how to. */
export interface Terminal {
  copy(text: string): Promise<string>;
  /** Lets the user change a text in their editor; null when they did not. */
  edit(text: string, name: string): Promise<string | null>;
  /** Opens an address in a browser; false when there is none here. */
  browse(url: string): Promise<boolean>;
  setMouse(isOn: boolean): void;
  /** Paints everything anew, after something else wrote on the screen. */
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
  /** Where texts are kept that could not be applied. */
  readonly stateDir: string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The state of the terminal UI and the only place it changes. What is drawn is a function of it. */
export class App {
  readonly options: AppOptions;
  readonly session: Session;
  readonly busy = new Busy();
  readonly lists: Lists;
  readonly details: Details;
  /** Settles when the platform has said who this is and one is where one wanted to be; null when it has. */
  opening: Promise<void> | null = null;
  readonly traffic: Traffic;
  readonly diary = new Diary();
  readonly gate: Gate;
  terminal: Terminal | null = null;
  theme: Theme;
  trails: readonly Trail[] = [newTrail()];
  tab = 0;
  overlay: Overlay | null = null;
  toast: { readonly text: string; readonly at: number } | null = null;
  live: LiveState = { state: 'connecting' };
  size: Size = { width: 80, height: 24 };
  preview: PreviewState = { side: 'right', isOn: true, isZoomed: false };
  scope: Scope = EVERYTHING;
  isPaused = false;
  isMouseOn: boolean;
  /** The row the cursor left when it began to move, '' when it was on none; null while it rests. */
  movingFrom: string | null = null;
  readonly prefix = new Prefix(() => this.changed());
  /** The last command that was about things and not about places. */
  lastCommand: Command | null = null;
  /** The context to go on with once this screen is left. */
  switchTo: string | null = null;
  config: Config;
  /** Keys made in this session by their user's e-mail, so that a call can be tried; only ever in memory. */
  readonly madeKeys = new Map<string, string>();
  readonly filters: Record<string, readonly string[]> = {};
  #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  #version = 0;
  /** What was seen around found rows last: drawn many times, made once. */
  #around: { readonly key: string; readonly seen: Seen } | null = null;
  #lapse: NodeJS.Timeout | undefined;
  #rest: NodeJS.Timeout | undefined;
  #loaded: LoadedConfig;

  constructor(options: AppOptions) {
    this.options = options;
    this.session = options.session;
    this.gate = options.gate;
    this.#loaded = options.loaded;
    this.config = options.loaded.config;
    this.theme = options.themeFor(this.config.theme);
    this.isMouseOn = this.config.mouse;
    const from = { session: options.session, busy: this.busy, changed: () => this.changed() };
    this.lists = new Lists(from);
    this.traffic = new Traffic({ ...from, now: options.now });
    this.details = new Details({
      ...from,
      isMoving: () => this.movingFrom !== null,
      failed: (error, what) => this.fail(error, what),
    });
    if (options.loaded.problem !== null)
      this.fail(new Error(options.loaded.problem), 'read the configuration');
  }

  /** Begins to follow the platform; ends with `close`. */
  start(): void {
    void this.traffic.refresh();
    void followPlatform(
      this.session,
      {
        change: (change) => {
          this.lists.onChange(change);
          this.details.onChange(change.topic);
          if (change.topic === 'metrics') void this.traffic.refresh();
        },
        state: (state) => {
          this.live = state;
          if (state.state === 'lost' && state.isSessionOver) this.gate.refused?.();
          this.changed();
        },
        resumed: () => this.refreshAll(),
      },
      { signal: this.#stop.signal, now: this.now },
    );
  }

  /** Goes on as whoever the platform says this is. */
  opened(who: Pick<Session, 'account' | 'workspace' | 'role'>): void {
    Object.assign(this.session, who);
    this.opening = null;
    this.start();
    this.changed();
  }

  /** Follows the platform anew at once, instead of when the next try is due. */
  reconnect(): void {
    if (this.opening) return;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.start();
    this.refreshAll();
  }

  refreshAll(): void {
    this.lists.refreshAll();
    void this.traffic.refresh();
  }

  close(): void {
    this.#stop.abort();
    clearTimeout(this.#lapse);
    clearTimeout(this.#rest);
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

  changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  resize(size: Size): void {
    this.size = size;
    this.changed();
  }

  /** Notes that the cursor is on its way: the preview stays with where it was until it rests, and reads nothing. */
  cursorMoves(from: string): void {
    this.movingFrom ??= from;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.movingFrom = null;
      this.changed();
    }, REST_MS);
  }

  get trail(): Trail {
    return this.trails[this.tab] ?? newTrail();
  }
  get view(): View {
    return currentView(this.trail);
  }

  setTrail(trail: Trail): void {
    this.trails = this.trails.with(this.tab, trail);
    const { view } = this;
    this.lists.show(new Set(view.type === 'list' || view.type === 'detail' ? [view.kind] : []));
    this.changed();
  }

  /** Goes somewhere new. */
  open(view: View): void {
    this.setTrail(push(this.trail, view));
  }

  openList(kind: Kind, filter = ''): void {
    const saved = this.config.views[kind.name];
    this.open(listView(kind, { filter, sort: saved?.sort ?? kind.sort, isWide: saved?.wide ?? false }));
  }

  /** Changes where one is, without a step in the history. */
  setView(view: View): void {
    this.setTrail(amend(this.trail, view));
  }

  /** Every letter of a filter may put another row under the cursor. */
  setFilter(filter: string): void {
    const { view } = this;
    if (view.type !== 'list') return;
    this.cursorMoves(view.cursor ?? '');
    this.setView({ ...view, filter });
  }

  rememberFilter(filter: string): void {
    const { view } = this;
    if (view.type !== 'list' || filter === '') return;
    const known = this.filters[view.kind.name] ?? [];
    this.filters[view.kind.name] = [...known.filter((one) => one !== filter), filter].slice(-30);
  }

  /** The rows of a list in their order, and where the cursor is among them. */
  rows(view: ListView): { readonly rows: readonly unknown[]; readonly at: number } {
    const { rows, index } = this.seen(view);
    const at = view.cursor === null ? 0 : (index.get(view.cursor) ?? 0);
    return { rows, at };
  }

  /** The rows of a list within the scope, and around what its filter finds, and where each object is among them. */
  seen(view: ListView): Seen {
    const scoped = this.scoped(view);
    if (view.context === 0 || view.filter === '') return this.lists.arranged(scoped, this.now());
    const { version } = this.lists.for(scoped);
    const key = [view.kind.name, version, scoped.filter, formatSort(view.sort), view.context].join(' ');
    if (this.#around?.key === key) return this.#around.seen;
    const found = this.lists.arranged(scoped, this.now());
    const all = this.lists.arranged(this.scoped({ ...view, filter: '' }), this.now());
    const seen = withContext(view.kind, { all: all.rows, found: found.rows }, view.context);
    this.#around = { key, seen };
    return seen;
  }

  /** A list as it is seen within the scope. */
  scoped(view: ListView): ListView {
    // A filter that is not understood is no filter, but the scope stays.
    const filter = parseFor(view.kind, view.filter).ok ? view.filter : '';
    return { ...view, filter: scopedFilter(this.scope, view.kind, filter) };
  }

  /** What a command is about: the marked rows, or the one under the cursor, or the one in detail. */
  targets<T>(kind: Kind<T>): readonly T[] {
    const { view } = this;
    if (view.type === 'detail' && view.kind.name === kind.name) {
      const row = this.rowOf(view.kind, view.id);
      // The view's kind is the asked kind, so its rows are of its type.
      return row === null ? [] : [row as T];
    }
    if (view.type !== 'list' || view.kind.name !== kind.name) return [];
    const { rows, at } = this.rows(view);
    const { index } = this.seen(view);
    const marked = [...view.marks].flatMap((id) => index.get(id) ?? []).toSorted((a, b) => a - b);
    return (marked.length > 0 ? marked.map((place) => rows[place]) : rows.slice(at, at + 1)) as readonly T[];
  }

  /** An object by its id, from the list or from its own reading. */
  rowOf(kind: Kind, id: string): unknown {
    const listed = this.lists.of(kind).rows.find((row) => kind.id(row) === id);
    return listed ?? this.details.get(kind, id, undefined).row;
  }

  /** Names of a kind's loaded objects, to be offered in forms. */
  labelsOf(kind: Kind): readonly string[] {
    return this.lists.of(kind).rows.map((row) => kind.label(row));
  }

  /** Reads the list again and puts its cursor on an object just made, so that the next key is about it. */
  async showMade(kind: Kind, id: string): Promise<void> {
    await this.lists.of(kind).refresh();
    const { view } = this;
    if (view.type === 'list' && view.kind === kind) this.setView({ ...view, cursor: id });
  }

  /** What must be typed to confirm: on production with the context before it. */
  confirmWord(name: string): string {
    return this.options.isProduction ? `${this.options.contextName}/${name}` : name;
  }

  /** Write mode that ends by itself. */
  allowWriting(forMs: number): void {
    this.gate.isWritable = true;
    clearTimeout(this.#lapse);
    this.#lapse = setTimeout(() => {
      this.gate.isWritable = false;
      this.say('Write mode has lapsed.');
    }, forMs);
  }

  applyTheme(name: Config['theme']): void {
    this.theme = this.options.themeFor(name);
    this.changed();
  }

  /** Why a command cannot be given now; null when it can. */
  whyNot(command: Command): string | null {
    const { permission } = command;
    if (permission !== undefined && !ROLE_PERMISSIONS[this.session.role].has(permission)) {
      return `your role ${this.session.role} lacks ${permission}; an owner or admin can grant it`;
    }
    if (isWriting(permission) && !this.gate.isWritable) return 'read-only: press ! to switch to write mode';
    return command.disabled?.(this) ?? null;
  }

  /** Gives a command: runs it, or asks first when it is dangerous. */
  async run(command: Command): Promise<void> {
    const reason = this.whyNot(command);
    if (reason !== null) return this.say(`${command.title}: ${reason}`);
    if (command.kinds !== undefined) this.lastCommand = command;
    try {
      if (command.danger === 0) {
        await this.busy.track(Promise.resolve(command.run(this)));
      } else {
        const plan = await this.busy.track(Promise.resolve(command.plan(this)));
        if (plan) this.openOverlay(new Confirm(plan, command, this.now()));
      }
    } catch (error) {
      this.fail(error, command.title);
    }
    this.changed();
  }

  /** Does what was confirmed. */
  async perform(plan: Plan, command: Pick<DangerousCommand, 'title'>): Promise<void> {
    this.closeOverlay();
    try {
      const result = await this.busy.track(plan.run());
      this.did({
        what: command.title,
        object: plan.object,
        result,
        ...(plan.undo ? { undo: { redo: () => plan.run(), ...plan.undo } } : {}),
      });
    } catch (error) {
      this.diary.note({
        at: this.now(),
        what: command.title,
        object: plan.object,
        result: `failed: ${explain(error).message}`,
        undo: null,
      });
      this.fail(error, `${command.title} ${plan.object}`);
    }
  }

  /** Notes what was done in the journal and says it. */
  did(done: { what: string; object: string; result: string; undo?: Undo }): void {
    this.diary.note({
      at: this.now(),
      what: done.what,
      object: done.object,
      result: done.result,
      undo: done.undo ?? null,
    });
    const { view } = this;
    if (view.type === 'list' && view.marks.size > 0)
      this.setView({ ...view, marks: new Set(), rangeFrom: null });
    this.lists.refreshAll();
    this.say(done.result);
  }

  say(text: string): void {
    this.toast = { text, at: this.now() };
    this.changed();
  }

  fail(error: unknown, what: string): void {
    this.diary.fail(error, what, this.now());
    this.changed();
  }

  openOverlay(overlay: Overlay): void {
    this.overlay = overlay;
    this.changed();
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
      this.say(`Copied ${what}: ${await this.terminal.copy(text)}`);
    } catch (error) {
      this.fail(error, `copy ${what}`);
    }
  }

  /** Lets the user change a text in their editor; null when they did not. */
  async edit(text: string, name: string): Promise<string | null> {
    return this.terminal ? this.terminal.edit(text, name) : null;
  }

  /** Changes the configuration here and, unless the file has a mistake, in it. */
  async configure(change: (config: Config) => Config): Promise<void> {
    this.config = change(this.config);
    this.changed();
    this.#loaded = await this.busy.track(changeConfig(this.#loaded, change));
    if (this.#loaded.problem !== null) this.fail(new Error(this.#loaded.problem), 'save the configuration');
  }

  /** Remembers how a list is sorted and how wide it is. */
  saveView(view: ListView): void {
    const saved = { ...this.config.views[view.kind.name], sort: formatSort(view.sort), wide: view.isWide };
    void this.configure((config) => ({ ...config, views: { ...config.views, [view.kind.name]: saved } }));
  }
}

function isWriting(permission: Permission | undefined): boolean {
  return permission?.endsWith('.read') === false;
}
