import type { AcmeProblem } from './messages.ts';

const PREFIX = 'urn:ietf:params:acme:error:';

/** A server refused a request (RFC 8555 §6.7), or an order or a challenge failed. */
export class AcmeError extends Error {
  override readonly name = 'AcmeError';
  /** Type of the problem without the prefix of ACME, such as `rateLimited`. */
  readonly type: string;
  /** HTTP status; 0 where the problem is part of an order or a challenge. */
  readonly status: number;
  /** Time before which the request should not be repeated, as the server says. */
  readonly retryAt: Date | null;

  constructor(problem: AcmeProblem, status = 0, retryAt: Date | null = null) {
    super(textOf(problem));
    this.type = (problem.type ?? 'unknown').replace(PREFIX, '');
    this.status = status;
    this.retryAt = retryAt;
  }
}

/** Returns a problem in the server's words, with those of its subproblems, each with the name that it is about. */
function textOf({ type, detail, subproblems = [] }: AcmeProblem): string {
  const own = detail ?? type?.replace(PREFIX, '') ?? 'the authority gave no reason';
  const parts = subproblems.map(({ identifier, detail: text, type: kind }) => {
    const reason = text ?? kind?.replace(PREFIX, '') ?? 'refused';
    return identifier ? `${identifier.value}: ${reason}` : reason;
  });
  return [own, ...parts].join(' · ').slice(0, 2_000);
}

/** The authority cannot be reached, or does not respond as ACME demands. */
export class AcmeUnavailable extends Error {
  override readonly name = 'AcmeUnavailable';
}
