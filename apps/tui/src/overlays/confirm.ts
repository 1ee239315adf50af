import { cellOf } from '@portolan/console/kinds/block';
import type { App, DangerousCommand, Overlay } from '../state/app.ts';
import type { Plan } from '../state/command.ts';
import { editLine, insert, lineOf, lineWindow, type Line } from '../state/line-edit.ts';
import { wrap, widthOf } from '../terminal/fit.ts';
import type { Theme } from '../terminal/theme.ts';
import type { Drawn } from '../state/overlay.ts';

/**
 * How long nothing can be confirmed, by danger: a key already on its way, or text pasted without brackets, is no answer to
 * a question that was just asked.
 */
const ARM_MS = { 1: 250, 2: 500, 3: 1_000 } as const;

/** More objects than this are not confirmed without their number. */
const BULK_FROM = 10;

/** Asks before anything is changed or lost; Cancel has the focus, and what the danger asks for must be typed. */
export class Confirm implements Overlay {
  readonly title: string;
  readonly plan: Plan;
  readonly #command: Pick<DangerousCommand, 'danger' | 'title'>;
  readonly #openedAt: number;
  #focus: 'cancel' | 'do' = 'cancel';
  #line: Line = lineOf('');
  #scroll = 0;
  #isTooSoon = false;

  constructor(plan: Plan, command: Pick<DangerousCommand, 'danger' | 'title'>, now: number) {
    this.title = plan.title;
    this.plan = plan;
    this.#command = command;
    this.#openedAt = now;
  }

  get hints(): string {
    const word = this.word;
    return word === null ? 'tab choose  enter confirm  esc cancel' : 'enter confirm  esc cancel';
  }

  /** Returns what must be typed first; null when choosing the button is enough. */
  get word(): string | null {
    const { count = 1 } = this.plan;
    if (this.#command.danger < 3 && count > BULK_FROM) return String(count);
    if (this.#command.danger === 1) return null;
    return this.#command.danger === 2 ? 'y' : (this.plan.typed ?? this.plan.object);
  }

  agree(app: App): Promise<void> {
    return app.perform(this.plan, this.#command.title);
  }

  key(key: string, app: App): void | Promise<void> {
    if (key === 'esc' || key === 'ctrl-c') return app.closeOverlay();
    this.#isTooSoon = false;
    if (key === 'pgdn' || key === 'pgup') {
      this.#scroll = Math.max(0, this.#scroll + (key === 'pgdn' ? 5 : -5));
      return;
    }
    const word = this.word;
    if (word === null) return this.#press(key, app);
    if (key === 'enter') {
      return this.#line.text.trim() === word ? this.#confirm(app) : undefined;
    }
    this.#line = editLine(this.#line, key) ?? this.#line;
  }

  paste(text: string): void {
    if (this.word !== null) this.#line = insert(this.#line, text);
  }

  click(item: number, app: App): void | Promise<void> {
    if (this.word !== null) return;
    if (item === 0) return app.closeOverlay();
    return this.#confirm(app);
  }

  draw({ width, height }: { width: number; height: number }, theme: Theme): Drawn {
    const body = this.plan.lines.flatMap((cell) => {
      const { text, tone } = cellOf(cell);
      return wrap(text, width - 4).map((line) => `  ${theme.paint(tone, line)}`);
    });
    const rows = Math.max(1, height - 2);
    const from = Math.min(this.#scroll, Math.max(0, body.length - rows));
    const shown = body.slice(from, from + rows);
    if (body.length > from + rows)
      shown[rows - 1] = theme.paint('dim', `  … ${body.length - from - rows + 1} more lines, pgdn to read`);
    const notice = this.#isTooSoon ? theme.paint('warn', '  That was too soon: press enter again.') : '';
    const word = this.word;
    if (word !== null) {
      const prompt = `  Type ${word} and press enter: `;
      const field = lineWindow(this.#line, Math.max(4, width - widthOf(prompt)));
      return {
        lines: [...shown, notice, theme.paint('bad', prompt) + theme.paint('plain', field.text)],
        cursor: { x: widthOf(prompt) + field.x, y: shown.length + 1 },
      };
    }
    const isCancel = this.#focus === 'cancel';
    const button = (label: string, isHere: boolean) =>
      theme.paint(isHere ? 'selected' : 'plain', `${isHere ? theme.glyphs.cursor : ' '} ${label} `);
    return {
      lines: [...shown, notice, `  ${button('Cancel', isCancel)}   ${button(this.plan.action, !isCancel)}`],
    };
  }

  #confirm(app: App): void | Promise<void> {
    this.#isTooSoon = app.now() - this.#openedAt < ARM_MS[this.#command.danger];
    if (!this.#isTooSoon) return this.agree(app);
  }

  #press(key: string, app: App): void | Promise<void> {
    if (key === 'tab' || key === 'shift-tab') this.#focus = this.#focus === 'cancel' ? 'do' : 'cancel';
    else if (key === 'left' || key === 'h') this.#focus = 'cancel';
    else if (key === 'right' || key === 'l') this.#focus = 'do';
    else if (key === 'enter') return this.#focus === 'do' ? this.#confirm(app) : app.closeOverlay();
  }
}
