import type { ApiAuth } from '@portolan/resources/model/authentication';

/** Where callers put their credential. */
export type CredentialPlace =
  | { readonly kind: 'header'; readonly name: string; readonly scheme: string }
  | { readonly kind: 'query' | 'cookie'; readonly name: string };

/** Returns the place that code shows for a workspace's way of authentication: header before query before cookie. */
export function credentialPlace(auth: ApiAuth): CredentialPlace {
  if (auth.kind === 'jwt') return { kind: 'header', name: 'Authorization', scheme: 'Bearer' };
  const { header, headerAuthScheme, query, cookie } = auth.source;
  if (header !== undefined && header !== '')
    return { kind: 'header', name: header, scheme: headerAuthScheme ?? '' };
  if (query !== undefined && query !== '') return { kind: 'query', name: query };
  if (cookie !== undefined && cookie !== '') return { kind: 'cookie', name: cookie };
  return { kind: 'header', name: 'Authorization', scheme: 'Bearer' };
}
