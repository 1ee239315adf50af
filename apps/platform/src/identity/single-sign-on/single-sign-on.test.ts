import { createAccessToken, listAccessTokens } from '@portolan/contract/access-tokens';
import { acceptInvitation, invite, listMembers, removeMember } from '@portolan/contract/members';
import { testProvider, useProvider } from '@portolan/contract/providers';
import { signIn as signInRoute, signOut, whoAmI } from '@portolan/contract/sessions';
import { listUsers } from '@portolan/contract/users';
import { createWorkspace } from '@portolan/contract/workspaces';
import * as oauth from 'openid-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditEvents } from '../../db/schema.ts';
import { FormBrowser } from '@portolan/process/testing/form-browser';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';
import { CLIENT, startOrganisation, type Organisation } from './testing/organisation.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
let organisation: Organisation;
beforeAll(async () => {
  portolan = await startTestPlatform();
  organisation = await startOrganisation(`${portolan.url}/oidc/single-sign-on`);
  await trust('default');
});
beforeEach(async () => {
  organisation.requests.length = 0;
  // Each test types as many device codes as it needs.
  await portolan.platform.db.$client.query('delete from rate_limits');
});
afterAll(async () => {
  await portolan.close();
  await organisation.close();
});

function trust(workspace: string, change: { readonly clientSecret?: string } = {}) {
  const settings = {
    kind: 'oidc' as const,
    issuer: organisation.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: ['openid', 'email'],
    ...change,
  };
  return portolan.owner.call(useProvider, { params: { workspace }, body: { settings } });
}
const newBrowser = () => new FormBrowser(portolan.url, organisation.issuer);
const atTheDoor = (email: string, verified = true) => {
  organisation.atTheDoor = { sub: `sub of ${email}`, email, email_verified: verified };
};

const terminal = () =>
  oauth.discovery(new URL(`${portolan.url}/oidc`), 'portolan-terminal', undefined, oauth.None(), {
    execute: [oauth.allowInsecureRequests],
  });

/** Begins to sign in a terminal; answers how to finish it. */
async function beginTerminal(browser: FormBrowser): Promise<() => Promise<oauth.TokenEndpointResponse>> {
  const config = await terminal();
  const device = await oauth.initiateDeviceAuthorization(config, { scope: 'openid offline_access' });
  await browser.open(device.verification_uri);
  await browser.submit({ user_code: device.user_code });
  await browser.submit();
  return () => oauth.pollDeviceAuthorizationGrant(config, { ...device, interval: 0.05 });
}

/** Signs a terminal in as whoever is at the organisation's door. */
async function signIn(workspace = 'default') {
  const browser = newBrowser();
  const poll = await beginTerminal(browser);
  await browser.submit({ workspace }, '/single-sign-on');
  expect(browser.text).toContain('return to your terminal');
  const tokens = await poll();
  return { client: portolan.clientWith(tokens.access_token), tokens };
}
const refusal = async (workspace = 'default') => {
  const desktop = new URL(`${portolan.url}/oidc/auth`);
  desktop.search = new URLSearchParams({
    client_id: 'portolan-desktop',
    redirect_uri: 'http://127.0.0.1:1/callback',
    response_type: 'code',
    scope: 'openid',
    code_challenge: await oauth.calculatePKCECodeChallenge('x'.repeat(43)),
    code_challenge_method: 'S256',
  }).toString();
  const browser = await newBrowser().open(desktop.href);
  await browser.submit({ workspace }, '/single-sign-on');
  return /role="alert">([^<]*)/.exec(browser.text)?.[1] ?? browser.text;
};

test('a member signs in at the provider of the workspace, with PKCE, state and nonce', async () => {
  const { accountId, email } = await portolan.signInAs('editor');
  atTheDoor(email.toUpperCase());
  const { client } = await signIn();
  expect(await client.call(whoAmI, {})).toMatchObject({
    id: accountId,
    workspaces: [{ workspace: 'default', role: 'editor' }],
  });
  const [request] = organisation.requests;
  expect(Object.fromEntries(request!)).toMatchObject({
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{40,}$/),
    nonce: expect.stringMatching(/^[\w-]{40,}$/),
  });
  const events = await portolan.platform.db.select().from(auditEvents);
  expect(events.at(-1)).toMatchObject({ action: 'session.start', actorId: accountId, origin: 'web' });
});

test('one who was invited joins by signing in, once; the account has no password', async () => {
  const body = { email: 'invited@airline.example', role: 'viewer' } as const;
  await portolan.owner.call(invite, { params, body });
  atTheDoor(body.email);
  const { client } = await signIn();
  const me = await client.call(whoAmI, {});
  expect(me).toMatchObject({ email: body.email, workspaces: [{ role: 'viewer' }] });
  await portolan.owner.call(removeMember, { params: { ...params, account: me.id } });
  await expect(client.call(listUsers, { params, query: {} })).rejects.toMatchObject({ code: 'not-found' });
  expect(await refusal()).toMatch(/not a member of this workspace and has no invitation/);
});

test('nobody else gets in: strangers, unverified e-mails, unknown workspaces, a wrong client secret', async () => {
  atTheDoor('stranger@airline.example');
  expect(await refusal()).toMatch(/not a member/);
  atTheDoor(portolan.bootstrap.adminEmail, false);
  expect(await refusal()).toMatch(/has not verified/);
  expect(await refusal('nowhere')).toMatch(/Workspace nowhere does not exist or does not use single sign-on/);
  await trust('default', { clientSecret: 'wrong' });
  atTheDoor(portolan.bootstrap.adminEmail);
  expect(await refusal()).toMatch(/could not sign you in/);
  await trust('default');
  await signIn();
});

test('a sign-in is good for the workspace of its provider alone, refreshed too', async () => {
  const { client: theirs, accountId, email } = await portolan.signInAs('owner');
  await theirs.call(createWorkspace, { body: { name: 'Theirs', id: 'theirs' } });
  atTheDoor(email);
  const { client, tokens } = await signIn();
  await client.call(listMembers, { params, query: {} });
  const config = await terminal();
  const refreshed = await oauth.refreshTokenGrant(config, tokens.refresh_token!);
  for (const one of [client, portolan.clientWith(refreshed.access_token)]) {
    const other = one.call(listMembers, { params: { workspace: 'theirs' }, query: {} });
    await expect(other).rejects.toMatchObject({ code: 'not-found' });
    expect(await one.call(whoAmI, {})).toMatchObject({
      id: accountId,
      workspaces: [{ workspace: 'default' }],
    });
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const escapes = [
      () => one.call(createAccessToken, { body: { name: 'escape', expiresAt } }),
      () => one.call(createWorkspace, { body: { name: 'Escape' } }),
      () => one.call(listAccessTokens, {}),
    ];
    for (const escape of escapes) await expect(escape()).rejects.toMatchObject({ code: 'not-allowed' });
  }
  expect((await theirs.call(whoAmI, {})).workspaces).toHaveLength(2);
  await portolan.clientWith(refreshed.access_token).call(signOut, {});
});

test('an answer counts once, in the browser that began, with its own state', async () => {
  const { email } = await portolan.signInAs('viewer');
  atTheDoor(email);
  const stopping = new FormBrowser(portolan.url);
  await beginTerminal(stopping);
  await stopping.submit({ workspace: 'default' }, '/single-sign-on');
  const elsewhere = await new FormBrowser(organisation.issuer).open(stopping.url);
  expect(elsewhere.url).toContain('/oidc/single-sign-on?code=');
  const victim = newBrowser();
  await beginTerminal(victim);
  await victim.open(elsewhere.url);
  expect(victim.text).toContain('"code":"gone"');
  const forged = elsewhere.url.replace(/state=[^&]*/, 'state=forged');
  expect((await stopping.open(forged)).text).toContain('"code":"gone"');
  await stopping.open(elsewhere.url);
  expect(stopping.text).toContain('return to your terminal');
  expect((await stopping.open(elsewhere.url)).text).toContain('"code":"gone"');
});

test('a provider speaks for its own workspace: an account that someone else made of an address gets nothing', async () => {
  // Mallory invites a stranger's address into her own workspace and accepts with a password of hers.
  const email = 'cfo@bank.example';
  const mallory = await portolan.signInAs('owner');
  await mallory.client.call(createWorkspace, { body: { name: 'Mallory', id: 'mallory' } });
  const invitation = await mallory.client.call(invite, {
    params: { workspace: 'mallory' },
    body: { email, role: 'viewer' },
  });
  const token = new URL(invitation.url!).searchParams.get('token')!;
  const password = 'chosen by mallory';
  const anonymous = portolan.clientWith(undefined);
  await anonymous.call(acceptInvitation, { body: { token, name: 'CFO', password } });
  // The bank invites its CFO, who signs in at its provider.
  await portolan.owner.call(invite, { params, body: { email, role: 'admin' } });
  atTheDoor(email);
  const { client } = await signIn();
  expect(await client.call(whoAmI, {})).toMatchObject({
    email,
    workspaces: [{ workspace: 'default', role: 'admin' }],
  });
  const session = await anonymous.call(signInRoute, { body: { email, password } });
  expect(session.account.workspaces).toMatchObject([{ workspace: 'mallory' }]);
  const reach = portolan.clientWith(session.token).call(listMembers, { params, query: {} });
  await expect(reach).rejects.toMatchObject({ code: 'not-found' });
});

test('a provider takes no address away: whom it names elsewhere can still be invited and accept', async () => {
  const email = 'stranger@elsewhere.example';
  await portolan.owner.call(invite, { params, body: { email, role: 'viewer' } });
  atTheDoor(email);
  await signIn();
  const other = await portolan.signInAs('owner');
  await other.client.call(createWorkspace, { body: { name: 'Elsewhere', id: 'elsewhere' } });
  const elsewhere = { params: { workspace: 'elsewhere' } };
  const { url } = await other.client.call(invite, { ...elsewhere, body: { email, role: 'editor' } });
  const body = { token: new URL(url!).searchParams.get('token')!, password: 'the strangers own one' };
  const anonymous = portolan.clientWith(undefined);
  await anonymous.call(acceptInvitation, { body });
  const { account } = await anonymous.call(signInRoute, { body: { email, password: body.password } });
  expect(account.workspaces).toMatchObject([{ workspace: 'elsewhere', role: 'editor' }]);
});

test('a subject stays who it is; its address, given to another person, opens nothing', async () => {
  const { accountId, email } = await portolan.signInAs('viewer');
  atTheDoor(email);
  await signIn();
  organisation.atTheDoor = { sub: `sub of ${email}`, email: `new-${email}`, email_verified: true };
  const { client } = await signIn();
  expect(await client.call(whoAmI, {})).toMatchObject({ id: accountId });
  organisation.atTheDoor = { sub: 'another person', email, email_verified: true };
  expect(await refusal()).toMatch(/to a different person since it first signed in here/);
});

test('only an owner chooses the provider, which can vouch for owners', async () => {
  const { client } = await portolan.signInAs('admin');
  const settings = { kind: 'oidc' as const, issuer: 'https://evil.example', clientId: 'x' };
  const use = client.call(useProvider, { params, body: { settings } });
  await expect(use).rejects.toMatchObject({ code: 'not-allowed', status: 403 });
});

test('each sign-in at the issuer is in the audit, refreshed ones are not', async () => {
  const { email, accountId } = await portolan.signInAs('viewer');
  atTheDoor(email);
  const { tokens } = await signIn();
  await oauth.refreshTokenGrant(await terminal(), tokens.refresh_token!);
  const events = await portolan.platform.db.select().from(auditEvents);
  expect(
    events.filter(({ action, actorId }) => action === 'session.start' && actorId === accountId),
  ).toMatchObject([
    { after: { client: 'portolan-terminal' }, remoteAddress: '127.0.0.1', workspaceId: 'default' },
  ]);
});

test('an issuer is compared exactly, in the test before saving as in a sign-in, and both are named', async () => {
  const settings = {
    kind: 'oidc' as const,
    issuer: `${organisation.issuer}/`,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
  };
  const report = await portolan.owner.call(testProvider, { params, body: { settings } });
  const reason = `configured as ${organisation.issuer}/, but its discovery document names ${organisation.issuer}.`;
  expect(report.steps.find(({ state }) => state === 'failed')?.message).toContain(reason);
  await portolan.owner.call(useProvider, { params, body: { settings } });
  expect(await refusal()).toContain(reason);
  await trust('default');
});

test('another provider ends what the one before signed in', async () => {
  const { email } = await portolan.signInAs('viewer');
  atTheDoor(email);
  const { client } = await signIn();
  await client.call(whoAmI, {});
  await portolan.owner.call(useProvider, { params, body: { settings: { kind: 'internal' } } });
  await expect(client.call(whoAmI, {})).rejects.toMatchObject({ code: 'not-signed-in' });
  expect(await refusal()).toMatch(/Workspace default does not exist or does not use single sign-on/);
});
