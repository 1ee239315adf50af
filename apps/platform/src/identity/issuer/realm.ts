import type { Configuration } from 'oidc-provider';
import type { Platform } from '../../platform.ts';

/** Kind of people that an issuer signs in, with its clients. Realms share no cookies, tokens or clients. */
export interface Realm {
  readonly name: 'members' | 'users';
  /** Path prefix of the issuer. */
  readonly path: string;
  /** Scopes that clients may request, separated by spaces. */
  readonly scope: string;
  clients(baseUrl: string): NonNullable<Configuration['clients']>;
  /** Configuration of the issuer that is specific to this realm. */
  readonly extras: Pick<Configuration, 'claims' | 'cookies' | 'extraParams'>;
  /** Returns the claims of a subject; undefined when the subject may no longer sign in. */
  claimsOf(parts: Platform, subject: string): Promise<{ sub: string; [claim: string]: unknown } | undefined>;
}
