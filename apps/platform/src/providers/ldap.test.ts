import { listProviders, syncProvider, testProvider, useProvider } from '@portolan/contract/providers';
import { createKey } from '@portolan/contract/keys';
import { getMe } from '@portolan/contract/self-service';
import { getUser, listGroups, listUsers, updateUser } from '@portolan/contract/users';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { signInProgram } from '../self-service/testing/program.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { normaliseDn } from './connectors/normalise-dn.ts';
import { formatGuid } from './connectors/ldap-schema.ts';
import { startSlapd, SUFFIX, WITHOUT_SLAPD, type Slapd } from './testing/slapd.ts';

const PASSWORD = 'correct horse';
const READER = `cn=reader,${SUFFIX}`;
const params = { workspace: 'default' };

const person = (uid: string, more = '') => `dn: uid=${uid},ou=people,${SUFFIX}
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid}
sn: ${uid.toUpperCase()}
givenName: ${uid}
o: Airline
mail: ${uid}@airline.example
userPassword: ${PASSWORD}
${more}
`;
const group = (cn: string, ...members: readonly string[]) => `dn: cn=${cn},ou=groups,${SUFFIX}
objectClass: groupOfNames
cn: ${cn}
${members.map((dn) => `member: ${dn}`).join('\n')}

`;
const uid = (name: string) => `uid=${name},ou=people,${SUFFIX}`;
const BULK = Array.from({ length: 600 }, (_each, i) => `u${i}`);
/** Text of a binary GUID of Active Directory, and its bytes. */
const GUID = { text: '2f6c3a1e-90ab-4cde-8f01-23456789abcd', base64: 'HjpsL6uQ3kyPASNFZ4mrzQ==' };

const adUser = (name: string, control: number, guid: string) => `dn: cn=${name},ou=ad,${SUFFIX}
objectClass: user
cn: ${name}
sn: ${name}
givenName: ${name}
sAMAccountName: ${name}
userPrincipalName: ${name}@corp.example
mail: ${name}@corp.example
company: Corp
userAccountControl: ${control}
objectGUID:: ${guid}
userPassword: ${PASSWORD}

`;

const LDIF = `dn: ${SUFFIX}
objectClass: dcObject
objectClass: organization
o: Airline
dc: airline

dn: ${READER}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: reader secret

${['people', 'groups', 'ad'].map((ou) => `dn: ou=${ou},${SUFFIX}\nobjectClass: organizationalUnit\nou: ${ou}\n\n`).join('')}${[
  'ada',
  'bob',
  'cem',
  ...BULK,
]
  .map((name) => person(name))
  .join('\n')}
dn: uid=nomail,ou=people,${SUFFIX}
objectClass: inetOrgPerson
uid: nomail
cn: nomail
sn: N

${group('pilots', `UID=ada, OU=People,${SUFFIX}`, `cn=captains,ou=groups,${SUFFIX}`)}${group('captains', uid('bob'), `cn=pilots,ou=groups,${SUFFIX}`)}${group('crowd', ...BULK.map(uid))}dn: cn=ops,ou=groups,${SUFFIX}
objectClass: posixGroup
cn: ops
gidNumber: 1
memberUid: cem

`;

const ACTIVE_DIRECTORY = `${adUser('grace', 512, GUID.base64)}${adUser('heidi', 514, 'AAAAAAAAAAAAAAAAAAAAAQ==')}dn: cn=staff,ou=ad,${SUFFIX}
objectClass: group
groupType: 2
cn: staff
objectGUID:: AAAAAAAAAAAAAAAAAAAAAg==
member: cn=grace,ou=ad,${SUFFIX}
member: cn=heidi,ou=ad,${SUFFIX}
`;

test.each([
  ['cn=Ada Lovelace,dc=x', 'CN=ada  lovelace , DC=X', true],
  ['cn=a\\,b,dc=x', 'cn=a\\2Cb,dc=x', true],
  ['cn=a\\,b,dc=x', 'cn=a,b=c,dc=x', false],
  ['cn=J\\C3\\BCrgen,dc=x', 'cn=Jürgen,dc=x', true],
  ['cn=a+uid=b,dc=x', 'UID=b+CN=a,dc=x', true],
  ['cn=a,dc=x', 'cn=a,dc=y', false],
])('%s and %s are the same name: %s', (one, other, isSame) => {
  expect(normaliseDn(one) === normaliseDn(other)).toBe(isSame);
});

test('an objectGUID is written as Active Directory writes it (MS-DTYP §2.3.4)', () => {
  expect(formatGuid(Buffer.from(GUID.base64, 'base64'))).toBe(GUID.text);
});

describe.skipIf(WITHOUT_SLAPD !== null)('a real directory', () => {
  let slapd: Slapd;
  let portolan: TestPlatform;
  beforeAll(async () => {
    slapd = await startSlapd(LDIF, ACTIVE_DIRECTORY);
    portolan = await startTestPlatform();
  }, 400_000);
  afterAll(async () => {
    await portolan.close();
    await slapd.close();
  });

  const settings = (more: object = {}) => ({
    kind: 'ldap' as const,
    url: slapd.ldapUrl,
    startTls: true,
    certificateAuthority: slapd.certificateAuthority,
    bindDn: READER,
    bindPassword: 'reader secret',
    baseDn: SUFFIX,
    schema: 'inetOrgPerson' as const,
    ...more,
  });
  const trial = async (more: object) => {
    const body = { settings: settings(more) };
    const { ok, steps } = await portolan.owner.call(testProvider, { params, body });
    return ok ? 'ok' : (steps.find(({ state }) => state === 'failed')?.message ?? '');
  };
  const active = async () => {
    const { items } = await portolan.owner.call(listProviders, { params });
    const found = items.find((one) => one.active);
    if (!found) throw new Error('no provider is active');
    return found;
  };
  const synchronised = async () => {
    await portolan.owner.call(syncProvider, { params });
    await vi.waitFor(async () => expect((await active()).sync.state).not.toBe('running'), 300_000);
    return (await active()).sync;
  };
  const use = async (more: object = {}) => {
    await portolan.owner.call(useProvider, { params, body: { settings: settings(more) } });
    return synchronised();
  };
  const user = (email: string) =>
    portolan.owner.call(getUser, { params: { ...params, user: `${email}@airline.example` } });

  test('the test before saving says what is wrong', { timeout: 400_000 }, async () => {
    expect(await trial({})).toBe('ok');
    expect(await trial({ url: slapd.ldapsUrl, startTls: false })).toBe('ok');
    expect(await trial({ bindPassword: 'wrong' })).toMatch(/rejected the bind DN or its password/);
    expect(await trial({ certificateAuthority: undefined })).toMatch(/certificate/);
    expect(await trial({ userFilter: '(uid=nobody)' })).toMatch(
      /No entry below dc=airline,dc=example matches/,
    );
    expect(await trial({ baseDn: 'dc=elsewhere' })).toMatch(/No ?Such ?Object/i);
    expect(await trial({ url: 'ldap://169.254.169.254' })).toMatch(/resolves to 169\.254\.169\.254/);
    const plain = { settings: settings({ startTls: false }) };
    await expect(portolan.owner.call(testProvider, { params, body: plain })).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('passwords would be sent in plain text'),
    });
  });

  test(
    'users of many pages, nested groups that contain each other, names of RFC 2307',
    { timeout: 400_000 },
    async () => {
      const sync = await use();
      expect(sync).toMatchObject({
        state: 'succeeded',
        message: expect.stringContaining('nomail has no e-mail address'),
      });
      const { total } = await portolan.owner.call(listUsers, { params, query: { limit: 1 } });
      expect(total).toBe(BULK.length + 3);
      expect(await user('ada')).toMatchObject({
        firstName: 'ada',
        lastName: 'ADA',
        company: 'Airline',
        state: 'active',
      });
      const { items } = await portolan.owner.call(listGroups, { params, query: {} });
      expect(items.map(({ name, members }) => [name, members])).toEqual([
        ['captains', 2],
        ['crowd', BULK.length],
        ['ops', 1],
        ['pilots', 2],
      ]);
      expect((await user('bob')).groups).toEqual(['captains', 'pilots']);
      expect((await user('cem')).groups).toEqual(['ops']);
      const byHand = {
        params: { ...params, user: (await user('ada')).id },
        body: { state: 'disabled' as const },
      };
      await expect(portolan.owner.call(updateUser, byHand)).rejects.toMatchObject({
        code: 'owned-elsewhere',
      });
    },
  );

  test(
    'an entry that is renamed stays the same user; one that is deleted is gone',
    { timeout: 400_000 },
    async () => {
      const [ada, cem] = [await user('ada'), await user('cem')];
      await portolan.owner.call(createKey, { params, body: { user: cem.id, name: 'laptop' } });
      await slapd.change(async (client) => {
        await client.modifyDN(uid('ada'), 'uid=countess');
        await client.modify(`uid=countess,ou=people,${SUFFIX}`, [
          new Change({
            operation: 'replace',
            modification: new Attribute({ type: 'mail', values: ['countess@airline.example'] }),
          }),
        ]);
        await client.del(uid('cem'));
      });
      expect((await synchronised()).state).toBe('succeeded');
      expect(await user('countess')).toMatchObject({ id: ada.id });
      await expect(user('cem')).rejects.toMatchObject({ code: 'not-found' });
    },
  );

  test('users sign in with the password of the directory', { timeout: 400_000 }, async () => {
    const signIn = async (name: string, password: string) => {
      const { tokens } = await signInProgram(portolan.url, 'default', (browser) =>
        browser.submit({ name, password }),
      );
      return portolan.clientWith(tokens.access_token).call(getMe, {});
    };
    expect(await signIn('bob', PASSWORD)).toMatchObject({
      email: 'bob@airline.example',
      groups: ['captains', 'pilots'],
    });
    expect(await signIn('bob@airline.example', PASSWORD)).toMatchObject({ email: 'bob@airline.example' });
    for (const [name, password] of [
      ['bob', 'wrong'],
      ['bob', ''],
      ['*', PASSWORD],
      ['nobody', PASSWORD],
    ] as const)
      await expect(signIn(name, password)).rejects.toThrow(/user name or password is incorrect/);
  });

  test('Active Directory: GUIDs are ids, disabled accounts are disabled', { timeout: 400_000 }, async () => {
    const sync = await use({
      schema: 'activeDirectory',
      baseDn: `ou=ad,${SUFFIX}`,
      userFilter: '(objectClass=user)',
    });
    expect(sync).toMatchObject({ state: 'succeeded', message: null });
    const find = (name: string) =>
      portolan.owner.call(getUser, { params: { ...params, user: `${name}@corp.example` } });
    expect(await find('grace')).toMatchObject({
      externalId: GUID.text,
      company: 'Corp',
      state: 'active',
      groups: ['staff'],
    });
    expect(await find('heidi')).toMatchObject({ state: 'disabled' });
  });
});
