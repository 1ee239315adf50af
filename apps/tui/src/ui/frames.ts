import type { App } from '../state/app.ts';
import { drawFrame, type Frame } from './frame.ts';

/** Frames that follow each other faster than this are one. */
const FRAME_MS = 8;
/** Ages and the clock move on by themselves; what has not moved for long is looked at less and less often. */
const TICK_MS = 1_000;
const TICK_MAX_MS = 8_000;
const MINUTE_MS = 60_000;

/**
 * The frames of an app, one for everything that changed in one turn of the event loop: at once, unless one was drawn
 * just before. A change that shows nowhere is no new frame, so that nobody downstream wakes for it.
 */
export class Frames {
  readonly #app: App;
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: () => void;
  #frame: Frame;
  #failure: { readonly error: unknown } | null = null;
  #drawnAt = 0;
  #soon: NodeJS.Immediate | undefined;
  #later: NodeJS.Timeout | undefined;
  #tick: NodeJS.Timeout;
  #tickMs = TICK_MS;
  #waiting: (() => void)[] = [];

  constructor(app: App) {
    this.#app = app;
    this.#frame = drawFrame(app);
    this.#unsubscribe = app.subscribe(() => this.#schedule());
    this.#tick = this.#tickIn(TICK_MS);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The newest frame; throws what drawing it threw, to whoever paints it. */
  readonly current = (): Frame => {
    if (this.#failure) throw this.#failure.error;
    return this.#frame;
  };

  /** Resolves when what has changed by now is drawn. */
  drawn(): Promise<void> {
    if (this.#soon === undefined && this.#later === undefined) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#unsubscribe();
    clearImmediate(this.#soon);
    clearTimeout(this.#later);
    clearTimeout(this.#tick);
    this.#settle();
  }

  #schedule(): void {
    if (this.#soon !== undefined || this.#later !== undefined) return;
    const wait = this.#drawnAt + FRAME_MS - performance.now();
    if (wait <= 0) this.#soon = setImmediate(() => this.#draw());
    else this.#later = setTimeout(() => this.#draw(), wait);
  }

  #draw(): void {
    this.#settle();
    this.#drawnAt = performance.now();
    try {
      const frame = drawFrame(this.#app);
      const isSame = isSameFrame(frame, this.#frame);
      this.#tickMs = isSame ? Math.min(TICK_MAX_MS, this.#tickMs * 2) : TICK_MS;
      clearTimeout(this.#tick);
      this.#tick = this.#tickIn(this.#tickMs);
      if (isSame) return;
      this.#frame = frame;
    } catch (error) {
      this.#failure = { error };
    }
    for (const listener of this.#listeners) listener();
  }

  #tickIn(ms: number): NodeJS.Timeout {
    const toMinute = MINUTE_MS - (this.#app.now() % MINUTE_MS);
    return setTimeout(() => this.#draw(), Math.min(ms, toMinute));
  }

  #settle(): void {
    this.#soon = undefined;
    this.#later = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function isSameFrame(a: Frame, b: Frame): boolean {
  return (
    a.cursor?.x === b.cursor?.x &&
    a.cursor?.y === b.cursor?.y &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, at) => line === b.lines[at])
  );
}
