import { z } from 'zod';

const CLIENT_ID = 'portolan-console';
const SCOPE = 'openid email profile';
const KEPT = 'portolan.sign-in';

const attempt = z.object({ state: z.string(), verifier: z.string(), returnTo: z.string() });
const tokens = z.object({ access_token: z.string() });

/** Begins the authorization code flow with PKCE (RFC 7636) at the platform's issuer; the page is left. */
export async function beginSignIn(platform: string, returnTo: string): Promise<void> {
  const [state, verifier] = [randomText(), randomText()];
  sessionStorage.setItem(KEPT, JSON.stringify({ state, verifier, returnTo }));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: `${platform}/sign-in/callback`,
    response_type: 'code',
    scope: SCOPE,
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  });
  window.location.assign(`${platform}/oidc/auth?${query.toString()}`);
}

/** Ends the flow: returns the token and where to go on. Throws when the sign-in failed or was not begun here. */
export async function finishSignIn(
  platform: string,
  query: URLSearchParams,
): Promise<{ readonly token: string; readonly returnTo: string }> {
  const kept = attempt.safeParse(JSON.parse(sessionStorage.getItem(KEPT) ?? 'null'));
  sessionStorage.removeItem(KEPT);
  const refusal = query.get('error_description') ?? query.get('error');
  if (refusal !== null) throw new Error(`The sign-in was refused: ${refusal}`);
  if (!kept.success || kept.data.state !== query.get('state'))
    throw new Error('This sign-in was begun in another tab, or it is already complete. Sign in again.');
  const { verifier, returnTo } = kept.data;
  const response = await fetch(`${platform}/oidc/token`, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code: query.get('code') ?? '',
      code_verifier: verifier,
      redirect_uri: `${platform}/sign-in/callback`,
    }).toString(),
  });
  if (!response.ok)
    throw new Error(`The sign-in could not be completed (${response.status}). Sign in again.`);
  return { token: tokens.parse(await response.json()).access_token, returnTo: ownPath(returnTo) };
}

/** Returns a path of the console, whatever it is given: never an address elsewhere. */
export function ownPath(path: string): string {
  return /^\/(?:w\/|$)/.test(path) && !path.includes('\\') ? path : '/';
}

function randomText(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
