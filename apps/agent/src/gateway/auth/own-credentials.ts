import { SECRET_PREFIXES } from '@portolan/contract/secret-prefixes';
import type { Identity } from '@portolan/resources/model/request';

/** What tokens of the gateway's own begin with. */
export const OWN_TOKEN_PREFIX = `${SECRET_PREFIXES.portalTry}_`;

/** Credentials that the agent itself gives out, such as those for trying an API on a portal. */
export interface OwnCredentials {
  /** Returns the identity of a bearer token; null for a token that is not one of these. */
  find(token: string): Identity | null;
}
