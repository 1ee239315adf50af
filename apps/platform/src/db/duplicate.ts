import { AppError } from '../app-error.ts';

/** Returns whether a write failed because of a unique index (PostgreSQL error 23505). */
export function isDuplicate(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === '23505';
}

/** Returns an error handler that throws AppError `already-exists` for a duplicate, and rethrows other errors. */
export function onDuplicate(
  message: string,
  { field, fix }: { readonly field: string; readonly fix: string },
): (error: unknown) => never {
  return (error) => {
    if (!isDuplicate(error)) throw error;
    throw new AppError('already-exists', message, { fields: [{ field, message: 'taken' }], fix });
  };
}
