import { fieldsOf } from '@portolan/console/lists/sort-rows';
import type { App, Overlay } from '../state/app.ts';
import { editLine, insert, lineOf, type Line } from '../state/line-edit.ts';
import type { ListView } from '../state/views.ts';
import type { Drawn } from '../state/overlay.ts';

/** Edits the filter of a list in its own bar; the list follows every key. */
export class FilterPrompt implements Overlay {
  readonly title = '';
  readonly hints = 'enter keep  esc clear  ↑↓ earlier filters  tab complete field';
  readonly #history: readonly string[];
  #line: Line;
  #recall = 0;

  constructor(view: ListView, history: readonly string[]) {
    this.#line = lineOf(view.filter);
    this.#history = [...history, view.filter];
    this.#recall = this.#history.length - 1;
  }

  get line(): Line {
    return this.#line;
  }

  key(key: string, app: App): void {
    switch (key) {
      case 'esc':
        this.#set(lineOf(''), app);
        return app.closeOverlay();
      case 'enter':
        app.navigation.rememberFilter(this.#line.text);
        return app.closeOverlay();
      case 'up':
      case 'down':
        this.#recall = Math.min(
          this.#history.length - 1,
          Math.max(0, this.#recall + (key === 'up' ? -1 : 1)),
        );
        return this.#set(lineOf(this.#history[this.#recall] ?? ''), app);
      case 'tab':
        return this.#complete(app);
      default: {
        const line = editLine(this.#line, key);
        if (line) this.#set(line, app);
      }
    }
  }

  paste(text: string, app: App): void {
    this.#set(insert(this.#line, text), app);
  }

  /** It is drawn by the list's own bar. */
  draw(): Drawn {
    return { lines: [] };
  }

  #set(line: Line, app: App): void {
    this.#line = line;
    app.navigation.setFilter(line.text);
  }

  #complete(app: App): void {
    const { view } = app.navigation;
    if (view.type !== 'list') return;
    const start = this.#line.text.lastIndexOf(' ', this.#line.cursor - 1) + 1;
    const part = this.#line.text.slice(start, this.#line.cursor).replace(/^!/, '');
    const match =
      part === ''
        ? undefined
        : [...fieldsOf(view.kind).keys()].find((field) => field.toLowerCase().startsWith(part.toLowerCase()));
    if (match !== undefined) {
      const from = this.#line.cursor - part.length;
      const head = `${this.#line.text.slice(0, from)}${match}:`;
      this.#set({ text: head + this.#line.text.slice(this.#line.cursor), cursor: head.length }, app);
    }
  }
}
