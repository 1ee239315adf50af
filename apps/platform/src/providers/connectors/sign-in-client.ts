import { z } from 'zod';
import type { Outbound } from '../../http/outbound.ts';
import { discover, readKeys } from './oidc-discovery.ts';
import { fetchProvider, ProviderError } from './provider-http.ts';

/** OpenID client registration of Portolan at a provider. */
export interface SignInClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scopes: readonly string[];
}

const refusal = z.looseObject({ error: z.string() });
/** Error codes of a token endpoint for an unknown or unauthorized client (RFC 6749 §5.2). */
const REFUSED: ReadonlySet<string> = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
]);
/** Other error codes of RFC 6749 §5.2, which mean that the client was accepted. Any other text of the endpoint is not shown. */
const ACCEPTED: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_request', 'invalid_scope']);

/**
 * Checks a client without a user: sends an invalid authorization code, and expects the code, not the client, to be rejected.
 * @throws ProviderError.
 */
export async function tryClient(
  outbound: Outbound,
  client: SignInClient,
  signal: AbortSignal,
): Promise<string> {
  const { token_endpoint: endpoint, token_endpoint_auth_methods_supported: methods } = await discover(
    outbound,
    client.issuer,
    signal,
  );
  const { clientId, clientSecret } = client;
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: 'made-up',
    redirect_uri: 'https://portolan.invalid/',
    code_verifier: 'x'.repeat(43),
    client_id: clientId,
  });
  const isBasic = !methods || methods.includes('client_secret_basic');
  let authorization: string | undefined;
  if (clientSecret !== undefined && isBasic) {
    body.delete('client_id');
    const pair = [clientId, clientSecret].map((part) =>
      new URLSearchParams({ '': part }).toString().slice(1),
    );
    authorization = `Basic ${Buffer.from(pair.join(':')).toString('base64')}`;
  } else if (clientSecret !== undefined) body.set('client_secret', clientSecret);
  const url = new URL(endpoint);
  const headers = { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) };
  const response = await fetchProvider(outbound, url, { method: 'POST', headers, body, signal });
  const answer = refusal.safeParse(await response.json().catch(() => null)).data;
  if (answer && ACCEPTED.has(answer.error) && response.status < 500) return `client ${clientId} is accepted`;
  const said = answer && REFUSED.has(answer.error) ? answer.error : `HTTP ${response.status}`;
  throw new ProviderError('answer', `${url.host} rejected client ${clientId}: ${said}.`);
}

/** Checks what ID tokens depend on: that the requested scopes are supported and signing keys are available. @throws Error. */
export async function tryClaims(
  outbound: Outbound,
  client: SignInClient,
  signal: AbortSignal,
): Promise<string> {
  const document = await discover(outbound, client.issuer, signal);
  const { scopes_supported: offered } = document;
  const unknown = client.scopes.filter((scope) => offered && !offered.includes(scope));
  if (unknown.length > 0)
    throw new Error(`The provider does not support these scopes: ${unknown.join(', ')}.`);
  const keys = await readKeys(outbound, document, signal);
  return `tokens are signed with one of ${keys.keys.length} keys`;
}

/** Checks the client for sign-in at a provider where it is optional. @throws Error. */
export async function trySignIn(
  outbound: Outbound,
  client: SignInClient | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (!client) return 'users can be listed but cannot sign in: no client is configured for sign-in';
  const known = await tryClient(outbound, client, signal);
  return `${known}; ${await tryClaims(outbound, client, signal)}`;
}
