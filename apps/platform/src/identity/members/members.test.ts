import * as contract from '@portolan/contract/members';
import { signIn } from '@portolan/contract/sessions';
import { createWorkspace, deleteWorkspace, getWorkspace } from '@portolan/contract/workspaces';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
