import * as contract from '@portolan/contract/members';
import { createAccessToken as createToken } from '@portolan/contract/access-tokens';
import { signIn, whoAmI } from '@portolan/contract/sessions';
import { createWorkspace, deleteWorkspace, getWorkspace } from '@portolan/contract/workspaces';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hashPassword } from '../../auth/password.ts';
import { createAccessToken } from '../../auth/token-store.ts';
import { catchMail } from '../../testing/mail-catcher.ts';
import { accounts } from '../accounts/schema.ts';
import { startTestPlatform, type TestPlatform } from '../../testing/platform.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
beforeAll(async () => {
  portolan = await startTestPlatform();
});
afterAll(() => portolan.close());

const anonymous = () => portolan.clientWith(undefined);
const tokenOf = ({ url }: { readonly url: string | null }) => new URL(url!).searchParams.get('token')!;

test('invites a newcomer by link, who joins with a new account, once', async () => {
  const invited = { email: 'new@example.com', role: 'editor' } as const;
  const token = tokenOf(await portolan.owner.call(contract.invite, { params, body: invited }));
  const body = { token, name: 'Newcomer', password: 'a long enough password' };
  expect(await anonymous().call(contract.acceptInvitation, { body })).toEqual({
    workspace: 'default',
    email: invited.email,
  });
  await expect(anonymous().call(contract.acceptInvitation, { body })).rejects.toMatchObject({
    code: 'gone',
    status: 410,
  });
  const { account } = await anonymous().call(signIn, {
    body: { email: invited.email, password: body.password },
  });
  expect(account.workspaces).toMatchObject([{ workspace: 'default', role: 'editor' }]);
});

test('someone with an account joins a second workspace with its password only', async () => {
  const { email } = await portolan.signInAs('viewer');
  const body = { name: 'Second', id: 'second' };
  expect(await portolan.owner.call(createWorkspace, { body })).toMatchObject({ id: 'second', role: 'owner' });
  const second = { params: { workspace: 'second' } };
  const invited = { ...second, body: { email, role: 'admin' } } as const;
  const token = tokenOf(await portolan.owner.call(contract.invite, invited));
  const accept = portolan
    .clientWith(undefined)
    .call(contract.acceptInvitation, { body: { token, password: 'not their password' } });
  await expect(accept).rejects.toMatchObject({ code: 'wrong-credentials' });
  await expect(portolan.owner.call(createWorkspace, { body })).rejects.toMatchObject({
    code: 'already-exists',
  });
});

test('who pre-registers an address locks nobody out: a shown link makes an account of this workspace', async () => {
  const email = 'victim@example.com';
  const squat = await portolan.owner.call(contract.invite, { params, body: { email, role: 'viewer' } });
  await anonymous().call(contract.acceptInvitation, {
    body: { token: tokenOf(squat), name: 'Squatter', password: 'the squatters password' },
  });
  const other = { params: { workspace: 'second' } };
  const { url } = await portolan.owner.call(contract.invite, { ...other, body: { email, role: 'admin' } });
  const body = { token: tokenOf({ url }), name: 'Victim', password: 'the victims password' };
  await anonymous().call(contract.acceptInvitation, { body });
  const enter = (password: string) => anonymous().call(signIn, { body: { email, password } });
  const victim = await enter(body.password);
  expect(victim.account.workspaces).toMatchObject([{ workspace: 'second', role: 'admin' }]);
  expect((await enter('the squatters password')).account.workspaces).toMatchObject([
    { workspace: 'default' },
  ]);
  const create = portolan.clientWith(victim.token).call(createWorkspace, { body: { name: 'Third' } });
  await expect(create).rejects.toMatchObject({ code: 'not-allowed' });
});

test('a mailed link proves the address, and what others set before is gone', async () => {
  const catcher = await catchMail();
  const mailing = await startTestPlatform({ PORTOLAN_SMTP_URL: catcher.url });
  try {
    const email = 'owner-of-the-mailbox@example.com';
    const tokenInMail = async () => {
      await vi.waitFor(() => expect(catcher.mails.length).toBeGreaterThan(0), { timeout: 10_000 });
      const raw = catcher.mails.splice(0)[0]!.raw.replaceAll('=\r\n', '').replaceAll('=3D', '=');
      return /token=([\w-]+)/.exec(raw)![1]!;
    };
    const invited = { params, body: { email, role: 'admin' } } as const;
    // An account of the address that nobody proved, with a session of whoever made it.
    const { db } = mailing.platform;
    const passwordHash = await hashPassword('the squatters password', 'test');
    await db.insert(accounts).values({ id: 'acc_squatted', email, name: 'Squatter', passwordHash });
    const { token: session } = await createAccessToken(db, {
      accountId: 'acc_squatted',
      kind: 'session',
      name: 'squatter',
      remoteAddress: null,
      scopes: null,
      expiresAt: new Date(Date.now() + 60_000),
    });
    await mailing.clientWith(session).call(whoAmI, {});
    expect(await mailing.owner.call(contract.invite, invited)).toMatchObject({ mailed: true, url: null });
    const password = 'of who reads the mailbox';
    const join = async (secret: string) =>
      mailing.clientWith(undefined).call(contract.acceptInvitation, {
        body: { token: await tokenInMail(), password: secret },
      });
    await join(password);
    await expect(mailing.clientWith(session).call(whoAmI, {})).rejects.toMatchObject({
      code: 'not-signed-in',
    });
    const { account } = await mailing.clientWith(undefined).call(signIn, { body: { email, password } });
    expect(account).toMatchObject({
      id: 'acc_squatted',
      workspaces: [{ workspace: 'default', role: 'admin' }],
    });
    // Proved now: a link alone, mailed or not, opens it no more.
    await mailing.owner.call(createWorkspace, { body: { name: 'Other', id: 'other' } });
    await mailing.owner.call(contract.invite, { ...invited, params: { workspace: 'other' } });
    await expect(join('another password of 12')).rejects.toMatchObject({ code: 'wrong-credentials' });
  } finally {
    await mailing.close();
    await catcher.close();
  }
});

test('a token that may only read removes nobody, not even its owner', async () => {
  const { client } = await portolan.signInAs('admin');
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const body = { name: 'narrow', scopes: ['workspace.read' as const], expiresAt };
  const { token } = await client.call(createToken, { body });
  const leave = portolan.clientWith(token).call(contract.leaveWorkspace, { params });
  await expect(leave).rejects.toMatchObject({ code: 'not-allowed' });
  await client.call(contract.leaveWorkspace, { params });
});

test('a withdrawn invitation is gone', async () => {
  const created = await portolan.owner.call(contract.invite, {
    params,
    body: { email: 'w@example.com', role: 'viewer' },
  });
  await portolan.owner.call(contract.withdrawInvitation, { params: { ...params, invitation: created.id } });
  const accept = anonymous().call(contract.acceptInvitation, {
    body: { token: tokenOf(created), password: 'long enough, surely' },
  });
  await expect(accept).rejects.toMatchObject({ code: 'gone' });
});

test('the last owner cannot leave, not even two at once', async () => {
  await portolan.createWorkspace('pair');
  const pair = { params: { workspace: 'pair' } };
  const owners = [
    await portolan.signInAs('owner', 'pair'),
    await portolan.signInAs('owner', 'pair'),
  ] as const;
  const results = await Promise.allSettled(
    owners.map(({ client }) => client.call(contract.leaveWorkspace, pair)),
  );
  expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const [left] = results.flatMap((result, i) => (result.status === 'rejected' ? [owners[i]!] : []));
  const demote = left!.client.call(contract.changeRole, {
    params: { ...pair.params, account: left!.accountId },
    body: { role: 'admin' },
  });
  await expect(demote).rejects.toMatchObject({ code: 'last-owner', status: 409 });
  await expect(left!.client.call(contract.leaveWorkspace, pair)).rejects.toMatchObject({
    code: 'last-owner',
  });
});

test('an admin manages members but neither makes nor unmakes owners', async () => {
  const { client } = await portolan.signInAs('admin');
  const viewer = await portolan.signInAs('viewer');
  const owner = await portolan.signInAs('owner');
  const change = (account: string, role: 'owner' | 'editor') =>
    client.call(contract.changeRole, { params: { ...params, account }, body: { role } });
  expect(await change(viewer.accountId, 'editor')).toMatchObject({ role: 'editor' });
  await expect(change(viewer.accountId, 'owner')).rejects.toMatchObject({ code: 'not-allowed' });
  await expect(change(owner.accountId, 'editor')).rejects.toMatchObject({ code: 'not-allowed' });
  const invite = client.call(contract.invite, { params, body: { email: 'boss@example.com', role: 'owner' } });
  await expect(invite).rejects.toMatchObject({ code: 'not-allowed' });
  await client.call(contract.removeMember, { params: { ...params, account: viewer.accountId } });
  await expect(viewer.client.call(getWorkspace, { params })).rejects.toMatchObject({ code: 'not-found' });
});

test('a workspace is deleted only when named again, and then wholly', async () => {
  await portolan.createWorkspace('doomed');
  const { client } = await portolan.signInAs('owner', 'doomed');
  const doomed = { params: { workspace: 'doomed' } };
  await expect(
    client.call(deleteWorkspace, { ...doomed, query: { confirm: 'other' } }),
  ).rejects.toMatchObject({ code: 'invalid-request' });
  await client.call(deleteWorkspace, { ...doomed, query: { confirm: 'doomed' } });
  await expect(client.call(getWorkspace, doomed)).rejects.toMatchObject({ code: 'not-found' });
});
