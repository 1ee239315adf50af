export interface StartupErrorOptions {
  readonly cause?: unknown;
  /** Exit code of the process: 2 for a wrong command line, else 1. */
  readonly exitCode?: number;
}

/** An error that the user of a program can act on: printed as one line without a stack trace. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
  /** What to do about it, as one sentence. */
  readonly fix: string;
  readonly exitCode: number;

  /** Takes what happened and why as one sentence; a missing full stop is added. */
  constructor(message: string, fix: string, { cause, exitCode = 1 }: StartupErrorOptions = {}) {
    super(message.replace(/[^.!?]$/, '$&.'), { cause });
    this.fix = fix;
    this.exitCode = exitCode;
  }
}

/** Thrown in place of starting when help was requested; the message is the text to print on stdout. */
export class HelpRequested extends Error {
  override readonly name = 'HelpRequested';
}
