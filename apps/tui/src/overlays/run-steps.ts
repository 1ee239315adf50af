import { sentence, type Outcome, type Step } from '@portolan/console/actions/action';
import { explain } from '@portolan/console/failure';
import type { App, Overlay } from '../state/app.ts';
import { clip, fit, widthOf } from '../terminal/fit.ts';
import type { Theme } from '../terminal/theme.ts';
import type { Drawn } from '../state/overlay.ts';

/** One object of many, and what to do with it. */
interface Item {
  readonly name: string;
  run(): Promise<unknown>;
}

type State = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

const BAR_WIDTH = 24;

/** Runs the same for many objects one after the other, shows the state of each, and can be stopped between two. */
class Progress implements Overlay {
  readonly title: string;
  readonly #items: readonly Item[];
  #states: readonly { readonly state: State; readonly text: string }[];
  #isStopping = false;
  #isOver = false;
  #scroll = 0;

  constructor(title: string, items: readonly Item[]) {
    this.title = title;
    this.#items = items;
    this.#states = items.map(() => ({ state: 'waiting', text: '' }));
  }

  get hints(): string {
    if (this.#isOver) return '↓↑ read  enter close';
    return this.#isStopping ? 'stopping after this one …' : 'esc stop after this one';
  }

  count(state: State): number {
    return this.#states.filter((one) => one.state === state).length;
  }

  async run(app: App): Promise<void> {
    for (const [at, item] of this.#items.entries()) {
      if (this.#isStopping) {
        this.#set(at, { state: 'skipped', text: 'stopped before it began' }, app);
        continue;
      }
      this.#set(at, { state: 'running', text: '…' }, app);
      this.#set(at, await outcome(item), app);
    }
    this.#isOver = true;
    app.changed();
  }

  key(key: string, app: App): void {
    if (key === 'down' || key === 'j') this.#scroll += 1;
    if (key === 'up' || key === 'k') this.#scroll = Math.max(0, this.#scroll - 1);
    if (key === 'esc' || key === 'ctrl-c' || key === 'enter') {
      if (this.#isOver) return app.closeOverlay();
      if (key !== 'enter') this.#isStopping = true;
    }
  }

  /** A key must not close it and leave the rest to be done unseen. */
  get isDirty(): boolean {
    return !this.#isOver;
  }

  draw({ width, height }: { width: number; height: number }, theme: Theme): Drawn {
    const count = this.#items.length;
    const over = count - this.count('waiting') - this.count('running');
    const filled = Math.round((over / count) * BAR_WIDTH);
    const bar = theme.glyphs.rule.repeat(filled) + ' '.repeat(BAR_WIDTH - filled);
    const failed = this.count('failed');
    const end = this.#isOver ? '; enter closes' : '';
    const head = `  [${bar}] ${over} of ${count}${failed === 0 ? '' : `, ${failed} failed`}${end}`;
    const name = Math.min(40, Math.max(...this.#items.map((item) => widthOf(item.name))));
    const rows = Math.max(1, height - 2);
    const running = this.#states.findIndex((one) => one.state === 'running');
    const from = Math.max(0, Math.min(this.#isOver ? this.#scroll : running - rows + 2, count - rows));
    this.#scroll = Math.min(this.#scroll, Math.max(0, count - rows));
    const lines = this.#items.slice(from, from + rows).map((item, at) => {
      const { state, text } = this.#states[from + at] ?? { state: 'waiting', text: '' };
      const tone = { waiting: 'dim', running: 'accent', done: 'ok', failed: 'bad', skipped: 'warn' } as const;
      const word = { waiting: '', running: '…', done: 'done', failed: 'failed', skipped: 'skipped' }[state];
      return `  ${fit(item.name, name)}  ${theme.paint(tone[state], fit(word, 7))}  ${theme.paint('plain', clip(state === 'running' ? '' : text, Math.max(0, width - name - 13)))}`;
    });
    return { lines: [theme.paint('strong', clip(head, width)), '', ...lines] };
  }

  #set(at: number, to: { state: State; text: string }, app: App): void {
    this.#states = this.#states.with(at, to);
    app.changed();
  }
}

async function outcome(item: Item): Promise<{ state: State; text: string }> {
  try {
    await item.run();
    return { state: 'done', text: '' };
  } catch (error) {
    const { message, fix } = explain(error);
    return { state: 'failed', text: [message, fix].filter(Boolean).join(' ') };
  }
}

/**
 * Runs steps one after the other; several with their progress on the screen, where failed ones stay with their reasons.
 * Returns what was done and a sentence on it.
 */
export async function runSteps(
  app: App,
  all: {
    readonly title: string;
    readonly steps: readonly Step[];
    readonly action: { readonly done: string; readonly noun: string };
  },
): Promise<{ readonly text: string; readonly outcomes: readonly Outcome[] }> {
  const { steps, action, title } = all;
  const outcomes: Outcome[] = [];
  const items = steps.map(({ name, run }) => ({ name, run: async () => void outcomes.push(await run()) }));
  const [only] = items;
  if (items.length === 1) {
    await only?.run();
    return { outcomes, text: sentence(action, outcomes) };
  }
  const progress = new Progress(title, items);
  app.openOverlay(progress);
  await progress.run(app);
  if (outcomes.length === items.length) {
    if (app.overlay === progress) app.closeOverlay();
    return { outcomes, text: sentence(action, outcomes) };
  }
  const failed = progress.count('failed');
  const skipped = progress.count('skipped');
  const text = `${sentence(action, outcomes)} ${failed} of ${items.length} failed${skipped === 0 ? '' : `, ${skipped} were skipped`}.`;
  return { outcomes, text };
}
