import type { TestReport } from '@portolan/contract/providers';

/** A user as their provider tells of them. */
export interface ExternalUser {
  readonly id: string;
  /** What it is called in messages when its e-mail cannot be used. */
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

/** One page of a listing; `next` is null on the last. */
export interface ExternalPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** What Portolan asks of an identity provider. LDAP and SCIM would be further ones. */
export interface Connector {
  /** Tries everything a synchronisation needs; the first failure is what to mend. */
  test(signal: AbortSignal): Promise<TestReport>;
  /** Absent: users are not listed, they appear when they first sign in. */
  readonly listing?: Listing;
}

/** Paged and therefore resumable: a cursor means the same after a restart. */
export interface Listing {
  users(cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalUser>>;
  /** Returns how many users there are; null, or absent, where the provider does not say. */
  countUsers?(signal: AbortSignal): Promise<number | null>;
  groups(cursor: string | null, signal: AbortSignal): Promise<ExternalPage<ExternalGroup>>;
  /** Ids of the users in a group. */
  members(group: string, cursor: string | null, signal: AbortSignal): Promise<ExternalPage<string>>;
}
