import { z } from 'zod';
import type { Outbound } from '../../http/outbound.ts';
import { discover, readKeys } from './oidc.ts';
import { fetchProvider, ProviderError } from './provider-http.ts';

/** The OpenID client that Portolan is at a provider. */
export interface SignInClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scopes: readonly string[];
}

const refusal = z.looseObject({ error: z.string() });
/** RFC 6749 §5.2: what a token endpoint says of a client that it does not know, or that may not do this. */
const REFUSED: ReadonlySet<string> = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
]);
/** Other error codes of RFC 6749 §5.2: the client was accepted. Whatever else an endpoint returns is not shown. */
const ACCEPTED: ReadonlySet<string> = new Set(['invalid_grant', 'invalid_request', 'invalid_scope']);

/** Tries the client as far as it goes without a person: a made-up code must be refused for its own sake, not the client's. */
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
  if (answer && ACCEPTED.has(answer.error) && response.status < 500) return `the client ${clientId} is known`;
  const said = answer && REFUSED.has(answer.error) ? answer.error : `HTTP ${response.status}`;
  throw new ProviderError('answer', `${url.host} refuses the client ${clientId}: ${said}.`);
}

/** What users' tokens are made of: scopes that are offered, keys that sign. */
export async function tryClaims(
  outbound: Outbound,
  client: SignInClient,
  signal: AbortSignal,
): Promise<string> {
  const document = await discover(outbound, client.issuer, signal);
  const { scopes_supported: offered } = document;
  const unknown = client.scopes.filter((scope) => offered && !offered.includes(scope));
  if (unknown.length > 0) throw new Error(`The provider does not offer the scopes ${unknown.join(', ')}.`);
  const keys = await readKeys(outbound, document, signal);
  return `tokens are signed with one of ${keys.keys.length} keys`;
}

/** The same for a provider at which signing in is a choice. */
export async function trySignIn(
  outbound: Outbound,
  client: SignInClient | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (!client) return 'users are listed, but cannot sign in: no client is set up for that';
  const known = await tryClient(outbound, client, signal);
  return `${known}; ${await tryClaims(outbound, client, signal)}`;
}
