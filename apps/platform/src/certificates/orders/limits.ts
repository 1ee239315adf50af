import { parse } from 'tldts';
import type { Limit } from '../../auth/rate-limit-store.ts';
import { baseOf } from '../../domains/proof.ts';

const HOUR_S = 3600;
const WEEK_S = 7 * 24 * HOUR_S;

export interface Ordered {
  readonly directory: string;
  readonly host: string;
  /** Whether the authority knows that the order replaces a certificate (RFC 9773 §5). */
  readonly replaces: boolean;
}

/** A limit, with what it is about as the end of "the authority allows the next …". */
export interface NamedLimit extends Limit {
  readonly subject: string;
}

/**
 * Returns the limits of Let's Encrypt that an order counts against (letsencrypt.org/docs/rate-limits), the narrowest first, as
 * buckets that all replicas share. Orders that replace a certificate by renewal information count against none of the authority;
 * attempts for one name are limited all the same, for five failed ones in an hour are refused.
 */
export function limitsOf({ directory, host, replaces }: Ordered): NamedLimit[] {
  const bucket = (name: string, burst: number, perSeconds: number, subject: string): NamedLimit => ({
    key: `acme:${name}:${directory}`,
    burst,
    everySeconds: perSeconds / burst,
    subject,
  });
  const attempts = bucket(`attempts:${host}`, 5, HOUR_S, `attempt for ${host}`);
  if (replaces) return [attempts];
  const registered = parse(baseOf(host), { allowPrivateDomains: true }).domain ?? host;
  return [
    attempts,
    bucket(`names:${host}`, 5, WEEK_S, `certificate for exactly ${host}`),
    bucket(`domain:${registered}`, 50, WEEK_S, `certificate below ${registered}`),
    bucket('account', 300, 3 * HOUR_S, 'order of this account'),
  ];
}
