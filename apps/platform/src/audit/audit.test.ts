import { exportAudit, listAudit, verifyAudit } from '@portolan/contract/audit';
import { streamEvents } from '@portolan/contract/events';
import { createWorkspace, deleteWorkspace } from '@portolan/contract/workspaces';
import { createUser, deleteUser } from '@portolan/contract/users';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { runUnitOfWork } from '../db/unit-of-work.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
beforeAll(async () => {
  portolan = await startTestPlatform();
  const many = Array.from({ length: 8 }, (_, i) =>
    portolan.owner.call(createUser, { params, body: { email: `u${i}@example.com`, groups: ['all'] } }),
  );
  await Promise.all(many);
});
afterAll(() => portolan.close());

const verify = () => portolan.owner.call(verifyAudit, { params });
const tamper = (statement: string) => portolan.platform.db.$client.query(statement);

test('says who did what to what, from where, newest first', async () => {
  await portolan.owner.call(deleteUser, { params: { ...params, user: 'u0@example.com' } });
  const { items, total } = await portolan.owner.call(listAudit, { params, query: { limit: 1 } });
  // The workspace, the group that the first user brought, eight users, and this deletion.
  expect(total).toBe(11);
  expect(items).toMatchObject([
    {
      action: 'user.delete',
      actor: { kind: 'account', name: 'admin@portolan.localhost' },
      origin: 'cli',
      remoteAddress: '127.0.0.1',
      target: { kind: 'user', name: 'u0@example.com' },
      before: { email: 'u0@example.com', groups: ['all'] },
      after: null,
    },
  ]);
  const byAction = await portolan.owner.call(listAudit, {
    params,
    query: { filter: 'action=user.create target:u1' },
  });
  expect(byAction).toMatchObject({ matched: 1, items: [{ target: { name: 'u1@example.com' } }] });
});

test('a group that a user brings along is in the audit as one that was created', async () => {
  const byAction = await portolan.owner.call(listAudit, { params, query: { filter: 'action=group.create' } });
  expect(byAction.items).toMatchObject([
    { target: { kind: 'group', name: 'all' }, actor: { kind: 'account' } },
  ]);
});

test('exports every event as a line of JSON, oldest first', async () => {
  const response = await fetch(portolan.url + exportAudit.path.replace('{workspace}', 'default'), {
    headers: { authorization: `Bearer ${portolan.bootstrap.adminToken}` },
  });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { sequence: number });
  expect(lines.map((line) => line.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('a mutation that is audited twice or not at all does not happen', async () => {
  const { db } = portolan.platform;
  const actor = { kind: 'system', id: 'x', name: 'x', origin: 'system', remoteAddress: null } as const;
  for (const times of [0, 2]) {
    const work = runUnitOfWork(db, { workspace: 'default', actor, mutates: true }, async ({ tx, audit }) => {
      await tx.execute("update users set company = 'unaudited'");
      for (let i = 0; i < times; i += 1) audit({ action: 'x', target: { kind: 'x', id: 'x', name: 'x' } });
    });
    await expect(work).rejects.toThrow('requires one audit event');
  }
  const { rows } = await db.$client.query("select 1 from users where company = 'unaudited'");
  expect(rows).toEqual([]);
});

test.each([
  [
    'a changed word',
    `update audit_events set target_name = 'innocent' where sequence = 4`,
    { sequence: 4, reason: /was changed/ },
  ],
  [
    'a changed value within',
    `update audit_events set after = jsonb_set(after, '{company}', '"x"') where sequence = 5`,
    { sequence: 5, reason: /was changed/ },
  ],
  ['a removed event', `delete from audit_events where sequence = 6`, { sequence: 6, reason: /is missing/ }],
  [
    'a cut-off end',
    `delete from audit_events where sequence >= 9`,
    { sequence: 9, reason: /all later events are missing/ },
  ],
])('finds %s', async (_what, statement, broken) => {
  expect(await verify()).toMatchObject({ intact: true, events: 11, broken: null });
  await tamper(`create table kept as select * from audit_events where chain = 'default'`);
  await tamper(statement);
  expect(await verify()).toMatchObject({
    intact: false,
    broken: { sequence: broken.sequence, reason: expect.stringMatching(broken.reason) },
  });
  await tamper(`delete from audit_events where chain = 'default'`);
  await tamper(`insert into audit_events select * from kept`);
  await tamper(`drop table kept`);
});

const auditOf = async (workspace: string, token: string) => {
  const text = async (path: string) => {
    const response = await fetch(`${portolan.url}${path.replace('{workspace}', workspace)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    return response.text();
  };
  return (await text(exportAudit.path)) + (await text(listAudit.path));
};

test('no workspace reads the audit of the platform, whatever it is called', async () => {
  const create = portolan.owner.call(createWorkspace, { body: { name: 'Platform' } });
  await expect(create).rejects.toMatchObject({
    code: 'invalid-request',
    message: 'The id platform is reserved.',
  });
  // One of before ids were reserved.
  await portolan.createWorkspace('platform');
  const { token } = await portolan.signInAs('owner', 'platform');
  await runUnitOfWork(
    portolan.platform.db,
    {
      workspace: null,
      actor: { kind: 'system', id: 'x', name: 'x', origin: 'system', remoteAddress: null },
      mutates: true,
    },
    async ({ audit }) => audit({ action: 'platform.secret', target: { kind: 'x', id: 'x', name: 'x' } }),
  );
  expect(await auditOf('platform', token)).not.toContain('platform.secret');
});

test('a workspace that takes the name of a deleted one inherits nothing of it', async () => {
  const acme = { params: { workspace: 'acme' } };
  const create = () => portolan.owner.call(createWorkspace, { body: { name: 'Acme', id: 'acme' } });
  await create();
  const { token: formerToken } = await portolan.signInAs('owner', 'acme');
  await portolan.owner.call(createUser, { ...acme, body: { email: 'customer@acme.example' } });
  const formerEvents = await fetch(`${portolan.url}${streamEvents.path.replace('{workspace}', 'acme')}`, {
    headers: { authorization: `Bearer ${formerToken}` },
  });
  const ended = formerEvents.text();
  const { rows: before } = await tamper(
    "select change_sequence::float8 as at from workspaces where id = 'acme'",
  );
  await portolan.owner.call(deleteWorkspace, { ...acme, query: { confirm: 'acme' } });
  await create();
  await portolan.owner.call(createUser, { ...acme, body: { email: 'other@acme.example' } });
  const audit = await auditOf('acme', portolan.bootstrap.adminToken);
  expect(audit).not.toContain('customer@acme.example');
  expect(audit).toContain('other@acme.example');
  const { rows: after } = await tamper(
    "select change_sequence::float8 as at from workspaces where id = 'acme'",
  );
  expect(after[0]?.at).toBeGreaterThan(before[0]?.at);
  // Whoever listened to the former one is not told of the new one.
  expect(await ended).not.toContain('"users"');
  const { rows } = await tamper(
    "select count(*)::int as events from audit_events where action = 'workspace.delete' and target_id = 'acme'",
  );
  expect(rows).toEqual([{ events: 1 }]);
});
