import type { App, Overlay } from '../state/app.ts';
import { explain } from '@portolan/console/failure';
import { editLine, insert, lineOf, lineWindow, type Line } from '../state/line-edit.ts';
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
  /** Suggested as one types; a comma-separated field completes its last part. */
  readonly choices?: readonly string[];
  /** Only the choices are possible: they are shown side by side and one of them is selected. */
  readonly isSelect?: boolean;
  /** The choices are all there are: a beginning that fits one of them alone means that one. */
  readonly isKnown?: boolean;
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
  get hints(): string {
    const here = this.#field?.isSelect === true ? '←→ select' : 'tab complete or next';
    return `${here}  ↑↓ move  ctrl-s save  esc leave`;
  }

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

  get #field(): Field | undefined {
    return this.#options.fields[this.#at];
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
    if (this.#isLeaving && key !== 'esc' && key !== 'ctrl-c') {
      // The key that stays is not typed as well.
      this.#isLeaving = false;
      return;
    }
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
        if (this.#field?.isSelect === true) return this.#select(key);
        const line = editLine(this.#line, key);
        if (line) this.#lines = this.#lines.with(this.#at, line);
      }
    }
  }

  paste(text: string): void {
    if (this.#isSaving) return;
    const field = this.#field;
    if (field?.isSelect !== true) this.#lines = this.#lines.with(this.#at, insert(this.#line, text.trim()));
    else if (field.choices?.includes(text.trim()) === true) this.setValue(field.name, text.trim());
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
      const room = Math.max(4, width - label - 6);
      const shown = lineWindow(field.isSecret === true ? masked(line) : line, room);
      if (isHere) cursor = { x: label + 4 + shown.x, y: lines.length };
      const ghost = isHere ? (this.#suggestion() ?? '') : '';
      const rest =
        field.isSelect === true
          ? selection(field, line.text, { room, theme })
          : line.text === ''
            ? theme.paint('dim', clip(field.hint ?? '', room))
            : theme.paint('plain', shown.text) + ghostOf(ghost, room - widthOf(shown.text), theme);
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
    if (this.#isSaving) return 'Saving …';
    if (this.#isLeaving)
      return 'Unsaved changes. Press esc again to discard them; any other key goes on editing.';
    return this.#problem ?? `ctrl-s, or enter in the last field: ${this.#options.action}`;
  }

  get #line(): Line {
    return this.#lines[this.#at] ?? lineOf('');
  }

  #move(by: number): void {
    this.#acceptOnly();
    const count = this.#options.fields.length;
    this.#at = (this.#at + by + count) % count;
  }

  /** Selects the next choice, the one before, or the next one that begins with a letter. */
  #select(key: string): void {
    const { name, choices = [] } = this.#field ?? { name: '' };
    const now = choices.indexOf(this.#line.text);
    const step = key === 'left' || key === 'backspace' ? -1 : 1;
    const isStep = ['left', 'right', 'space', 'backspace'].includes(key);
    const ordered = [...choices.slice(now + 1), ...choices.slice(0, now + 1)];
    const next = isStep
      ? choices[(Math.max(now, step > 0 ? -1 : 0) + step + choices.length) % choices.length]
      : ordered.find((choice) => choice.toLowerCase().startsWith(key.toLowerCase()));
    if (next !== undefined) this.setValue(name, next);
  }

  /** What of the current field is completed: all of it, or the last part of a list. */
  get #part(): string {
    const { text } = this.#line;
    return ((this.#field?.isList === true ? text.split(',').at(-1) : text) ?? '').trimStart();
  }

  /** Returns the rest of the first choice that the typed text begins; null when there is none. */
  #suggestion(): string | null {
    const field = this.#field;
    const part = this.#part;
    if (!field?.choices || field.isSelect === true || part === '') return null;
    if (this.#line.cursor < this.#line.text.length) return null;
    const match = field.choices.find(
      (choice) => choice.toLowerCase().startsWith(part.toLowerCase()) && fuzzyScore(part, choice) === 0,
    );
    return match === undefined || match.length === part.length ? null : match.slice(part.length);
  }

  /** Completes what can only mean one of the known choices: what is shown after the cursor is what is saved. */
  #acceptOnly(): void {
    const part = this.#part.toLowerCase();
    if (this.#field?.isKnown !== true || part === '') return;
    const fitting = this.#field.choices?.filter((choice) => choice.toLowerCase().startsWith(part)) ?? [];
    if (fitting.length === 1) this.#complete();
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
    this.#problem = 'Correct the marked fields and save again.';
  }

  async save(app: App): Promise<void> {
    this.#acceptOnly();
    const values = Object.fromEntries(
      this.#options.fields.map((field, at) => [field.name, this.#lines[at]?.text.trim() ?? '']),
    );
    const missing = this.#options.fields.filter(
      (field) => field.isNeeded === true && values[field.name] === '',
    );
    if (missing.length > 0) return this.#mark(new Map(missing.map((field) => [field.name, 'is required'])));
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
          return [name, values[name] === '' ? 'is required' : text];
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

function masked({ text, cursor }: Line): Line {
  return { text: '•'.repeat(text.length), cursor };
}

/** A suggestion must look different from what was typed, without colours too. */
function ghostOf(ghost: string, room: number, theme: Theme): string {
  if (ghost === '' || room < 3) return '';
  return theme.paint('dim', theme.name === 'none' ? `[${clip(ghost, room - 2)}]` : clip(ghost, room));
}

/** Shows all choices with the selected one marked, or that one alone where there is no room. */
function selection(
  { choices = [] }: Field,
  value: string,
  { room, theme }: { room: number; theme: Theme },
): string {
  const place = choices.indexOf(value);
  const mark = (choice: string) => (choice === value ? `(${choice})` : ` ${choice} `);
  if (widthOf(choices.map(mark).join(' ')) <= room)
    return choices.map((choice) => theme.paint(choice === value ? 'accent' : 'dim', mark(choice))).join(' ');
  const where = `${place + 1} of ${choices.length}`;
  return (
    theme.paint('accent', `(${clip(value, room - where.length - 6)})`) + theme.paint('dim', `  ${where}`)
  );
}
