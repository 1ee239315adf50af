import * as oauth from 'openid-client';
import { FormBrowser } from '@portolan/process/testing/form-browser';

interface SignedIn {
  readonly tokens: oauth.TokenEndpointResponse;
  readonly config: oauth.Configuration;
}

/** Signs in a user's application by authorization code and PKCE on loopback; `enter` fills in the first page. */
export async function signInProgram(
  platformUrl: string,
  workspace: string,
  enter: (browser: FormBrowser) => Promise<unknown>,
  origins: readonly string[] = [],
): Promise<SignedIn> {
  const config = await oauth.discovery(
    new URL(`${platformUrl}/users/oidc`),
    'portolan-user',
    undefined,
    oauth.None(),
    { execute: [oauth.allowInsecureRequests] },
  );
  const verifier = oauth.randomPKCECodeVerifier();
  const state = oauth.randomState();
  const url = oauth.buildAuthorizationUrl(config, {
    redirect_uri: 'http://127.0.0.1:49152/callback',
    scope: 'openid email profile groups offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    workspace,
    prompt: 'consent',
  });
  const browser = await new FormBrowser(platformUrl, ...origins).open(url.href);
  await enter(browser);
  if (!browser.url.startsWith('http://127.0.0.1:49152/'))
    throw new Error(/role="alert">([^<]*)/.exec(browser.text)?.[1] ?? browser.text);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true };
  return { tokens: await oauth.authorizationCodeGrant(config, new URL(browser.url), checks), config };
}
