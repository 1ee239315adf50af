import { explain } from '@portolan/console/failure';
import type { App, Overlay } from '../state/app.ts';
import { mergeInto, type Difference } from '@portolan/console/actions/merge';
import { clip, fit, widthOf } from '../terminal/fit.ts';
import type { Theme } from '../terminal/theme.ts';
import type { Drawn } from '../state/overlay.ts';

export interface MergeOptions {
  readonly title: string;
  readonly theirs: unknown;
  readonly differences: readonly Difference[];
  /** Goes on with what was decided; it is the caller's to ask again where that is dangerous. */
  apply(merged: unknown, app: App): Promise<void>;
  /** Lets the person change by hand what was decided so far. */
  edit(merged: unknown, app: App): void | Promise<void>;
}

/** Someone else changed the same object meanwhile: shows what it was, mine and theirs, and asks which to keep. */
export class Merge implements Overlay {
  readonly title: string;
  readonly hints = 'm keep mine  t take theirs  M T all of them  e edit  ctrl-s go on  esc leave';
  readonly isDirty = true;
  readonly #options: MergeOptions;
  #differences: readonly Difference[];
  #at: number;
  #problem: string | null = null;
  #isLeaving = false;

  constructor(options: MergeOptions) {
    this.title = options.title;
    this.#options = options;
    this.#differences = options.differences;
    this.#at = Math.max(0, this.#nextConflict());
  }

  key(key: string, app: App): void | Promise<void> {
    if (key === 'esc' || key === 'ctrl-c') {
      if (this.#isLeaving) return app.closeOverlay();
      this.#isLeaving = true;
      return;
    }
    this.#isLeaving = false;
    switch (key) {
      case 'm':
      case 't':
        return this.#choose(key === 'm' ? 'mine' : 'theirs');
      case 'M':
      case 'T':
        this.#differences = this.#differences.map((one) => ({
          ...one,
          choice: key === 'M' ? 'mine' : 'theirs',
        }));
        return;
      case 'down':
      case 'j':
        this.#at = Math.min(this.#differences.length - 1, this.#at + 1);
        return;
      case 'up':
      case 'k':
        this.#at = Math.max(0, this.#at - 1);
        return;
      case 'e':
        return this.#options.edit(mergeInto(this.#options.theirs, this.#differences), app);
      case 'ctrl-s':
      case 'enter':
        return this.#goOn(app);
    }
  }

  draw({ width, height }: { width: number; height: number }, theme: Theme): Drawn {
    const room = width - 6;
    const name = Math.min(24, Math.max(6, ...this.#differences.map((one) => widthOf(one.path.join('.')))));
    const cell = Math.max(8, Math.floor((room - name - 8) / 3));
    const head = `     ${fit('FIELD', name)}  ${fit('WAS', cell)}  ${fit('MINE', cell)}  ${fit('THEIRS', cell)}`;
    const rows = Math.max(1, height - 4);
    const from = Math.max(0, Math.min(this.#at - Math.floor(rows / 2), this.#differences.length - rows));
    const shown = this.#differences.slice(from, from + rows).map((one, at) => {
      const marker = from + at === this.#at ? `${theme.glyphs.cursor} ` : '  ';
      const state = one.choice === null ? '?' : one.choice === 'mine' ? 'm' : 't';
      const mine = theme.paint(one.choice === 'mine' ? 'ok' : 'plain', fit(textOf(one.mine), cell));
      const theirs = theme.paint(one.choice === 'theirs' ? 'ok' : 'plain', fit(textOf(one.theirs), cell));
      const field = fit(one.path.join('.'), name);
      return ` ${marker}${theme.paint(one.choice === null ? 'bad' : 'dim', state)} ${field}  ${theme.paint('dim', fit(textOf(one.base), cell))}  ${mine}  ${theirs}`;
    });
    return {
      lines: [
        theme.paint('dim', clip(head, width)),
        ...shown,
        '',
        `  ${theme.paint(this.#problem === null ? 'dim' : 'bad', clip(this.#status(), width - 4))}`,
      ],
    };
  }

  #status(): string {
    if (this.#isLeaving) return 'esc again leaves and loses your changes; any other key stays';
    if (this.#problem !== null) return this.#problem;
    const open = this.#differences.filter((one) => one.choice === null).length;
    return open === 0
      ? 'Everything is decided: ctrl-s goes on.'
      : `${open} changed by both: m keeps mine, t takes theirs.`;
  }

  #choose(choice: 'mine' | 'theirs'): void {
    const here = this.#differences[this.#at];
    if (here) this.#differences = this.#differences.with(this.#at, { ...here, choice });
    const next = this.#nextConflict();
    if (next >= 0) this.#at = next;
  }

  #nextConflict(): number {
    return this.#differences.findIndex((one) => one.choice === null);
  }

  async #goOn(app: App): Promise<void> {
    if (this.#nextConflict() >= 0) {
      this.#at = this.#nextConflict();
      return;
    }
    try {
      await this.#options.apply(mergeInto(this.#options.theirs, this.#differences), app);
    } catch (error) {
      const { message, fix } = explain(error);
      this.#problem = [message, fix].filter(Boolean).join(' ');
    }
  }
}

function textOf(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value || '""' : JSON.stringify(value);
}
