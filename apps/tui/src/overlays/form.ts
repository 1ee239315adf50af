import type { App, Overlay } from '../state/app.ts';
import { explain } from '@portolan/console/failure';
import { editLine, insert, lineOf, type Line } from '../state/line-edit.ts';
import { clip, fit, widthOf, wrap } from '../terminal/fit.ts';
import type { Theme } from '../terminal/theme.ts';
import { fuzzyScore } from './fuzzy.ts';
import type { Drawn } from '../state/overlay.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly value?: string;
  readonly hint?: string;
  readonly isSecret?: boolean;
  /** Offered as one types; a comma-separated field completes its last part. */
  readonly choices?: readonly string[];
  readonly isList?: boolean;
  /** Saving without it is refused here. */
  readonly isNeeded?: boolean;
}

export type Values = Readonly<Record<string, string>>;

export interface FormOptions {
  readonly title: string;
  readonly fields: readonly Field[];
  readonly action: string;
  /** Leaves without saving; absent: the form is just closed. */
  onLeave?(): void;
  /** The field to begin at; the first when absent. */
  readonly focus?: string;
  /** Saves; what it throws shows under the field it names, or below the form, and nothing typed is lost. */
  submit(values: Values, app: App): Promise<void>;
}

/** Asks for a few values; nothing leaves it before the last one is confirmed. */
export class Form implements Overlay {
  readonly title: string;
  readonly hints = 'tab next field  ↓↑ move  ctrl-s save  esc leave';
  readonly #options: FormOptions;
  #lines: readonly Line[];
  #at = 0;
  #errors: ReadonlyMap<string, string> = new Map();
  #problem: string | null = null;
  #isSaving = false;
  #isLeaving = false;

  constructor(options: FormOptions) {
    this.title = options.title;
    this.#options = options;
    this.#lines = options.fields.map((field) => lineOf(field.value ?? ''));
    this.#at = Math.max(
      0,
      options.fields.findIndex((field) => field.name === options.focus),
    );
  }

  get isDirty(): boolean {
    return this.#options.fields.some((field, at) => (field.value ?? '') !== (this.#lines[at]?.text ?? ''));
  }

  get fields(): readonly Field[] {
    return this.#options.fields;
  }
  /** What is wrong with the whole; null when nothing is. */
  get problem(): string | null {
    return this.#problem;
  }
  errorOf(name: string): string {
    return this.#errors.get(name) ?? '';
  }
  valueOf(name: string): string {
    return this.#lines[this.fields.findIndex((field) => field.name === name)]?.text ?? '';
  }
  setValue(name: string, value: string): void {
    const place = this.fields.findIndex((field) => field.name === name);
    if (place >= 0) this.#lines = this.#lines.with(place, lineOf(value));
  }

  leave(app: App): void {
    if (this.#options.onLeave) this.#options.onLeave();
    else app.closeOverlay();
  }

  async key(key: string, app: App): Promise<void> {
    if (this.#isSaving) return;
    if (key !== 'esc' && key !== 'ctrl-c') this.#isLeaving = false;
    switch (key) {
      case 'esc':
      case 'ctrl-c':
        if (this.isDirty && !this.#isLeaving) this.#isLeaving = true;
        else this.leave(app);
        return;
      case 'tab':
        if (this.#complete()) return;
        return this.#move(1);
      case 'down':
        return this.#move(1);
      case 'up':
      case 'shift-tab':
        return this.#move(-1);
      case 'enter':
        if (this.#at < this.#options.fields.length - 1) return this.#move(1);
        return this.save(app);
      case 'ctrl-s':
        return this.save(app);
      default: {
        const line = editLine(this.#line, key);
        if (line) this.#lines = this.#lines.with(this.#at, line);
      }
    }
  }

  paste(text: string): void {
    if (!this.#isSaving) this.#lines = this.#lines.with(this.#at, insert(this.#line, text.trim()));
  }

  click(item: number): void {
    if (!this.#isSaving) this.#at = item;
  }

  draw({ width }: { width: number; height: number }, theme: Theme): Drawn {
    const label = Math.max(...this.#options.fields.map((field) => widthOf(field.label)));
    const lines: string[] = [];
    const items: (number | null)[] = [];
    let cursor = { x: 0, y: 0 };
    this.#options.fields.forEach((field, at) => {
      const line = this.#lines[at] ?? lineOf('');
      const isHere = at === this.#at;
      const text = field.isSecret === true ? '•'.repeat(line.text.length) : line.text;
      const room = Math.max(4, width - label - 6);
      if (isHere)
        cursor = { x: label + 4 + Math.min(room, widthOf(text.slice(0, line.cursor))), y: lines.length };
      const ghost = isHere ? (this.#suggestion() ?? '') : '';
      const rest =
        text === '' && ghost === ''
          ? theme.paint('dim', clip(field.hint ?? '', room))
          : theme.paint('plain', clip(text, room)) +
            theme.paint('dim', clip(ghost, Math.max(0, room - widthOf(text))));
      const name = theme.paint(isHere ? 'accent' : 'dim', fit(field.label, label));
      lines.push(`${isHere ? `${theme.glyphs.cursor} ` : '  '}${name}  ${rest}`);
      items.push(at);
      const error = this.#errors.get(field.name);
      if (error !== undefined) {
        lines.push(
          `${' '.repeat(label + 4)}${theme.paint('bad', clip(`${theme.glyphs.bad} ${error}`, room))}`,
        );
        items.push(null);
      }
    });
    lines.push(
      '',
      ...wrap(this.#status(), width - 4).map((line) =>
        theme.paint(this.#problem === null ? 'dim' : 'bad', `  ${line}`),
      ),
    );
    return { lines, cursor, items };
  }

  #status(): string {
    if (this.#isSaving) return 'saving …';
    if (this.#isLeaving) return 'esc again leaves and loses what was typed; any other key stays';
    return this.#problem ?? `ctrl-s, or enter in the last field: ${this.#options.action}`;
  }

  get #line(): Line {
    return this.#lines[this.#at] ?? lineOf('');
  }

  #move(by: number): void {
    const count = this.#options.fields.length;
    this.#at = (this.#at + by + count) % count;
  }

  /** The rest of the choice the typed text begins. */
  #suggestion(): string | null {
    const field = this.#options.fields[this.#at];
    if (!field?.choices) return null;
    const part =
      (field.isList === true ? this.#line.text.split(',').at(-1) : this.#line.text)?.trimStart() ?? '';
    if (part === '' || this.#line.cursor < this.#line.text.length) return null;
    const match = field.choices.find(
      (choice) => choice.toLowerCase().startsWith(part.toLowerCase()) && fuzzyScore(part, choice) === 0,
    );
    return match === undefined || match.length === part.length ? null : match.slice(part.length);
  }

  #complete(): boolean {
    const rest = this.#suggestion();
    if (rest === null) return false;
    this.#lines = this.#lines.with(this.#at, insert(this.#line, rest));
    return true;
  }

  /** Shows what is wrong with which fields, and goes to the first of them. */
  #mark(errors: ReadonlyMap<string, string>): void {
    this.#errors = errors;
    const first = this.#options.fields.findIndex((field) => errors.has(field.name));
    if (first >= 0) this.#at = first;
    this.#problem = 'Correct what is marked and save again.';
  }

  async save(app: App): Promise<void> {
    const values = Object.fromEntries(
      this.#options.fields.map((field, at) => [field.name, this.#lines[at]?.text.trim() ?? '']),
    );
    const missing = this.#options.fields.filter(
      (field) => field.isNeeded === true && values[field.name] === '',
    );
    if (missing.length > 0) return this.#mark(new Map(missing.map((field) => [field.name, 'is needed'])));
    this.#isSaving = true;
    this.#errors = new Map();
    this.#problem = null;
    app.changed();
    try {
      await this.#options.submit(values, app);
    } catch (error) {
      const { message, fix, fields } = explain(error);
      const known = new Set(this.#options.fields.map((field) => field.name));
      const errors = new Map(
        fields.map(({ field, message: text }) => {
          const name = field.split('.').findLast((part) => known.has(part)) ?? field;
          return [name, values[name] === '' ? 'is needed' : text];
        }),
      );
      this.#mark(errors);
      if (errors.size === 0) this.#problem = [message, fix].filter(Boolean).join(' ');
    } finally {
      this.#isSaving = false;
      app.changed();
    }
  }
}
