import { describe, expect, it } from 'vitest';
import { startDirectory, type DirectoryEntry } from '../testing/ldap-server.ts';
import { api, object, startV3 } from '../testing/v3-cluster.ts';

const ENTRIES: readonly DirectoryEntry[] = [
  { dn: 'cn=reader,dc=city', password: 'reader-pass', attributes: {} },
  { dn: 'cn=mobile,ou=apps,dc=city', password: 'secret', attributes: { uid: 'mobile' } },
  { dn: 'cn=a\\2cb,ou=apps,dc=city', password: 'comma', attributes: { uid: '*' } },
  { dn: 'cn=twin1,ou=apps,dc=city', password: 'same', attributes: { uid: 'twin' } },
  { dn: 'cn=twin2,ou=apps,dc=city', password: 'same', attributes: { uid: 'twin' } },
];

const manifests = (auth: string): string =>
  api('stops') +
  object('APIPlan', 'five', '{title: five, quota: {limit: 50, period: 24h}}') +
  object(
    'ManagedSubscription',
    's',
    '{apis: [{name: stops}], apiPlan: {name: five}, applications: [{appId: mobile}, {appId: "*"}, {appId: twin}]}',
  ) +
  object('APIAuth', 'ldap', `{isDefault: true, ldap: {${auth}}}`) +
  `
---
apiVersion: v1
kind: Secret
metadata: {name: reader, namespace: city}
stringData: {password: reader-pass}
`;

const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});

describe('an APIAuth by LDAP', () => {
  const searching = (url: string): string =>
    `url: "${url}", baseDn: "ou=apps,dc=city", bindDn: "cn=reader,dc=city", bindPasswordSecretName: reader, searchFilter: "(uid=%s)"`;

  it.each([
    ['the right password', 'mobile', 'secret', 200],
    ['another password', 'mobile', 'other', 401],
    ['an empty password, which would be an anonymous bind', 'mobile', '', 401],
    ['an unknown name', 'nobody', 'secret', 401],
    ['a name that two entries have', 'twin', 'same', 401],
    ['a name that would be a pattern', '*', 'secret', 401],
    ['a name that would end the filter', 'mobile)(uid=*', 'secret', 401],
  ])('that searches: %s', async (_name, name, password, status) => {
    const directory = await startDirectory(ENTRIES);
    const { ask } = await startV3(manifests(searching(directory.url)));
    const answer = await ask({ path: '/stops', headers: basic(name, password) });
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Basic /);
    else expect(JSON.parse(answer.body).headers.authorization).toBeUndefined();
  });

  it('binds by name without a search, escaped, and asks once a minute', async () => {
    const directory = await startDirectory(ENTRIES);
    const { ask } = await startV3(manifests(`url: "${directory.url}", baseDn: "ou=apps,dc=city"`));
    for (let i = 0; i < 3; i++)
      expect((await ask({ path: '/stops', headers: basic('mobile', 'secret') })).status).toBe(200);
    expect(directory.binds).toEqual(['cn=mobile,ou=apps,dc=city']);
    expect((await ask({ path: '/stops', headers: basic('mobile,ou=apps', 'secret') })).status).toBe(401);
    expect(directory.binds[1]).not.toBe('cn=mobile,ou=apps,ou=apps,dc=city');
  });

  it('counts a caller once, however the name is spelled', async () => {
    const directory = await startDirectory(ENTRIES);
    for (const auth of [searching(directory.url), `url: "${directory.url}", baseDn: "ou=apps,dc=city"`]) {
      const limited = manifests(auth).replace('limit: 50', 'limit: 2');
      const { ask } = await startV3(limited);
      const statuses: number[] = [];
      for (const name of ['mobile', 'MOBILE', 'Mobile'])
        statuses.push((await ask({ path: '/stops', headers: basic(name, 'secret') })).status);
      expect(statuses).toEqual([200, 200, 429]);
    }
  });

  it('refuses for now when the directory is away, and when its own password is wrong', async () => {
    const { ask } = await startV3(manifests('url: "ldap://127.0.0.1:1", baseDn: "dc=city"'));
    const answer = await ask({ path: '/stops', headers: basic('mobile', 'secret') });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    const directory = await startDirectory(ENTRIES.map((entry) => ({ ...entry, password: 'changed' })));
    const other = await startV3(manifests(searching(directory.url)));
    expect((await other.ask({ path: '/stops', headers: basic('mobile', 'changed') })).status).toBe(503);
  });

  it('asks for a user name and password', async () => {
    const directory = await startDirectory(ENTRIES);
    const { ask } = await startV3(manifests(searching(directory.url)));
    expect((await ask({ path: '/stops' })).status).toBe(401);
    expect(directory.binds).toEqual([]);
  });
});
