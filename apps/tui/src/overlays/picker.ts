import { dictionary } from '@portolan/contract/dictionary';
import type { App, Overlay } from '../state/app.ts';
import { editLine, insert, lineOf, lineWindow, type Line } from '../state/line-edit.ts';
import { fit, widthOf } from '../terminal/fit.ts';
import type { Theme } from '../terminal/theme.ts';
import { fuzzyScore } from './fuzzy.ts';
import type { Drawn } from '../state/overlay.ts';

export interface Item {
  readonly label: string;
  /** Said after the label, dimmed. */
  readonly note?: string;
  /** Keys that do the same, shown on the right. */
  readonly keys?: string;
  readonly group?: string;
  /** Why it cannot be chosen; it stays visible with its reason. */
  readonly disabled?: string | null;
  /** `stay` keeps the picker open, for choices that are switched on and off. */
  run(app: App): void | 'stay' | Promise<void>;
}

export interface PickerOptions {
  readonly title: string;
  /** Items for a query; a list that depends on the query makes its own. */
  items(query: string): readonly Item[];
  readonly query?: string;
  readonly empty?: string;
}

const ROWS_MAX = 200;

/** A searchable list of things to choose from: palette, help, menus. */
export class Picker implements Overlay {
  readonly title: string;
  readonly hints = 'enter choose  ↑↓ move  type to search  esc close';
  readonly #options: PickerOptions;
  #line: Line;
  #cursor = 0;
  #shown: readonly Item[] = [];

  constructor(options: PickerOptions) {
    this.title = options.title;
    this.#options = options;
    this.#line = lineOf(options.query ?? '');
    this.#search();
  }

  key(key: string, app: App): void | Promise<void> {
    switch (key) {
      case 'esc':
        return app.closeOverlay();
      case 'enter':
        return this.#choose(app);
      case 'down':
      case 'ctrl-n':
      case 'tab':
        return this.#move(1);
      case 'up':
      case 'ctrl-p':
      case 'shift-tab':
        return this.#move(-1);
      case 'pgdn':
        return this.#move(10);
      case 'pgup':
        return this.#move(-10);
      default: {
        const line = editLine(this.#line, key);
        if (line) this.#edit(line);
      }
    }
  }

  paste(text: string): void {
    this.#edit(insert(this.#line, text));
  }

  click(item: number, app: App): void | Promise<void> {
    this.#cursor = item;
    return this.#choose(app);
  }

  draw({ width, height }: { width: number; height: number }, theme: Theme): Drawn {
    const rows = Math.max(1, height - 1);
    const from = Math.max(0, Math.min(this.#cursor - Math.floor(rows / 2), this.#shown.length - rows));
    const visible = this.#shown.slice(from, from + rows);
    const label = Math.min(46, Math.max(12, ...visible.map((item) => widthOf(item.label))));
    const list = visible.map((item, at) => this.#row(item, from + at, { width, label, theme }));
    if (this.#shown.length === 0) list.push(theme.paint('dim', `  ${this.#options.empty ?? 'No matches'}`));
    const field = lineWindow(this.#line, Math.max(4, width - 6));
    const prompt = `${theme.paint('accent', '  / ')}${theme.paint('plain', field.text)}`;
    return {
      lines: [prompt, ...list],
      cursor: { x: 4 + field.x, y: 0 },
      items: [null, ...visible.map((_, at) => from + at)],
    };
  }

  #row(
    item: Item,
    at: number,
    { width, label, theme }: { width: number; label: number; theme: Theme },
  ): string {
    const isHere = at === this.#cursor;
    const isOff = typeof item.disabled === 'string';
    const keys = item.keys ?? '';
    const marker = isHere ? `${theme.glyphs.cursor} ` : '  ';
    const note = isOff ? `not available: ${item.disabled ?? ''}` : (item.note ?? '');
    const room = Math.max(0, width - label - 4 - (keys === '' ? 0 : widthOf(keys) + 2));
    if (isHere && !isOff)
      return theme.paint(
        'selected',
        `${marker}${fit(item.label, label)}  ${fit(note, room)}${keys === '' ? '' : `  ${keys}`}`,
      );
    const tone = isOff ? 'dim' : isHere ? 'strong' : 'plain';
    const shortcut = keys === '' ? '' : `  ${theme.paint('accent', keys)}`;
    return `${marker}${theme.paint(tone, fit(item.label, label))}  ${theme.paint('dim', fit(note, room))}${shortcut}`;
  }

  #edit(line: Line): void {
    const isSame = line.text === this.#line.text;
    this.#line = line;
    if (isSame) return;
    this.#cursor = 0;
    this.#search();
  }

  #search(): void {
    const query = this.#line.text.trim();
    const items = this.#options.items(query);
    this.#shown = query === '' ? items.slice(0, ROWS_MAX) : rank(items, query);
    this.#cursor = Math.min(this.#cursor, Math.max(0, this.#shown.length - 1));
  }

  #move(by: number): void {
    const last = this.#shown.length - 1;
    if (last < 0) return;
    const next = this.#cursor + by;
    this.#cursor = Math.abs(by) === 1 ? (next + last + 1) % (last + 1) : Math.min(last, Math.max(0, next));
  }

  /** What a query finds, the best first. */
  find(query: string): readonly Item[] {
    this.#edit(lineOf(query));
    return this.#shown;
  }

  #choose(app: App): void | Promise<void> {
    const item = this.#shown[this.#cursor];
    if (item) return this.choose(item, app);
  }

  choose(item: Item, app: App): void | Promise<void> {
    if (typeof item.disabled === 'string') return;
    app.closeOverlay();
    const result = item.run(app);
    if (result === 'stay') {
      app.openOverlay(this);
      this.#search();
      return;
    }
    return result;
  }
}

function rank(items: readonly Item[], query: string): readonly Item[] {
  const scored = items.flatMap((item) => {
    const score = scoreOf(query, item);
    return score === null ? [] : [{ item, score: score + (typeof item.disabled === 'string' ? 5 : 0) }];
  });
  // Letters scattered over a title are a last resort: next to words that match they are noise.
  const exact = scored.filter(({ score }) => score < SCATTERED);
  return (exact.length > 0 ? exact : scored)
    .toSorted((a, b) => a.score - b.score)
    .slice(0, ROWS_MAX)
    .map(({ item }) => item);
}

const SCATTERED = 40;
/** What people type for what we call otherwise. */
const SYNONYMS = dictionary<string>({
  invite: 'invitation',
  logout: 'quit',
  exit: 'quit',
  svc: 'resources',
  service: 'resources',
  gateway: 'apigateway',
  help: 'keyboard shortcuts',
  shortcuts: 'keyboard shortcuts',
  create: 'new',
  add: 'new',
  config: 'settings',
  preferences: 'settings',
  dark: 'theme',
  light: 'theme',
  colour: 'theme',
  color: 'theme',
  reload: 'refresh',
  role: 'member',
  webhook: 'receiver',
});

/** Each word must be in the label, the note or a synonym's; whole words and beginnings first. */
function scoreOf(query: string, item: Item): number | null {
  const { label, note = '' } = item;
  const whole = fuzzyScore(query, label);
  if (whole !== null && whole < 10) return whole;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const scores = words.map((word) => {
    const direct = wordScore(word, label, note);
    const synonym = SYNONYMS[word];
    return direct ?? (synonym === undefined ? null : wordScore(synonym, label, note));
  });
  if (scores.every((score) => score !== null)) return 10 + scores.reduce((sum, score) => sum + score, 0);
  return whole === null ? null : SCATTERED + whole;
}

function wordScore(word: string, label: string, note: string): number | null {
  const inLabel = fuzzyScore(word, label);
  if (inLabel !== null && inLabel < 10) return inLabel;
  const inNote = fuzzyScore(word, note);
  return inNote !== null && inNote < 10 ? inNote + 10 : null;
}
