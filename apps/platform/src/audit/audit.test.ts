import { exportAudit, listAudit, verifyAudit } from '@portolan/contract/audit';
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
  expect(total).toBe(10);
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

test('exports every event as a line of JSON, oldest first', async () => {
  const response = await fetch(portolan.url + exportAudit.path.replace('{workspace}', 'default'), {
    headers: { authorization: `Bearer ${portolan.bootstrap.adminToken}` },
  });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { sequence: number });
  expect(lines.map((line) => line.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a mutation that is audited twice or not at all does not happen', async () => {
  const { db } = portolan.platform;
  const actor = { kind: 'system', id: 'x', name: 'x', origin: 'system', remoteAddress: null } as const;
  for (const times of [0, 2]) {
    const work = runUnitOfWork(db, { workspace: 'default', actor, mutates: true }, async ({ tx, audit }) => {
      await tx.execute("update users set company = 'unaudited'");
      for (let i = 0; i < times; i += 1) audit({ action: 'x', target: { kind: 'x', id: 'x', name: 'x' } });
    });
    await expect(work).rejects.toThrow('owes one audit event');
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
  ['a cut-off end', `delete from audit_events where sequence >= 9`, { sequence: 9, reason: /cut off/ }],
])('finds %s', async (_what, statement, broken) => {
  expect(await verify()).toMatchObject({ intact: true, events: 10, broken: null });
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
