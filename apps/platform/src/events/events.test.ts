import { changeRole } from '@portolan/contract/members';
import type { ChangeEvent } from '@portolan/contract/events';
import { createUser } from '@portolan/contract/users';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase } from '../db/database.ts';
import { startTestPlatform, type TestPlatform } from '../testing/platform.ts';
import { openChangeFeed } from '../db/change-feed.ts';
import type { NumberedChange } from '../db/changes.ts';

const params = { workspace: 'default' };
let portolan: TestPlatform;
let count = 0;
const open: AbortController[] = [];
beforeAll(async () => {
  portolan = await startTestPlatform();
});
afterEach(() => {
  for (const abort of open.splice(0)) abort.abort();
});
afterAll(() => portolan.close());

const change = () =>
  portolan.owner.call(createUser, { params, body: { email: `u${(count += 1)}@example.com` } });

interface Subscription {
  readonly events: { id: string; data: ChangeEvent }[];
  readonly ended: () => boolean;
  readonly lastId: () => string;
  stop(): void;
}

async function subscribe(
  options: { lastId?: string; token?: string; topics?: string } = {},
): Promise<Subscription> {
  const abort = new AbortController();
  open.push(abort);
  const token = options.token ?? portolan.bootstrap.adminToken;
  const query = options.topics ? `?topics=${options.topics}` : '';
  const response = await fetch(`${portolan.url}/api/v1/workspaces/default/events${query}`, {
    signal: abort.signal,
    headers: {
      authorization: `Bearer ${token}`,
      ...(options.lastId ? { 'last-event-id': options.lastId } : {}),
    },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events: { id: string; data: ChangeEvent }[] = [];
  let [ended, lastId] = [false, ''];
  const ready = Promise.withResolvers<void>();
  const read = async () => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const id = /^id: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        lastId = id ?? lastId;
        if (data) events.push({ id: lastId, data: JSON.parse(data) as ChangeEvent });
        ready.resolve();
      }
    }
  };
  void read()
    .catch(() => undefined)
    .finally(() => (ended = true));
  if (!options.lastId) await ready.promise;
  return { events, ended: () => ended, lastId: () => lastId, stop: () => abort.abort() };
}

test('tells of a change at once, with the topic asked for only', async () => {
  const users = await subscribe({ topics: 'users' });
  const { id } = await change();
  await vi.waitFor(() => expect(users.events).toHaveLength(1));
  expect(users.events[0]?.data).toMatchObject({ topic: 'users', ids: [id], change: 'created' });
});

test('resumes after a drop without loss or repetition', async () => {
  const before = await subscribe({ topics: 'users' });
  await change();
  await vi.waitFor(() => expect(before.events).toHaveLength(1));
  before.stop();
  const missed = [await change(), await change()];
  const after = await subscribe({ topics: 'users', lastId: before.lastId() });
  missed.push(await change());
  await vi.waitFor(() =>
    expect(after.events.flatMap((event) => event.data.ids)).toEqual(missed.map((user) => user.id)),
  );
});

test('says "read all again" to one who was away for too long', async () => {
  await change();
  await portolan.platform.db.$client.query('delete from changes');
  const late = await subscribe({ topics: 'users,keys', lastId: '0' });
  await vi.waitFor(() =>
    expect(late.events.map((event) => event.data)).toMatchObject([
      { topic: 'users', change: 'many', ids: [] },
      { topic: 'keys', change: 'many', ids: [] },
    ]),
  );
});

test('tells each only what their role may read, and follows a change of role', async () => {
  const { token, accountId } = await portolan.signInAs('viewer');
  const viewer = await subscribe({ token });
  await change();
  await vi.waitFor(() => expect(viewer.events.map((event) => event.data.topic)).toContain('users'));
  expect(viewer.events.map((event) => event.data.topic)).not.toContain('audit');
  await portolan.owner.call(changeRole, {
    params: { ...params, account: accountId },
    body: { role: 'admin' },
  });
  await change();
  await vi.waitFor(() => expect(viewer.events.map((event) => event.data.topic)).toContain('audit'));
});

test('ends when the member is removed', async () => {
  const { token, accountId } = await portolan.signInAs('viewer');
  const viewer = await subscribe({ token });
  await portolan.platform.db.$client.query('delete from access_tokens where account_id = $1', [accountId]);
  const admin = await portolan.signInAs('viewer');
  await portolan.owner.call(changeRole, {
    params: { ...params, account: admin.accountId },
    body: { role: 'editor' },
  });
  await vi.waitFor(() => expect(viewer.ended()).toBe(true));
});

test('another replica hears in order, also of what happened while its connection was lost', async () => {
  const log = pino({ level: 'silent' });
  const db = openDatabase(portolan.databaseUrl, log, 2);
  const feed = await openChangeFeed(portolan.databaseUrl, db, log);
  const heard: NumberedChange[] = [];
  feed.onChange('default', (news) => heard.push(news));
  const first = await Promise.all([change(), change(), change()]);
  const ids = () => heard.filter((news) => news.change.topic === 'users').flatMap((news) => news.change.ids);
  await vi.waitFor(() => expect(ids().toSorted()).toEqual(first.map((user) => user.id).toSorted()));
  await db.$client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and datname = current_database()",
  );
  const second = await change();
  await vi.waitFor(() => expect(ids()).toContain(second.id), { timeout: 5000 });
  const sequences = heard.map((news) => news.sequence);
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
  await feed.close();
  await db.$client.end();
});
