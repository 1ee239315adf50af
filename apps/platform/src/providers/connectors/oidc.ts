import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { claimAt } from '@portolan/resources/claims/expression';
import type { claimMapping } from '@portolan/contract/providers';
import type { Outbound } from '../../http/outbound.ts';
import { askProvider, ProviderError } from './provider-http.ts';

const discovery = z
  .object({
    issuer: z.string(),
    jwks_uri: z.url(),
    token_endpoint: z.url(),
    scopes_supported: z.array(z.string()).exactOptional(),
    token_endpoint_auth_methods_supported: z.array(z.string()).exactOptional(),
  })
  .catchall(z.json());
export type DiscoveryDocument = z.infer<typeof discovery>;
const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

interface TokenRules {
  readonly issuer: string;
  readonly clientId: string;
}

/** Claims of a token, if the issuer signed it for this client and it is valid now (OpenID Connect Core §3.1.3.7). */
export async function readToken(
  outbound: Outbound,
  options: TokenRules,
  token: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const document = await discover(outbound, options.issuer, signal);
  const { issuer } = document;
  const keys = createLocalJWKSet(await readKeys(outbound, document, signal));
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
  const read = (path: string): unknown => claimAt(claims, path);
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

/**
 * Returns what an issuer says of itself. @throws ProviderError when it names another issuer than the one asked for, compared
 * exactly (OpenID Connect Discovery §4.3), or endpoints that are neither its own nor HTTPS.
 */
export async function discover(
  outbound: Outbound,
  issuer: string,
  signal: AbortSignal,
): Promise<DiscoveryDocument> {
  const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { body } = await askProvider(outbound, url, { signal });
  const parsed = discovery.safeParse(body);
  if (!parsed.success)
    throw new ProviderError('answer', `${url.href} is not a discovery document of OpenID Connect.`);
  const { data } = parsed;
  if (data.issuer !== issuer) {
    const message = `The issuer is configured as ${issuer}, but calls itself ${data.issuer}. Configure exactly what it calls itself.`;
    throw new ProviderError('answer', message);
  }
  for (const endpoint of [data.jwks_uri, data.token_endpoint])
    requireTrustedEndpoint(issuer, new URL(endpoint));
  return data;
}

/** @throws ProviderError unless a URL that the provider named is HTTPS, or of the same origin as the issuer. */
export function requireTrustedEndpoint(issuer: string, endpoint: URL): void {
  if (endpoint.protocol === 'https:' || endpoint.origin === new URL(issuer).origin) return;
  throw new ProviderError(
    'answer',
    `${issuer} names the endpoint ${endpoint.origin}, which is neither HTTPS nor of the same origin.`,
  );
}

/** Returns the keys that an issuer signs tokens with (RFC 7517). */
export async function readKeys(
  outbound: Outbound,
  { jwks_uri: uri }: DiscoveryDocument,
  signal: AbortSignal,
): Promise<JSONWebKeySet> {
  const parsed = keySet.safeParse((await askProvider(outbound, new URL(uri), { signal })).body);
  if (parsed.success) return parsed.data;
  throw new ProviderError('answer', `${uri} is not a set of keys.`);
}
