import { explain } from '@portolan/console/failure';
import type { Cell } from '@portolan/console/kinds/block';

/** Something that went wrong; stays on screen until dismissed. */
export interface ErrorEntry {
  readonly id: string;
  readonly at: number;
  readonly what: string;
  readonly message: string;
  readonly fix: string | undefined;
  readonly isDismissed: boolean;
}

/** Something that can be taken back, and done again after that. */
export interface Undo {
  readonly title: string;
  /** What it would change, for the person to judge. */
  readonly lines?: readonly Cell[];
  run(): Promise<string>;
  redo?(): Promise<string>;
}

/** Something this person did in this session. */
export interface JournalEntry {
  readonly at: number;
  readonly what: string;
  readonly object: string;
  readonly result: string;
  readonly undo: Undo | null;
}

/** What was done and what failed in this session. */
export class SessionHistory {
  #errors: readonly ErrorEntry[] = [];
  #journal: readonly JournalEntry[] = [];
  #undone: readonly JournalEntry[] = [];
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

  /** What was undone last and can be done again. */
  get redoable(): JournalEntry | null {
    return this.#undone.at(-1) ?? null;
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

  /** Dismisses an error that is no longer true. */
  settle(what: string): void {
    this.#errors = this.#errors.map((entry) =>
      entry.what === what ? { ...entry, isDismissed: true } : entry,
    );
  }

  /** Notes what was done. What was undone before it could only be done again on what is no longer there. */
  note(entry: JournalEntry): void {
    this.#journal = [...this.#journal, entry];
    if (entry.undo !== null) this.#undone = [];
  }

  /** Takes the undo of an entry away, and offers its redo if it has one. */
  markUndone(entry: JournalEntry): void {
    this.#journal = this.#journal.map((one) => (one === entry ? { ...one, undo: null } : one));
    if (entry.undo?.redo) this.#undone = [...this.#undone, entry];
  }

  /** Notes that an undone entry was done again: it can be undone again, and the one undone before it comes next. */
  markRedone(entry: JournalEntry, at: number): void {
    this.#undone = this.#undone.filter((one) => one !== entry);
    this.#journal = [...this.#journal, { ...entry, at }];
  }
}
