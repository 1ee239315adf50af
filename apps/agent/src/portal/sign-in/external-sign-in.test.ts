import { describe, expect, it } from 'vitest';
import { startIdentityProvider } from '../../gateway/testing/identity-provider.ts';
import { startDirectory } from '../../gateway/testing/ldap-server.ts';
import { city, hub } from '../testing/city.ts';
import { startPortalV3 } from '../testing/running-portal.ts';

const ITEM = hub('APICatalogItem', 'crew', '{groups: [crew], apis: [{name: stops}]}');

const secret = (name: string, data: string) => `
---
apiVersion: v1
kind: Secret
metadata: {name: ${name}, namespace: city}
stringData: ${data}
`;
const portalWith = (auth: string) =>
  hub('APIPortal', 'main', `{title: City, trustedUrls: ["http://portal.localhost"], auth: {name: ${auth}}}`);

/** Manifests of the city whose portal names a sign-in. */
async function manifests(auth: string, more: string): Promise<string> {
  const { yaml } = await city();
  const parts = yaml.split('\n---\n').filter((part) => !part.includes('kind: APIPortal'));
  return parts.join('\n---\n') + portalWith(auth) + ITEM + more;
}

const cookieOf = (fields: readonly string[] | undefined, name: string) =>
  fields?.find((field) => field.startsWith(`${name}=`))?.split(';')[0] ?? '';

describe('a portal with an APIPortalAuth by OpenID Connect', () => {
  const oidc = (issuer: string) =>
    hub(
      'APIPortalAuth',
      'idp',
      `{oidc: {issuerUrl: "${issuer}", secretName: client, claims: {groups: groups}}}`,
    ) + secret('client', '{clientId: portal, clientSecret: hush-hush}');

  it('signs in at that provider alone, with the groups of the ID token', async () => {
    const idp = await startIdentityProvider({ lifetime: 300, claims: { given_name: 'Ann' } });
    const portal = await startPortalV3(await manifests('idp', oidc(idp.issuer)));
    const begun = await portal.send('/login?next=/apis/stops@city');
    expect([begun.status, begun.headers.location?.startsWith(`${idp.issuer}/authorize?`)]).toEqual([
      303,
      true,
    ]);
    const callback = `/callback?${idp.consent(begun.headers.location ?? '').toString()}`;
    const login = cookieOf(begun.headers['set-cookie'], '__Host-portal-login');
    const entered = await portal.send(callback, { headers: { cookie: login } });
    expect([entered.status, entered.headers.location]).toEqual([303, '/apis/stops@city']);
    const cookie = cookieOf(entered.headers['set-cookie'], '__Host-portal');
    const home = await portal.send('/', { headers: { cookie } });
    expect(home.body).toContain('/apis/stops@city');
    expect(home.body).toContain('Ann');
    expect((await portal.send('/settings', { headers: { cookie } })).status).toBe(404);
    // A session of the platform's issuer is none here.
    const ada = await portal.signIn({ groups: ['crew'] });
    expect((await ada.get('/')).status).toBe(401);
    expect((await portal.send(callback)).status).toBe(400);
  });

  it('lets nobody in while the sign-in that it names does not exist or cannot be used', async () => {
    const portal = await startPortalV3(await manifests('idp', ''));
    expect((await portal.send('/login')).status).toBe(503);
    const ada = await portal.signIn({ groups: ['crew'] });
    expect((await ada.get('/')).status).toBe(401);
  });
});

describe('a portal with an APIPortalAuth by LDAP', () => {
  const ENTRIES = [
    { dn: 'cn=reader,dc=city', password: 'reader-pass', attributes: {} },
    {
      dn: 'cn=ann,ou=people,dc=city',
      password: 'secret',
      attributes: { uid: 'ann', mail: 'ann@city.example', memberOf: 'cn=crew,ou=groups,dc=city' },
    },
  ];
  const ldap = (url: string) =>
    hub(
      'APIPortalAuth',
      'directory',
      `{ldap: {url: "${url}", baseDn: "ou=people,dc=city", bindDn: "cn=reader,dc=city", bindPasswordSecretName: reader, searchFilter: "(uid=%s)"}}`,
    ) + secret('reader', '{password: reader-pass}');
  const post = (body: Record<string, string>) => ({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(body).toString(),
  });

  it('takes the name and password of the directory, with the groups of the entry', async () => {
    const directory = await startDirectory(ENTRIES);
    const portal = await startPortalV3(await manifests('directory', ldap(directory.url)));
    expect((await portal.send('/login?next=/applications')).body).toContain('value="/applications"');
    for (const [name, password] of [
      ['ann', 'other'],
      ['ann', ''],
      ['*', 'secret'],
      ['nobody', 'secret'],
    ] as const)
      expect([name, (await portal.send('/login', post({ name, password }))).status]).toEqual([name, 401]);
    const entered = await portal.send(
      '/login',
      post({ name: 'ann', password: 'secret', next: '//evil.example' }),
    );
    expect([entered.status, entered.headers.location]).toEqual([303, '/']);
    const cookie = cookieOf(entered.headers['set-cookie'], '__Host-portal');
    expect((await portal.send('/', { headers: { cookie } })).body).toContain('/apis/stops@city');
    for (let count = 0; count < 10; count++)
      await portal.send('/login', post({ name: 'Ann', password: 'x' }));
    const blocked = await portal.send('/login', post({ name: 'ann', password: 'secret' }));
    expect([blocked.status, blocked.body.includes('Too many attempts')]).toEqual([401, true]);
  });
});
