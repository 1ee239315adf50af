import { AppError } from '../app-error.ts';

const DEPTH_MAX = 200;

/**
 * Requires that JSON is nested at most 200 levels deep, so that recursive code cannot exhaust the stack.
 * @throws AppError `invalid-request`.
 */
export function requireBoundedNesting(json: string): void {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i += 1) {
    const code = json.charCodeAt(i);
    if (isInString) {
      if (code === 0x5c) i += 1;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) depth -= 1;
    if (depth > DEPTH_MAX) {
      throw new AppError(
        'invalid-request',
        `The request body is nested more than ${DEPTH_MAX} levels deep.`,
        {
          fix: 'Send a flatter document.',
        },
      );
    }
  }
}
