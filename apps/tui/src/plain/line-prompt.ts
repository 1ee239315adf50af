import { createInterface, type Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { print, type Io } from '../terminal/io.ts';
import { safeText } from '@portolan/console/safe-text';
import { keepAcrossStops } from '../terminal/job-control.ts';

/** As many lines as a listener keeps in mind; what follows is asked for. */
const LINES_MAX = 20;

/** Questions and texts in lines, for screen readers and simple terminals: no line is ever changed after it was written. */
export class LinePrompt {
  readonly #io: Io;
  readonly #lines: Interface;
  readonly #echo: { isOn: boolean };
  #rest: readonly string[] = [];

  constructor(io: Io) {
    this.#io = io;
    const echo = { isOn: true };
    this.#echo = echo;
    const output = new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (echo.isOn) io.stdout.write(chunk);
        done();
      },
    });
    this.#lines = createInterface({ input: io.stdin, output, terminal: io.stdout.isTTY });
    if (io.stdin.isTTY && io.stdout.isTTY)
      keepAcrossStops(this.#lines, io.stdin, () => this.#lines.prompt(true));
  }

  say(text: string): void {
    print(this.#io, safeText(text));
  }

  /** Writes the first lines and how many are left. */
  tell(lines: readonly string[]): void {
    lines.slice(0, LINES_MAX).forEach((line) => this.say(line));
    this.#rest = lines.slice(LINES_MAX);
    const left = this.#rest.length;
    if (left > 0)
      this.say(
        left === 1 ? 'One more line. Type more to hear it.' : `${left} more lines. Type more to hear them.`,
      );
  }

  more(): void {
    if (this.#rest.length === 0) this.say('There is no more.');
    else this.tell(this.#rest);
  }

  async ask(question: string, options: { isSecret?: boolean } = {}): Promise<string> {
    const prompt = safeText(question);
    if (options.isSecret !== true) return (await this.#lines.question(prompt)).trim();
    this.#io.stdout.write(prompt);
    this.#echo.isOn = false;
    try {
      return await this.#lines.question('');
    } finally {
      this.#echo.isOn = true;
      this.#io.stdout.write('\n');
    }
  }

  /** Lends the terminal to another program. */
  async lend<T>(use: () => Promise<T>): Promise<T> {
    this.#lines.pause();
    this.#io.stdin.setRawMode?.(false);
    try {
      return await use();
    } finally {
      if (this.#io.stdin.isTTY) this.#io.stdin.setRawMode(true);
      this.#lines.resume();
    }
  }

  close(): void {
    this.#lines.close();
  }
}
