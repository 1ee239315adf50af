import { AppError } from '../app-error.ts';

/** Error of a request whose precondition does not hold (RFC 9110 §15.5.13). */
class PreconditionFailed extends AppError {
  constructor() {
    super('revision-mismatch', 'The resource was changed since it was read.', {
      fix: 'Read it again and retry.',
    });
  }

  override get status(): number {
    return 412;
  }
}

/** Requires that an `If-Match` header, if there is one, names the entity tag (RFC 9110 §13.1.1). @throws AppError with status 412. */
export function requireMatch(ifMatch: string | undefined, tag: string): void {
  if (ifMatch === undefined || namesTag(ifMatch, tag)) return;
  throw new PreconditionFailed();
}

/** Returns whether the value of `If-Match` or `If-None-Match` names an entity tag, by weak comparison. */
export function namesTag(header: string, tag: string): boolean {
  const opaque = (text: string) => text.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((one) => opaque(one) === opaque(tag));
}
