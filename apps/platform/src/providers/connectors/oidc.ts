import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { claimMapping } from '@portolan/contract/providers';
import { askProvider, ProviderError } from './provider-http.ts';

const discovery = z.looseObject({
  issuer: z.string(),
  jwks_uri: z.url(),
  token_endpoint: z.url(),
  scopes_supported: z.array(z.string()).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

interface TokenRules {
  readonly issuer: string;
  readonly clientId: string;
}

/** Claims of a token, if the issuer signed it for this client and it is valid now (OpenID Connect Core §3.1.3.7). */
export async function readToken(
  options: TokenRules,
  token: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const { issuer } = await discover(options.issuer, signal);
  const keys = createLocalJWKSet(await readKeys(options.issuer, signal));
  try {
    const rules = { issuer, audience: options.clientId, algorithms: ALGORITHMS, clockTolerance: 60 };
    return (await jwtVerify(token, keys, rules)).payload;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ProviderError(
      'answer',
      `The token is not one of ${issuer} for ${options.clientId}: ${why}.`,
      undefined,
      cause,
    );
  }
}

/** Whom the claims stand for; `missing` names the mappings that found nothing. */
export function mapClaims(claims: Readonly<Record<string, unknown>>, mapping: z.output<typeof claimMapping>) {
  const read = (path: string): unknown =>
    claims[path] ??
    path.split('.').reduce<unknown>((value, key) => {
      return typeof value === 'object' && value !== null
        ? Object.getOwnPropertyDescriptor(value, key)?.value
        : undefined;
    }, claims);
  const one = (path: string): string | null => {
    const value = read(path);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const listed = read(mapping.groups);
  const groups = (Array.isArray(listed) ? listed : [listed]).filter((name) => typeof name === 'string');
  const user = {
    userId: one(mapping.userId),
    email: one(mapping.email),
    firstName: one(mapping.firstName),
    lastName: one(mapping.lastName),
    company: one(mapping.company),
    groups,
  };
  const missing = Object.entries(user).flatMap(([name, value]) =>
    value === null || value.length === 0 ? [name] : [],
  );
  return { user, missing };
}

export async function discover(issuer: string, signal: AbortSignal): Promise<z.infer<typeof discovery>> {
  const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const found = discovery.parse((await askProvider(url, {}, signal)).body);
  if (found.issuer.replace(/\/$/, '') === issuer.replace(/\/$/, '')) return found;
  throw new ProviderError('answer', `${issuer} calls itself ${found.issuer}; the two must be the same.`);
}

export async function readKeys(issuer: string, signal: AbortSignal): Promise<JSONWebKeySet> {
  const { jwks_uri: uri } = await discover(issuer, signal);
  return keySet.parse((await askProvider(new URL(uri), {}, signal)).body);
}
