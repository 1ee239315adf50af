/** Ends the program for a reason its user can act on: printed as one line, never as a stack trace. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly fix: string;

  constructor(message: string, fix: string, cause?: unknown) {
    // Messages of the system end without one, and another sentence follows.
    super(message.replace(/[^.!?]$/, '$&.'), { cause });
    this.fix = fix;
  }
}
