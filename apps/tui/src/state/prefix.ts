/** Who knows what comes next has typed it by then. */
const HELP_AFTER_MS = 300;

/** The first keys of a sequence such as `g u`, while the rest is waited for. */
export class Prefix {
  readonly #changed: () => void;
  #keys = '';
  #isHelpDue = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get keys(): string {
    return this.#keys;
  }
  /** Returns whether it is time to say what can follow. */
  get isHelpDue(): boolean {
    return this.#isHelpDue;
  }

  wait(keys: string): void {
    this.end();
    this.#keys = keys;
    this.#timer = setTimeout(() => {
      this.#isHelpDue = true;
      this.#changed();
    }, HELP_AFTER_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#keys = '';
    this.#isHelpDue = false;
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
