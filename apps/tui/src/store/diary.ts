import { explain } from '../failure.ts';

/** Something that went wrong; stays on screen until dismissed. */
export interface ErrorEntry {
  readonly id: string;
  readonly at: number;
  readonly what: string;
  readonly message: string;
  readonly fix: string | undefined;
  readonly isDismissed: boolean;
}

/** Something this person did in this session. */
export interface JournalEntry {
  readonly at: number;
  readonly what: string;
  readonly object: string;
  readonly result: string;
  readonly undo: { readonly title: string; run(): Promise<string> } | null;
}

/** What happened in this session, good and bad. */
export class Diary {
  #errors: readonly ErrorEntry[] = [];
  #journal: readonly JournalEntry[] = [];
  #serial = 0;

  get errors(): readonly ErrorEntry[] {
    return this.#errors;
  }
  get journal(): readonly JournalEntry[] {
    return this.#journal;
  }
  get lastError(): ErrorEntry | null {
    return this.#errors.findLast((entry) => !entry.isDismissed) ?? null;
  }
  get undoable(): JournalEntry | null {
    return this.#journal.findLast((entry) => entry.undo !== null) ?? null;
  }

  /** Notes an error; the same one again only takes its new time. */
  fail(error: unknown, what: string, at: number): void {
    const { message, fix } = explain(error);
    const last = this.#errors.at(-1);
    if (last && last.what === what && last.message === message && !last.isDismissed) {
      this.#errors = [...this.#errors.slice(0, -1), { ...last, at }];
      return;
    }
    this.#serial += 1;
    this.#errors = [
      ...this.#errors,
      { id: `E-${this.#serial}`, at, what, message, fix, isDismissed: false },
    ].slice(-200);
  }

  dismissErrors(): void {
    this.#errors = this.#errors.map((entry) => ({ ...entry, isDismissed: true }));
  }

  /** Takes back an error that is no longer true. */
  settle(what: string): void {
    this.#errors = this.#errors.map((entry) =>
      entry.what === what ? { ...entry, isDismissed: true } : entry,
    );
  }

  note(entry: JournalEntry): void {
    this.#journal = [...this.#journal, entry];
  }

  /** What was undone cannot be undone again. */
  spendUndo(entry: JournalEntry): void {
    this.#journal = this.#journal.map((one) => (one === entry ? { ...one, undo: null } : one));
  }
}
