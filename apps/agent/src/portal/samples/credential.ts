import type { ApiAuth, KeySource } from '@portolan/resources/model/authentication';

/** Where callers put their credential. */
export type CredentialPlace =
  | { readonly kind: 'header'; readonly name: string; readonly scheme: string }
  | { readonly kind: 'query' | 'cookie'; readonly name: string };

const BEARER: CredentialPlace = { kind: 'header', name: 'Authorization', scheme: 'Bearer' };

/** Returns the place that code shows for a way of authentication: header before query before cookie. */
export function credentialPlace(auth: ApiAuth): CredentialPlace {
  switch (auth.kind) {
    case 'apiKey':
      return keyPlace(auth.source);
    case 'ldap':
      // RFC 7617: user name and password in base64.
      return { kind: 'header', name: 'Authorization', scheme: 'Basic' };
    case 'jwt':
    case 'application-jwt':
    case 'unusable':
      return BEARER;
  }
}

function keyPlace({ header, headerAuthScheme, query, cookie }: KeySource): CredentialPlace {
  if (header !== undefined && header !== '')
    return { kind: 'header', name: header, scheme: headerAuthScheme ?? '' };
  if (query !== undefined && query !== '') return { kind: 'query', name: query };
  return cookie === undefined || cookie === '' ? BEARER : { kind: 'cookie', name: cookie };
}
