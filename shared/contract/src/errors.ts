import { z } from 'zod';

/** Every error the platform's API can answer: stable code → HTTP status (RFC 9110). */
export const ERROR_STATUS = {
  'invalid-request': 400,
  'not-signed-in': 401,
  'wrong-credentials': 401,
  'second-factor-required': 401,
  'invalid-token': 401,
  'not-allowed': 403,
  'not-found': 404,
  conflict: 409,
  'already-exists': 409,
  'owned-elsewhere': 409,
  'token-in-use': 409,
  'sequence-gap': 409,
  'revision-mismatch': 409,
  'last-owner': 409,
  gone: 410,
  'too-large': 413,
  'invalid-object': 422,
  'too-many-requests': 429,
  internal: 500,
  unavailable: 503,
  'cluster-offline': 503,
  'provider-failed': 502,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;

const errorCodes = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];

/** Body of every error answer: what happened and why, what to do, and the fields concerned. */
export const errorBody = z.object({
  error: z.object({
    code: z.enum(errorCodes),
    message: z.string(),
    fix: z.string().optional(),
    fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    /** Finds the log entry of an unexpected failure. */
    id: z.string().optional(),
    details: z.unknown().optional(),
  }),
});
export type ErrorBody = z.infer<typeof errorBody>;
