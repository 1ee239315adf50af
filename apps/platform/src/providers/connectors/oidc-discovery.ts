import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { claimAt } from '@portolan/resources/claims/claims-test';
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

/**
 * Returns the claims of a token.
 * @throws ProviderError unless the issuer signed it for this client and it is valid now (OpenID Connect Core §3.1.3.7).
 */
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
      `The token was not issued by ${issuer} for ${options.clientId}, or is not valid: ${why}.`,
      undefined,
      cause,
    );
  }
}

/** Returns the user attributes in the claims; `missing` lists the mappings without a value. */
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
 * Fetches the discovery document of an issuer.
 * @throws ProviderError when its `issuer` differs from the requested one, compared exactly (OpenID Connect Discovery §4.3), or
 * an endpoint is neither HTTPS nor of the issuer's origin.
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
    throw new ProviderError('answer', `${url.href} is not an OpenID Connect discovery document.`);
  const { data } = parsed;
  if (data.issuer !== issuer) {
    const message = `The issuer is configured as ${issuer}, but its discovery document names ${data.issuer}. Configure exactly that value.`;
    throw new ProviderError('answer', message);
  }
  for (const endpoint of [data.jwks_uri, data.token_endpoint])
    requireTrustedEndpoint(issuer, new URL(endpoint));
  return data;
}

/** Requires that an endpoint of the provider uses HTTPS or has the origin of the issuer. @throws ProviderError. */
export function requireTrustedEndpoint(issuer: string, endpoint: URL): void {
  if (endpoint.protocol === 'https:' || endpoint.origin === new URL(issuer).origin) return;
  throw new ProviderError(
    'answer',
    `${issuer} lists the endpoint ${endpoint.origin}, which does not use HTTPS and is of another origin.`,
  );
}

/** Fetches the issuer's signing keys, a JWK Set (RFC 7517 §5). @throws ProviderError. */
export async function readKeys(
  outbound: Outbound,
  { jwks_uri: uri }: DiscoveryDocument,
  signal: AbortSignal,
): Promise<JSONWebKeySet> {
  const parsed = keySet.safeParse((await askProvider(outbound, new URL(uri), { signal })).body);
  if (parsed.success) return parsed.data;
  throw new ProviderError('answer', `${uri} is not a JWK Set.`);
}
