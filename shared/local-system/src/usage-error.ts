/** A mistake in how the program was called; its message is all a user needs to see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
