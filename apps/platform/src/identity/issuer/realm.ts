import type { Configuration } from 'oidc-provider';
import type { Platform } from '../../platform.ts';

/** Whom an issuer signs in, and for which programs. Realms share nothing: neither cookies, tokens nor clients. */
export interface Realm {
  readonly name: 'members' | 'users';
  /** Below which everything of the issuer lives. */
  readonly path: string;
  /** What may be asked for. */
  readonly scope: string;
  clients(baseUrl: string): NonNullable<Configuration['clients']>;
  /** What only this realm's issuer is told beside. */
  readonly extras: Pick<Configuration, 'claims' | 'cookies' | 'extraParams'>;
  /** Claims of one who was signed in; undefined when they may not be any more. */
  claimsOf(parts: Platform, subject: string): Promise<{ sub: string; [claim: string]: unknown } | undefined>;
}
