import { readFile } from 'node:fs/promises';
import { listAccessTokens, revokeAccessToken } from '@portolan/contract/access-tokens';
import { previewClaims, testProvider } from '@portolan/contract/providers';
import { whoAmI } from '@portolan/contract/sessions';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { FormBrowser } from '@portolan/process/testing/form-browser';

let portolan: TestPlatform;
let password: string;
beforeAll(async () => {
  portolan = await startTestPlatform();
  password = (await readFile(portolan.bootstrap.adminPasswordFile, 'utf8')).trim();
});
afterAll(() => portolan.close());

const discover = (client: string) =>
  oauth.discovery(new URL(`${portolan.url}/oidc`), client, undefined, oauth.None(), {
    execute: [oauth.allowInsecureRequests],
  });

const newBrowser = () => new FormBrowser(portolan.url);
const enter = (browser: FormBrowser, secret: string) =>
  browser.submit({ email: portolan.bootstrap.adminEmail, password: secret, code: '' });

async function signInTerminal(): Promise<{
  tokens: oauth.TokenEndpointResponse;
  config: oauth.Configuration;
}> {
  const config = await discover('portolan-terminal');
  const device = await oauth.initiateDeviceAuthorization(config, { scope: 'openid offline_access' });
  expect(device.user_code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
  const browser = await newBrowser().open(device.verification_uri);
  await browser.submit({ user_code: device.user_code });
  expect(browser.text).toContain(device.user_code);
  await browser.submit();
  expect(browser.text).toContain('name="password"');
  await enter(browser, 'wrong');
  expect(browser.text).toContain('The e-mail address or password is incorrect.');
  await enter(browser, password);
  expect(browser.text).toContain('return to your terminal');
  return { tokens: await oauth.pollDeviceAuthorizationGrant(config, { ...device, interval: 0.05 }), config };
}

test('a terminal signs in by device grant; its token is a session that can be ended', async () => {
  const { tokens, config } = await signInTerminal();
  const terminal = portolan.clientWith(tokens.access_token);
  expect(await terminal.call(whoAmI, {})).toMatchObject({ email: portolan.bootstrap.adminEmail });
  const refreshed = await oauth.refreshTokenGrant(config, tokens.refresh_token!);
  await portolan.clientWith(refreshed.access_token).call(whoAmI, {});
  const { items } = await portolan.owner.call(listAccessTokens, {});
  const session = items.findLast((item) => item.name === 'portolan-terminal');
  await portolan.owner.call(revokeAccessToken, { params: { token: session!.id } });
  await expect(portolan.clientWith(refreshed.access_token).call(whoAmI, {})).rejects.toMatchObject({
    code: 'not-signed-in',
  });
  await expect(oauth.refreshTokenGrant(config, refreshed.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('a refresh token used twice ends all that came from it', async () => {
  const { tokens, config } = await signInTerminal();
  const next = await oauth.refreshTokenGrant(config, tokens.refresh_token!);
  await expect(oauth.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  await expect(portolan.clientWith(next.access_token).call(whoAmI, {})).rejects.toMatchObject({
    code: 'not-signed-in',
  });
});

test('a desktop signs in by code and PKCE on loopback', async () => {
  const config = await discover('portolan-desktop');
  const verifier = oauth.randomPKCECodeVerifier();
  const request = {
    redirect_uri: 'http://127.0.0.1:49152/callback',
    scope: 'openid email offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: oauth.randomState(),
  };
  const browser = await newBrowser().open(oauth.buildAuthorizationUrl(config, request).href);
  await enter(browser, password);
  expect(browser.url).toMatch(/^http:\/\/127\.0\.0\.1:49152\/callback\?code=/);
  const checks = { pkceCodeVerifier: verifier, expectedState: request.state, idTokenExpected: true };
  const tokens = await oauth.authorizationCodeGrant(config, new URL(browser.url), checks);
  await portolan.clientWith(tokens.access_token).call(whoAmI, {});
  const again = oauth.authorizationCodeGrant(config, new URL(browser.url), checks);
  await expect(again).rejects.toMatchObject({ error: 'invalid_grant' });
  await previewOf(tokens.id_token!);
  await browser.open(oauth.buildAuthorizationUrl(config, request).href);
  expect(browser.text).toContain('Portolan desktop wants to access Portolan on your behalf');
  await browser.submit();
  expect(browser.url).toContain('/callback?code=');
});

/** The same issuer as a certified provider to test the generic connector and claim mapping against. */
async function previewOf(idToken: string): Promise<void> {
  const params = { workspace: 'default' };
  const settings = {
    kind: 'oidc' as const,
    issuer: `${portolan.url}/oidc`,
    clientId: 'portolan-desktop',
    scopes: ['openid', 'email'],
  };
  const report = await portolan.owner.call(testProvider, { params, body: { settings } });
  expect(report).toMatchObject({ ok: true });
  const wrong = await portolan.owner.call(testProvider, {
    params,
    body: { settings: { ...settings, scopes: ['openid', 'nope'] } },
  });
  expect(wrong.steps.at(-1)).toMatchObject({
    step: 'claims',
    state: 'failed',
    message: expect.stringMatching(/nope/),
  });
  const preview = await portolan.owner.call(previewClaims, { params, body: { settings, token: idToken } });
  expect(preview.user.userId).toMatch(/^acc_/);
  expect(preview.missing).toContain('groups');
  const forged = `${idToken.slice(0, -4)}AAAA`;
  await expect(
    portolan.owner.call(previewClaims, { params, body: { settings, token: forged } }),
  ).rejects.toMatchObject({ code: 'provider-failed' });
}

test('refuses without PKCE, with another redirect, and what another browser began', async () => {
  const config = await discover('portolan-desktop');
  const open = async (extra: Record<string, string>) =>
    newBrowser().open(
      oauth.buildAuthorizationUrl(config, {
        scope: 'openid',
        redirect_uri: 'http://127.0.0.1:1/callback',
        ...extra,
      }).href,
    );
  expect((await open({})).url).toContain('error=invalid_request');
  expect((await open({ redirect_uri: 'https://evil.example/callback' })).text).toContain('redirect_uri');
  const challenge = {
    code_challenge: await oauth.calculatePKCECodeChallenge('x'.repeat(43)),
    code_challenge_method: 'S256',
  };
  const begun = await open(challenge);
  const stolen = await newBrowser().open(begun.url);
  expect(JSON.parse(stolen.text)).toMatchObject({ error: { code: 'gone' } });
});

test('keeps no token, code or key in clear', async () => {
  const { tokens } = await signInTerminal();
  const { rows } = await portolan.platform.db.$client.query(
    'select o::text from oidc_payloads o union all select a::text from access_tokens a union all select p::text from platform_secrets p',
  );
  const dump = JSON.stringify(rows);
  for (const secret of [tokens.access_token, tokens.refresh_token!, '"d":', 'accountId'])
    expect(dump).not.toContain(secret);
});
