import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { Browser, startIdentityProvider } from '../testing/identity-provider.ts';
import { pluginRoute, startV3 } from '../testing/v3-cluster.ts';

const CSRF = 'traefikee-csrf-token';

async function app(options = '', settings: Partial<Parameters<typeof startIdentityProvider>[0]> = {}) {
  const idp = await startIdentityProvider({ lifetime: 3600, ...settings });
  const running = await startV3(
    `${pluginRoute(`{oidc: {issuer: "${idp.issuer}", clientID: portal, clientSecret: "urn:k8s:secret:idp:secret"${options}}}`)}
---
apiVersion: v1
kind: Secret
metadata: {name: idp, namespace: city}
stringData: {secret: hush-hush}
`,
  );
  expect(running.problems).toEqual([]);
  return { idp, browser: new Browser(running.port), ...running };
}

describe('oidc', () => {
  it('signs in at the provider with defaults, and hides its cookies from the upstream', async () => {
    const { idp, browser } = await app(', forwardHeaders: {X-Email: email}, discoveryParams: {p: q}');
    const back = await browser.signIn(idp);
    expect([back.status, back.headers.location]).toEqual([302, '/page?x=1']);
    expect([...browser.cookies.keys()]).toEqual(['m-session']);
    const page = await browser.go('/page');
    expect(JSON.parse(page.body).headers).toMatchObject({ 'x-email': 'ann@example.com' });
    expect(page.body).not.toContain('m-session');
    expect(idp.state.discoveries).toEqual(['?p=q']);
  });

  it('names and dresses its cookies as asked', async () => {
    const { idp, browser } = await app(
      ', session: {name: sid, path: /app, sameSite: none, httpOnly: false, secure: true, expiry: 900}, stateCookie: {name: st, maxAge: 60, sameSite: strict}',
    );
    const sent = await browser.go('/page');
    expect(sent.headers['set-cookie']?.[0]).toMatch(
      /^st=[^;]+; Path=\/; Max-Age=60; HttpOnly; SameSite=Strict$/,
    );
    const back = await browser.go(`/callback?${idp.consent(sent.headers.location ?? '').toString()}`);
    expect(back.headers['set-cookie']?.[0]).toMatch(
      /^sid=[^;]+; Path=\/app; Max-Age=900; Secure; SameSite=None$/,
    );
  });

  it('sends a redirect URL of another host as it is configured', async () => {
    for (const [redirectUrl, expected] of [
      ['/cb', 'http://app.example.com/cb'],
      ['login.example.com/cb', 'http://login.example.com/cb'],
      ['https://login.example.com/cb', 'https://login.example.com/cb'],
    ]) {
      const { browser } = await app(`, redirectUrl: "${redirectUrl}"`);
      const { location = '' } = (await browser.go('/page')).headers;
      expect(new URL(location).searchParams.get('redirect_uri')).toBe(expected);
    }
  });

  it('begins sign-ins at loginUrl alone, and ends them at postLoginRedirectUrl', async () => {
    const { idp, browser } = await app(', loginUrl: /login, postLoginRedirectUrl: /home');
    expect((await browser.go('/page')).status).toBe(401);
    const back = await browser.signIn(idp, '/login');
    expect([back.status, back.headers.location]).toEqual([302, 'http://app.example.com/home']);
    expect((await browser.go('/page')).status).toBe(200);
    expect((await browser.go('/login')).headers.location).toBe('http://app.example.com/home');
  });

  it('begins none with disableLogin', async () => {
    const { browser } = await app(', disableLogin: true');
    expect((await browser.go('/page')).status).toBe(401);
  });

  it('signs out at logoutUrl, to postLogoutRedirectUrl', async () => {
    const { idp, browser } = await app(
      ', logoutUrl: /logout, postLogoutRedirectUrl: "https://bye.example.com/"',
    );
    await browser.signIn(idp);
    const out = await browser.go('/logout');
    expect([out.status, out.headers.location]).toEqual([302, 'https://bye.example.com/']);
    expect(browser.cookies.size).toBe(0);
    expect((await browser.go('/page')).status).toBe(302);
  });

  it('tells ID token and access token apart', async () => {
    const accessToken = new UnsecuredJWT({ grp: 'ops' }).encode();
    const { idp, browser } = await app(
      ', claims: "Equals(`access_token.grp`, `ops`) && Equals(`id_token.email`, `ann@example.com`) && Contains(`groups`, `crew`)", forwardHeaders: {X-Grp: access_token.grp}',
      { accessToken },
    );
    await browser.signIn(idp);
    expect(JSON.parse((await browser.go('/page')).body).headers).toMatchObject({ 'x-grp': 'ops' });
    const other = await app(', claims: "Equals(`grp`, `ops`)"', { accessToken });
    await other.browser.signIn(other.idp);
    expect((await other.browser.go('/page')).status).toBe(403);
  });

  it('renews a sliding session while it is used, and no other', async () => {
    const sliding = await app(', session: {expiry: 10}');
    await sliding.browser.signIn(sliding.idp);
    await expect
      .poll(async () => (await sliding.browser.go('/page')).headers['set-cookie']?.[0], {
        timeout: 5000,
        interval: 200,
      })
      .toMatch(/^m-session=[^;]+; Path=\/; Max-Age=10;/);
    const fixed = await app(', session: {expiry: 2, sliding: false}');
    await fixed.browser.signIn(fixed.idp);
    expect((await fixed.browser.go('/page')).headers['set-cookie']).toBeUndefined();
    await expect
      .poll(async () => (await fixed.browser.go('/page')).status, { timeout: 5000, interval: 200 })
      .toBe(302);
  });

  it('does not make a fixed session longer by refreshing its tokens', async () => {
    const { idp, browser } = await app(', session: {expiry: 5, sliding: false}', { lifetime: 0 });
    await browser.signIn(idp);
    await expect
      .poll(async () => (await browser.go('/page')).headers['set-cookie']?.[0] ?? '', {
        timeout: 4000,
        interval: 300,
      })
      .toMatch(/Max-Age=[1-4];/);
    expect(idp.state.refreshes).toBeGreaterThan(0);
  });

  it('is sealed with session.secret, so that another one opens no session', async () => {
    const { idp, browser, apply } = await app(', session: {secret: one}');
    await browser.signIn(idp);
    expect((await browser.go('/page')).status).toBe(200);
    const yaml = (secret: string): string =>
      pluginRoute(
        `{oidc: {issuer: "${idp.issuer}", clientID: portal, clientSecret: hush-hush, session: {secret: ${secret}}}}`,
      );
    apply(yaml('one'));
    expect((await browser.go('/page')).status).toBe(200);
    apply(yaml('two'));
    expect((await browser.go('/page')).status).toBe(302);
  });
});

describe('csrf', () => {
  it('asks requests that change something for the token of the session', async () => {
    const { idp, browser } = await app(', csrf: {}');
    await browser.signIn(idp);
    const token = browser.cookies.get(CSRF) ?? '';
    expect(token).not.toBe('');
    expect((await browser.go('/page')).status).toBe(200);
    expect((await browser.go('/page', { method: 'POST' })).status).toBe(403);
    const sent = await browser.go('/page', { method: 'POST', headers: { 'TraefikHub-Csrf-Token': token } });
    expect(sent.status).toBe(200);
    expect(sent.body.toLowerCase()).not.toContain('csrf');
    // A cookie that someone planted, with the same value in the header, is not of the session.
    browser.cookies.set(CSRF, 'planted.planted');
    const planted = { method: 'POST', headers: { 'TraefikHub-Csrf-Token': 'planted.planted' } };
    expect((await browser.go('/page', planted)).status).toBe(403);
    await browser.go('/page');
    expect(browser.cookies.get(CSRF)).not.toBe('planted.planted');
  });

  it('does not take the token of another session', async () => {
    const { idp, port, browser } = await app(', csrf: {headerName: X-Token, secure: true}');
    const other = new Browser(port);
    await browser.signIn(idp);
    const back = await other.signIn(idp);
    expect(back.headers['set-cookie']?.find((field) => field.startsWith(CSRF))).toMatch(
      /; SameSite=Lax; Secure$/,
    );
    const stolen = other.cookies.get(CSRF) ?? '';
    browser.cookies.set(CSRF, stolen);
    expect((await browser.go('/page', { method: 'PUT', headers: { 'X-Token': stolen } })).status).toBe(403);
  });
});
