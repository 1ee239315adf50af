import { useProvider, testProvider } from '@portolan/contract/providers';
import { getMe } from '@portolan/contract/self-service';
import { deleteUser, getUser, listGroups, updateUser } from '@portolan/contract/users';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { auditEvents } from '../db/schema.ts';
import { users } from '../users/schema.ts';
import type { StandIn } from '../providers/testing/directory.ts';
import { startOkta } from '../providers/testing/okta-stand-in.ts';
import {
  CLIENT,
  startOrganisation,
  type Organisation,
} from '../identity/single-sign-on/testing/organisation.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { signInProgram } from './testing/program.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
let organisation: Organisation;
let okta: StandIn;
beforeAll(async () => {
  portolan = await startTestPlatform();
  organisation = await startOrganisation(`${portolan.url}/oidc/single-sign-on`);
  okta = await startOkta({
    users: [
      { id: 'ok-1', email: 'known@airline.example', first: 'Known', last: 'One' },
      { id: 'ok-2', email: 'gone@airline.example', first: 'G', last: 'One', enabled: false },
    ],
    groups: [{ id: 'g-1', name: 'pilots', members: ['ok-1'] }],
  });
});
afterAll(async () => {
  await portolan.close();
  await organisation.close();
  await okta.close();
});

const signIn = async () => {
  const { tokens } = await signInProgram(portolan.url, 'default', (browser) => browser.submit({}), [
    organisation.issuer,
  ]);
  return portolan.clientWith(tokens.access_token).call(getMe, {});
};
const atTheDoor = (sub: string, claims: Partial<Organisation['atTheDoor']> = {}) => {
  const email = `${sub}@airline.example`;
  organisation.atTheDoor = { sub, email, email_verified: true, ...claims };
};
const use = (settings: Parameters<typeof portolan.owner.call<typeof useProvider>>[1]['body']['settings']) =>
  portolan.owner.call(useProvider, { params, body: { settings } });
const oidc = () => ({
  kind: 'oidc' as const,
  issuer: organisation.issuer,
  clientId: CLIENT.id,
  clientSecret: CLIENT.secret,
  scopes: ['openid', 'email'],
});
const lastEvent = async () => (await portolan.platform.db.select().from(auditEvents)).at(-1);

test('whom a generic provider signs in becomes a user, and follows its claims from then on', async () => {
  await use(oidc());
  atTheDoor('ada', { groups: ['crew', 'b\u0430nk', 'a\u202Eb'], given_name: 'A\u202Eda' });
  const ada = await signIn();
  expect(ada).toMatchObject({ email: 'ada@airline.example', firstName: 'Ada', groups: ['crew'] });
  expect(await lastEvent()).toMatchObject({ action: 'user.create', actorKind: 'sync', targetId: ada.id });
  expect((await signIn()).id).toBe(ada.id);
  expect(await lastEvent()).toMatchObject({ action: 'session.start', targetId: ada.id });
  atTheDoor('ada', { groups: ['board'], email: 'ada.new@airline.example' });
  expect(await signIn()).toMatchObject({ id: ada.id, email: 'ada.new@airline.example', groups: ['board'] });
  atTheDoor('ada', { email: 'ada.new@airline.example' });
  expect(await signIn()).toMatchObject({ groups: [] });
  const { items } = await portolan.owner.call(listGroups, { params, query: {} });
  expect(items.map(({ name }) => name)).toEqual(['board', 'crew']);
});

test('nobody takes the e-mail of another, comes unverified, or comes back disabled', async () => {
  atTheDoor('mallory', { email: 'ADA.new@airline.example' });
  await expect(signIn()).rejects.toThrow(/Another user of the same provider already has the e-mail address/);
  atTheDoor('eve', { email_verified: false });
  await expect(signIn()).rejects.toThrow(/has not verified/);
  atTheDoor('ada', { email: 'ada.new@airline.example' });
  const { id } = await signIn();
  const one = { params: { ...params, user: id } };
  await portolan.owner.call(updateUser, { ...one, body: { state: 'disabled' } });
  await expect(signIn()).rejects.toThrow(/is disabled/);
  await portolan.owner.call(deleteUser, one);
  expect((await signIn()).id).not.toBe(id);
});

test('two first sign-ins of one person at once make one user', async () => {
  atTheDoor('twin');
  const [first, second] = await Promise.all([signIn(), signIn()]);
  expect(first.id).toBe(second.id);
});

test('a provider whose users are listed signs in with a client of its own; its listing rules', async () => {
  const settings = {
    kind: 'okta' as const,
    orgUrl: okta.url,
    issuerUrl: organisation.issuer,
    token: 'okta secret',
    signIn: { clientId: CLIENT.id, clientSecret: CLIENT.secret, scopes: ['openid', 'email'] },
  };
  const report = await portolan.owner.call(testProvider, { params, body: { settings } });
  expect(report).toMatchObject({ ok: true });
  const wrong = { ...settings, signIn: { ...settings.signIn, clientSecret: 'wrong' } };
  const refused = await portolan.owner.call(testProvider, { params, body: { settings: wrong } });
  expect(refused.steps.at(-1)).toMatchObject({
    step: 'claims',
    state: 'failed',
    message: expect.stringContaining('rejected client portolan'),
  });
  const used = await use(settings);
  expect(JSON.stringify(used)).not.toContain(CLIENT.secret);
  const { db } = portolan.platform;
  await vi.waitFor(async () =>
    expect(await db.select().from(users).where(eq(users.externalId, 'ok-1'))).toHaveLength(1),
  );
  atTheDoor('ok-1', { email: 'known@airline.example', groups: ['pilots', 'emperors'] });
  expect(await signIn()).toMatchObject({ groups: ['pilots'], provider: used.id });
  atTheDoor('ok-2', { email: 'gone@airline.example' });
  await expect(signIn()).rejects.toThrow(/is disabled/);
  atTheDoor('ok-3', { groups: ['pilots'] });
  const { id } = await signIn();
  expect(await portolan.owner.call(getUser, { params: { ...params, user: id } })).toMatchObject({
    externalId: 'ok-3',
    groups: ['pilots'],
  });
});
