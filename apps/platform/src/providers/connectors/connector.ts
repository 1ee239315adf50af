import type { TestReport } from '@portolan/contract/providers';

/** A user in the listing of a provider. */
export interface ExternalUser {
  readonly id: string;
  /** Name used in messages when the e-mail address is not usable. */
  readonly username: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly isEnabled: boolean;
}

export interface ExternalGroup {
  readonly id: string;
  readonly name: string;
}

/** One page of a listing; `next` is null on the last page. */
export interface ExternalPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
  /** Why items may be missing between the page before and this one; undefined where there is no sign of it. */
  readonly doubt?: string | undefined;
}

/** Interface of an identity provider. */
export interface Connector {
  /** Runs the checks that a synchronisation depends on, in order; those after the first failure are skipped. */
  test(signal: AbortSignal): Promise<TestReport>;
  /** Undefined: users cannot be listed and are created when they first sign in. */
  readonly listing?: Listing;
}

/** Paged listing of a provider. Cursors remain valid after a restart, so a listing can be resumed. */
export interface Listing {
  users(cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalUser>>;
  /** Returns the number of users; null when the provider does not report it. */
  countUsers?(signal: AbortSignal): Promise<number | null>;
  groups(cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalGroup>>;
  /** Returns the ids of the users in a group. */
  members(group: string, cursor: string | null, signal: AbortSignal): Promise<ExternalPage<string>>;
}
