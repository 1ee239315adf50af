import { blankRow, cellsOf, type Row } from './cells.ts';
import { updateRow } from './row-update.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

interface Output {
  readonly columns?: number;
  write(text: string): unknown;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** To the upper left, and everything from there on erased. */
const ERASE_ALL = '\u001b[H\u001b[J';
const COLUMNS_WHEN_UNKNOWN = 80;

/** Brings frames onto the alternate screen: only the places that changed are written, each addressed by itself. */
class ScreenWriter {
  readonly #output: Output;
  /** What is on the screen; null when that is not known. */
  #lines: readonly string[] | null = null;
  #rows = new Map<string, Row>();
  #columns = 0;
  #wanted: Place | undefined;
  #shown: Place | undefined;
  #isDirty = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Writes a frame; false when there was nothing to write. */
  render(text: string): boolean {
    const cursor = this.#isDirty ? this.#wanted : undefined;
    const hasMoved = cursor?.x !== this.#shown?.x || cursor?.y !== this.#shown?.y;
    const update = this.#update(text);
    this.#isDirty = false;
    if (update === '' && !hasMoved) return false;
    const hide = this.#shown === undefined ? '' : HIDE_CURSOR;
    const show = cursor === undefined ? '' : `\u001b[${cursor.y + 1};${cursor.x + 1}H${SHOW_CURSOR}`;
    this.#output.write(hide + update + show);
    this.#shown = cursor;
    return true;
  }

  willRender(text: string): boolean {
    const cursor = this.#isDirty ? this.#wanted : undefined;
    const hasMoved = cursor?.x !== this.#shown?.x || cursor?.y !== this.#shown?.y;
    return hasMoved || this.#lines === null || text !== this.#lines.join('\n');
  }

  /** Takes note of a frame that was written past it. */
  sync(text: string): void {
    this.#lines = text.split('\n');
    this.#columns = this.#output.columns ?? COLUMNS_WHEN_UNKNOWN;
    this.#rows = new Map();
    this.#isDirty = false;
    this.#shown = undefined;
  }

  clear(): void {
    this.#output.write((this.#shown === undefined ? '' : HIDE_CURSOR) + ERASE_ALL);
    this.reset();
  }

  done(): void {
    this.#output.write(SHOW_CURSOR);
    this.reset();
  }

  /** Forgets what is on the screen, which something else wrote on. */
  reset(): void {
    this.#lines = null;
    this.#shown = undefined;
  }

  setCursorPosition(place: Place | undefined): void {
    this.#wanted = place;
    this.#isDirty = true;
  }

  get isDirty(): boolean {
    return this.#isDirty;
  }

  get cursor(): Place | undefined {
    return this.#shown;
  }

  #update(text: string): string {
    const columns = this.#output.columns ?? COLUMNS_WHEN_UNKNOWN;
    const lines = text.split('\n');
    const before = columns === this.#columns ? this.#lines : null;
    const known = this.#rows;
    const blank = blankRow(columns);
    const rows = new Map<string, Row>();
    const read = (line: string) => known.get(line) ?? cellsOf(line, columns);
    let out = before === null ? ERASE_ALL : '';
    lines.forEach((line, at) => {
      const old = before?.[at];
      if (line === old) return;
      const row = rows.get(line) ?? read(line);
      rows.set(line, row);
      out += updateRow(old === undefined ? blank : read(old), row, at);
    });
    // Lines the last frame had and this one has not.
    for (let at = lines.length; at < (before?.length ?? 0); at += 1) out += `\u001b[${at + 1};1H\u001b[K`;
    // Rows that changed lately are the ones that change next: what the cursor leaves is what it came to.
    if (rows.size > 0) this.#rows = rows;
    this.#lines = lines;
    this.#columns = columns;
    return out;
  }
}

/** What Ink asks of the module this one stands in for. */
function create(output: Output) {
  const writer = new ScreenWriter(output);
  return Object.assign((text: string) => writer.render(text), {
    willRender: (text: string) => writer.willRender(text),
    sync: (text: string) => writer.sync(text),
    clear: () => writer.clear(),
    done: () => writer.done(),
    reset: () => writer.reset(),
    setCursorPosition: (place: Place | undefined) => writer.setCursorPosition(place),
    isCursorDirty: () => writer.isDirty,
    getCursorPosition: () => writer.cursor,
  });
}

// oxlint-disable-next-line import/no-default-export -- Ink imports the default
export default { create };
