import { blankRow, cellsOf, type Row } from './cells.ts';
import { updateRow } from './row-update.ts';

/** A screenful: lines of text with SGR sequences, and where the cursor is shown, from 0; null hides it. */
interface Picture {
  readonly lines: readonly string[];
  readonly cursor: { readonly x: number; readonly y: number } | null;
}

interface Output {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** To the upper left, and everything from there on erased. */
const ERASE_ALL = '\u001b[H\u001b[J';
/** Synchronized output (DEC private mode 2026): the terminal shows all of an update at once. */
const BEGIN_UPDATE = '\u001b[?2026h';
const END_UPDATE = '\u001b[?2026l';
const COLUMNS_WHEN_UNKNOWN = 80;

/** Paints pictures onto the alternate screen: writes only the cells that differ from the last, each addressed by itself. */
export class ScreenPainter {
  readonly #output: Output;
  /** What is on the screen; null when that is not known. */
  #painted: Picture | null = null;
  #rows = new Map<string, Row>();
  #columns = 0;
  #isPaused = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Writes what differs from the last picture; nothing while paused. */
  paint(picture: Picture): void {
    if (this.#isPaused) return;
    const { cursor } = picture;
    const before = this.#painted?.cursor ?? null;
    const update = this.#update(picture.lines.slice(0, this.#output.rows));
    const hasMoved = cursor?.x !== before?.x || cursor?.y !== before?.y;
    this.#painted = picture;
    if (update === '' && !hasMoved) return;
    const hide = before === null ? '' : HIDE_CURSOR;
    const show = cursor === null ? '' : `\u001b[${cursor.y + 1};${cursor.x + 1}H${SHOW_CURSOR}`;
    this.#output.write(BEGIN_UPDATE + hide + update + show + END_UPDATE);
  }

  /** Forgets what is on the screen, so that the next picture is painted whole: something else wrote on it. */
  forget(): void {
    this.#painted = null;
  }

  /** Leaves the terminal to another program until `resume`. */
  pause(): void {
    this.#isPaused = true;
    this.#output.write(SHOW_CURSOR);
  }

  resume(): void {
    this.#isPaused = false;
    this.forget();
  }

  #update(lines: readonly string[]): string {
    const columns = this.#output.columns ?? COLUMNS_WHEN_UNKNOWN;
    const before = columns === this.#columns ? this.#painted?.lines : undefined;
    const known = columns === this.#columns ? this.#rows : new Map<string, Row>();
    const blank = blankRow(columns);
    const rows = new Map<string, Row>();
    const read = (line: string) => known.get(line) ?? cellsOf(line, columns);
    let out = before === undefined ? HIDE_CURSOR + ERASE_ALL : '';
    lines.forEach((line, at) => {
      const old = before?.[at];
      if (line === old) return;
      const row = rows.get(line) ?? read(line);
      rows.set(line, row);
      out += updateRow(old === undefined ? blank : read(old), row, at);
    });
    // Lines the last picture had and this one has not.
    for (let at = lines.length; at < (before?.length ?? 0); at += 1) out += `\u001b[${at + 1};1H\u001b[K`;
    // Rows that changed lately are the ones that change next: what the cursor leaves is what it came to.
    if (rows.size > 0) this.#rows = rows;
    this.#columns = columns;
    return out;
  }
}
