import { ERROR_STATUS, type ErrorBody, type ErrorCode } from '@portolan/contract/errors';

interface AppErrorOptions {
  /** Sentence that says how to resolve the error. */
  readonly fix?: string;
  readonly fields?: readonly { field: string; message: string }[];
  readonly details?: unknown;
  /** Id of the log entry. */
  readonly id?: string;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** Error that a caller can act on; sent as the error response of the route. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly options: AppErrorOptions;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }

  get body(): ErrorBody {
    const { fix, fields, details, id } = this.options;
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(fix === undefined ? {} : { fix }),
        ...(fields === undefined ? {} : { fields: [...fields] }),
        ...(id === undefined ? {} : { id }),
        ...(details === undefined ? {} : { details }),
      },
    };
  }
}

/** Returns the error for an object that does not exist, or that the caller must not know of. */
export function notFound(what: string): AppError {
  return new AppError('not-found', `There is no ${what}.`, {
    fix: 'Check the name and the selected workspace.',
  });
}
