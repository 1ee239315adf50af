import { email as emailSchema } from '@portolan/contract/list';
import * as oauth from 'openid-client';
import { AppError } from '../../app-error.ts';
import type { Outbound } from '../../http/outbound.ts';
import {
  discover,
  requireTrustedEndpoint,
  type DiscoveryDocument,
} from '../../providers/connectors/oidc-discovery.ts';
import { fetchProvider, ProviderError } from '../../providers/connectors/provider-http.ts';
import type { SignInProvider } from './sign-in-provider.ts';

/** Secrets of one sign-in that bind the authorization response to it (RFC 9700 §2.1). */
export interface Proofs {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/**
 * Generates the secrets of a sign-in and the provider URL that the browser is redirected to.
 * @throws AppError `provider-failed`.
 */
export async function beginAuthorization(
  outbound: Outbound,
  provider: SignInProvider,
  redirectUri: string,
): Promise<{ proofs: Proofs; url: string }> {
  const config = await configure(outbound, provider);
  const verifier = oauth.randomPKCECodeVerifier();
  const proofs = { state: oauth.randomState(), nonce: oauth.randomNonce(), verifier };
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: provider.scopes.join(' '),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: proofs.state,
    nonce: proofs.nonce,
  });
  return { proofs, url: url.href };
}

/**
 * Exchanges the authorization code and returns the claims of the ID token or userinfo endpoint. `answer` is the full callback
 * URL.
 * @throws AppError `provider-failed`.
 */
export async function finishAuthorization(
  outbound: Outbound,
  provider: SignInProvider,
  answer: URL,
  proofs: Proofs,
): Promise<Record<string, unknown>> {
  const config = await configure(outbound, provider);
  return readClaims(config, answer, proofs).catch(failed);
}

/** Returns the `sub` claim, which identifies the person at the provider (OpenID Connect Core §5.7). */
export function subjectOf(claims: Readonly<Record<string, unknown>>): string {
  const { sub } = claims;
  if (typeof sub === 'string' && sub !== '') return sub.slice(0, 500);
  throw refused('sent no sub claim', 'Ask a workspace administrator to check that it is an OpenID provider.');
}

/** Returns the verified e-mail address of the claims. @throws AppError `provider-failed`. */
export function verifiedEmail(claims: Readonly<Record<string, unknown>>): string {
  const address = emailSchema.safeParse(claims['email']);
  if (claims['email'] === undefined)
    throw refused('sent no e-mail address', 'Allow the scope email for the client of Portolan there.');
  if (!address.success)
    throw refused('sent an invalid e-mail address', 'Correct the address of your account there.');
  if (claims['email_verified'] !== true)
    throw refused(`has not verified ${address.data}`, 'Verify the e-mail address there.');
  return address.data;
}

async function readClaims(
  config: oauth.Configuration,
  answer: URL,
  { state, nonce, verifier }: Proofs,
): Promise<Record<string, unknown>> {
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
  const tokens = await oauth.authorizationCodeGrant(config, answer, { ...checks, idTokenExpected: true });
  const claims = tokens.claims();
  if (!claims || claims['email'] !== undefined) return { ...claims };
  // OpenID Connect Core §5.4: with the code flow, claims of scopes may be returned by the userinfo endpoint only.
  return { ...(await oauth.fetchUserInfo(config, tokens.access_token, claims.sub)) };
}

/**
 * Returns the client configuration of the provider. The issuer must match the configured one exactly; the library would compare
 * normalised URLs.
 */
async function configure(
  outbound: Outbound,
  { issuer, clientId, secret }: SignInProvider,
): Promise<oauth.Configuration> {
  const document = await discover(outbound, issuer, AbortSignal.timeout(30_000)).catch(failed);
  const authentication = secret === undefined ? oauth.None() : authenticationOf(document, secret);
  const config = new oauth.Configuration(document, clientId, undefined, authentication);
  config[oauth.customFetch] = (url, { method, headers, body, signal }) => {
    const target = new URL(url);
    requireTrustedEndpoint(issuer, target);
    return fetchProvider(outbound, target, {
      method,
      headers,
      signal: signal ?? AbortSignal.timeout(30_000),
      ...(body === undefined || body === null ? {} : { body }),
    });
  };
  oauth.enableNonRepudiationChecks(config);
  if (new URL(issuer).protocol === 'http:') oauth.allowInsecureRequests(config);
  return config;
}

/** Returns the client authentication method; `client_secret_basic` is the default (OpenID Connect Discovery §3). */
function authenticationOf(
  { token_endpoint_auth_methods_supported: methods }: DiscoveryDocument,
  secret: string,
): oauth.ClientAuth {
  return !methods || methods.includes('client_secret_basic')
    ? oauth.ClientSecretBasic(secret)
    : oauth.ClientSecretPost(secret);
}

function failed(error: unknown): never {
  if (error instanceof AppError) throw error;
  throw refused(
    `could not sign you in: ${reasonOf(error)}`,
    'Try again. If the error persists, ask a workspace administrator.',
    error,
  );
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof ProviderError ? error.cause : error;
  if (cause instanceof oauth.ResponseBodyError) return cause.error_description ?? cause.error;
  if (cause instanceof oauth.AuthorizationResponseError) return cause.error_description ?? cause.error;
  return cause instanceof Error ? cause.message : String(cause);
}

function refused(what: string, fix: string, cause?: unknown): AppError {
  return new AppError('provider-failed', `The identity provider of the workspace ${what}.`, { fix, cause });
}
