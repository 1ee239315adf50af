import { z } from 'zod';

/** `Status` of meta/v1, which the API server sends with each refusal. */
const status = z.looseObject({
  code: z.number().int().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  details: z
    .looseObject({
      retryAfterSeconds: z.number().optional(),
      causes: z
        .array(
          z.looseObject({
            reason: z.string().optional(),
            message: z.string().optional(),
            field: z.string().optional(),
          }),
        )
        .optional(),
    })
    .nullish(),
});

interface ApiErrorFields {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs: number | null;
  readonly causes: readonly StatusCause[];
}

/** One of several causes of a refusal, such as a field that is in conflict. */
export interface StatusCause {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly field?: string | undefined;
}

/** The API server refused a request, or ended a watch with an ERROR event. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status code, such as 409. */
  readonly code: number;
  /** `metav1.StatusReason`, such as `Conflict`; empty when the server gave none. */
  readonly reason: string;
  /** When the server asked to be called again, in milliseconds from then. */
  readonly retryAfterMs: number | null;
  readonly causes: readonly StatusCause[];

  constructor({ code, reason, message, retryAfterMs, causes }: ApiErrorFields) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
    this.causes = causes;
  }
}

/** No answer was received: no connection, none in time, credentials that cannot be had, or a body that cannot be read. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';
}

/** Parses the body of a refusal; anything but a Status is taken as text. */
export function parseApiError(code: number, body: string, retryAfter?: string): ApiError {
  const read = status.safeParse(parseJson(body));
  const fields = read.success ? read.data : {};
  const asked = Number(retryAfter ?? fields.details?.retryAfterSeconds ?? Number.NaN);
  return new ApiError({
    code: fields.code ?? code,
    reason: fields.reason ?? '',
    message: fields.message || `the API server responded with status ${code}`,
    retryAfterMs: Number.isFinite(asked) && asked >= 0 ? asked * 1000 : null,
    causes: fields.details?.causes ?? [],
  });
}

/** Returns whether an error is a refusal with this HTTP status. */
export function hasCode(error: unknown, ...codes: readonly number[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}

/** Returns whether the resource version asked for is no longer there (410), also where only the reason says so. */
export function isExpired(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.code === 410 || error.reason === 'Expired' || error.reason === 'Gone')
  );
}

/** Returns whether this server has not seen the resource version yet: one of several that lags behind the others. */
export function isTooLargeVersion(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.causes.some(({ reason }) => reason === 'ResourceVersionTooLarge') ||
      error.message.includes('Too large resource version'))
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
