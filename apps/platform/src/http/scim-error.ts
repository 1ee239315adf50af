import type { Context } from 'hono';
import { AppError } from '../app-error.ts';

/** Error types of RFC 7644 §3.12. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** Error of a SCIM request, with the type that clients act on. */
export class ScimError extends AppError {
  readonly scimType: ScimType;

  constructor(scimType: ScimType, message: string) {
    super(scimType === 'uniqueness' ? 'already-exists' : 'invalid-request', message);
    this.scimType = scimType;
  }
}

const SCIM_PREFIX = '/scim/';

/** Returns whether a request is addressed to the SCIM endpoint, whose errors have a form of their own. */
export function isScim(path: string): boolean {
  return path.startsWith(SCIM_PREFIX);
}

/** Returns the response for an error of a SCIM request (RFC 7644 §3.12). */
export function scimErrorResponse(c: Context, error: AppError): Response {
  const { retryAfterSeconds } = error.options;
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(error.status),
    ...scimTypeOf(error),
    detail: [error.message, error.options.fix].filter(Boolean).join(' '),
  };
  return c.body(JSON.stringify(body), error.status as 400, {
    'content-type': 'application/scim+json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
}

function scimTypeOf(error: AppError): { readonly scimType?: ScimType } {
  if (error instanceof ScimError) return { scimType: error.scimType };
  if (error.code === 'invalid-request') return { scimType: 'invalidSyntax' };
  return error.code === 'already-exists' ? { scimType: 'uniqueness' } : {};
}
