import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PolicySpec } from '@portolan/resources/model/policy';
import { Browser, startIdentityProvider } from '../testing/identity-provider.ts';
import { model, policyGuard, route, service } from '../testing/models.ts';
import { ask, echo, startGateway } from '../testing/servers.ts';

function policy(issuer: string, changes: object = {}): PolicySpec {
  const cookie = { sameSite: 'lax' as const, secure: false, domain: null, path: '/' };
  return {
    kind: 'oidc',
    issuer,
    clientId: 'portal',
    clientSecret: 'hush-hush',
    redirectUrl: '/callback',
    logoutUrl: '/logout',
    disableAuthRedirectionPaths: ['/api'],
    authParams: { prompt: 'login' },
    scopes: ['openid', 'email'],
    stateCookie: cookie,
    session: { ...cookie, refresh: true },
    forwardHeaders: { 'X-Email': 'email' },
    claims: null,
    ...changes,
  };
}

async function app(
  settings: Partial<Parameters<typeof startIdentityProvider>[0]> = {},
  changes: object = {},
) {
  const idp = await startIdentityProvider({ lifetime: 3600, ...settings });
  const running = await startGateway(
    model([route({ guard: policyGuard(policy(idp.issuer, changes)) })], [service('up', await echo())]),
  );
  return { idp, browser: new Browser(running.port), ...running };
}

describe('oidc policy', () => {
  it.each([
    ['a slash at the end', (issuer: string) => `${issuer}/`],
    ['another case', (issuer: string) => issuer.replace('http:', 'HTTP:')],
  ])('compares the issuer exactly: %s is another one', async (_, change) => {
    const idp = await startIdentityProvider({ lifetime: 3600 });
    const running = await startGateway(
      model([route({ guard: policyGuard(policy(change(idp.issuer))) })], [service('up', await echo())]),
    );
    const reply = await new Browser(running.port).go('/');
    expect([reply.status, reply.body.trim()]).toEqual([
      502,
      'The identity provider calls itself by another issuer than is configured here.',
    ]);
  });

  it('signs a browser in and brings it back to where it was', async () => {
    const { idp, browser } = await app();
    const sent = await browser.go('/page?x=1');
    expect(sent.status).toBe(302);
    const location = new URL(sent.headers.location!);
    expect(location.origin).toBe(idp.issuer);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      client_id: 'portal',
      redirect_uri: 'http://app.example.com/callback',
      response_type: 'code',
      scope: 'openid email',
      code_challenge_method: 'S256',
      prompt: 'login',
    });
    expect(sent.headers['set-cookie']![0]).toMatch(
      /^policy-state=.*; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
    const back = await browser.go(`/callback?${idp.consent(sent.headers.location!).toString()}`);
    expect([back.status, back.headers.location]).toEqual([302, '/page?x=1']);
    expect([...browser.cookies.keys()]).toEqual(['policy-session']);
    browser.cookies.set('theme', 'dark');
    const page = JSON.parse((await browser.go('/page?x=1', { headers: { 'x-email': 'forged' } })).body);
    expect(page.headers).toMatchObject({ 'x-email': 'ann@example.com', cookie: 'theme=dark' });
  });

  it.each([
    ['POST', '/page'],
    ['DELETE', '/page'],
    ['GET', '/favicon.ico'],
    ['GET', '/api/data'],
  ])('answers 401 instead of sending %s %s away', async (method, path) => {
    const { browser } = await app();
    expect((await browser.go(path, { method })).status).toBe(401);
  });

  it('refuses a callback with another state, another nonce, or without its cookie', async () => {
    const { idp, browser } = await app();
    const sent = await browser.go('/page');
    const answer = idp.consent(sent.headers.location!);
    expect((await new Browser((await app()).port).go(`/callback?${answer.toString()}`)).status).toBe(400);
    expect(
      (
        await browser.go(
          `/callback?${new URLSearchParams({ code: answer.get('code')!, state: 'other' }).toString()}`,
        )
      ).status,
    ).toBe(400);
    const replayed = await app({ nonce: 'other' });
    expect((await replayed.browser.signIn(replayed.idp)).status).toBe(400);
    expect(replayed.browser.cookies.size).toBe(0);
  });

  it('refuses sessions it did not make', async () => {
    const { browser } = await app();
    for (const forged of ['x', 'eyJhbGciOiJub25lIn0.e30.', `${'a'.repeat(100)}.b.c.d.e`]) {
      browser.cookies.set('policy-session', forged);
      expect((await browser.go('/page', { method: 'POST' })).status).toBe(401);
    }
  });

  it('answers 403 when the claims do not satisfy the policy', async () => {
    const { idp, browser } = await app({}, { claims: 'Contains("groups", "pilots")' });
    await browser.signIn(idp);
    expect((await browser.go('/page')).status).toBe(403);
  });

  it('renews a session that has run out, if it may', async () => {
    const { idp, browser } = await app({ lifetime: 0 });
    await browser.signIn(idp);
    idp.state.lifetime = 3600;
    const renewed = await browser.go('/page?x=2');
    expect([renewed.status, renewed.headers.location, idp.state.refreshes]).toEqual([302, '/page?x=2', 1]);
    expect((await browser.go('/page?x=2')).status).toBe(200);
    const strict = await app(
      { lifetime: 0 },
      { session: { sameSite: 'lax', secure: true, domain: null, path: '/', refresh: false } },
    );
    await strict.browser.signIn(strict.idp);
    expect((await strict.browser.go('/page', { method: 'POST' })).status).toBe(401);
    expect(strict.idp.state.refreshes).toBe(0);
  });

  it('renews in passing what cannot be redirected', async () => {
    const { idp, browser } = await app({ lifetime: 0 });
    await browser.signIn(idp);
    idp.state.lifetime = 3600;
    expect((await browser.go('/page', { method: 'POST', body: 'kept' })).body).toContain('"body":"kept"');
    expect((await browser.go('/page')).status).toBe(200);
    expect(idp.state.refreshes).toBe(1);
  });

  it('signs out', async () => {
    const { idp, browser } = await app();
    await browser.signIn(idp);
    expect((await browser.go('/logout', { method: 'DELETE' })).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    expect((await browser.go('/page')).status).toBe(302);
  });

  it('splits sessions that are too long for one cookie', async () => {
    const { idp, browser } = await app({ claims: { long: Array.from({ length: 200 }, () => randomUUID()) } });
    await browser.signIn(idp);
    expect([...browser.cookies.keys()].toSorted()).toEqual(
      ['policy-session', 'policy-session-1', 'policy-session-2', 'policy-session-3'].slice(
        0,
        browser.cookies.size,
      ),
    );
    expect(browser.cookies.size).toBeGreaterThan(1);
    expect((await browser.go('/page')).status).toBe(200);
  });

  it('says so when the provider cannot be reached', async () => {
    const { port } = await startGateway(
      model([route({ guard: policyGuard(policy('http://127.0.0.1:1')) })], [service('up', await echo())]),
    );
    expect((await ask(port)).status).toBe(502);
  });
});
