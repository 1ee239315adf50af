import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, asyncProperty, assert, constantFrom, integer, nat, record } from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApiKeyRecord, StateMessage } from '@portolan/contract/desired-state';
import { applyMessage, type Desired } from './desired.ts';
import { DesiredJournal } from './desired-journal.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-journal-'));
  path = join(directory, 'sub', 'desired-state');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const key = (id: string, groups: string[] = []): ApiKeyRecord => ({
  id,
  hash: `hash of ${id}`,
  userId: 'u',
  email: 'ada@example.org',
  groups,
  suspended: false,
  expiresAt: null,
});
const snapshot = (revision: number, ...ids: string[]): StateMessage => ({
  type: 'snapshot',
  revision,
  state: {
    keys: ids.map((id) => key(id)),
    apiAuth: { kind: 'apiKey' },
    domains: [],
    certificates: [],
    objects: [],
    tunnels: [],
  },
});
const patch = (base: number, upsert: string[], remove: string[] = []): StateMessage => ({
  type: 'patch',
  base,
  revision: base + 1,
  keys: { upsert: upsert.map((id) => key(id, [`as of ${base + 1}`])), remove },
  sections: base % 3 === 0 ? { domains: [{ key: `d${base}`, generated: null, custom: [] }] } : {},
});

/** Someone who follows messages and keeps what they lead to, as the agent does. */
class Follower {
  readonly journal: DesiredJournal;
  desired: Desired | null = null;
  /** What was in force after each message, as text. */
  readonly history: string[] = [];

  constructor(rewriteAtLeastBytes?: number) {
    this.journal = new DesiredJournal(path, rewriteAtLeastBytes);
  }

  take(message: StateMessage): Promise<void> {
    this.desired = applyMessage(this.desired, message);
    if (this.desired === null) throw new Error(`${message.type} does not follow`);
    this.history.push(textOf(this.desired));
    return this.journal.keep(this.desired, message);
  }
}

const textOf = (desired: Desired | null): string =>
  JSON.stringify(
    desired && { ...desired, keys: [...desired.keys.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)) },
  );

async function keepAll(messages: readonly StateMessage[], rewriteAtLeastBytes?: number): Promise<Follower> {
  const follower = new Follower(rewriteAtLeastBytes);
  await follower.journal.open();
  for (const message of messages) await follower.take(message);
  await follower.journal.close();
  return follower;
}

async function found() {
  const journal = new DesiredJournal(path);
  return journal.open().finally(() => journal.close());
}

test('finds nothing where nothing was kept', async () => {
  expect(await found()).toEqual({ desired: null, isDamaged: false });
});

test('keeps a snapshot and what came since, readable by its owner alone', async () => {
  const { history } = await keepAll([snapshot(3, 'a', 'b'), patch(3, ['c'], ['a']), patch(4, ['b'])]);
  const { desired, isDamaged } = await found();
  expect(isDamaged).toBe(false);
  expect(textOf(desired)).toBe(history.at(-1));
  for (const name of await readdir(join(directory, 'sub'))) {
    expect((await stat(join(directory, 'sub', name))).mode & 0o077).toBe(0);
  }
});

test('a patch costs its own bytes, until there are as many as the snapshot has', async () => {
  const follower = new Follower(0);
  await follower.journal.open();
  await follower.take(snapshot(1, ...Array.from({ length: 200 }, (_, index) => `key-${index}`)));
  const sizes = [(await stat(path)).size];
  for (let base = 1; (sizes.at(-1) ?? 0) >= (sizes.at(-2) ?? 0); base += 1) {
    await follower.take(patch(base, ['key-7']));
    sizes.push((await stat(path)).size);
  }
  await follower.journal.close();
  const [snapshotSize = 0, ...rest] = sizes;
  expect((rest[0] ?? 0) - snapshotSize).toBeLessThan(400);
  expect(rest.at(-2)).toBeGreaterThan(2 * snapshotSize);
  expect(rest.at(-1)).toBeLessThan(1.1 * snapshotSize);
  expect(textOf((await found()).desired)).toBe(follower.history.at(-1));
});

const messages = array(
  record({
    kind: constantFrom('patch', 'patch', 'patch', 'snapshot'),
    upsert: array(constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 }),
    remove: array(constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 12 },
).map((steps) =>
  steps.map(({ kind, upsert, remove }, at) =>
    at === 0 || kind === 'snapshot' ? snapshot(at + 1, ...upsert) : patch(at, upsert, remove),
  ),
);

test('cut or changed anywhere, it is what it was after one of the messages, or says that it is damaged', async () => {
  await assert(
    asyncProperty(messages, nat(), integer({ min: 0, max: 255 }), async (all, seed, flip) => {
      await rm(directory, { recursive: true, force: true });
      const { history } = await keepAll(all, 600);
      const good = await readFile(path);
      const at = seed % good.length;
      if (flip === 0) await truncate(path, at);
      else await writeFile(path, good.with(at, (good[at] ?? 0) ^ flip));
      const { desired, isDamaged } = await found();
      if (desired !== null) expect(history).toContain(textOf(desired));
      // A cut between two lines looks like a file that was shorter: what follows is asked for again.
      if (textOf(desired) !== history.at(-1) && flip !== 0) expect(isDamaged).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('goes on behind a damaged end, and never writes after it', async () => {
  await keepAll([snapshot(1, 'a'), patch(1, ['b']), patch(2, ['c'])]);
  await truncate(path, (await stat(path)).size - 3);
  const follower = new Follower();
  const { desired, isDamaged } = await follower.journal.open();
  expect([desired?.revision, isDamaged]).toEqual([2, true]);
  follower.desired = desired;
  await follower.take(patch(2, ['d']));
  await follower.take(patch(3, ['e']));
  await follower.journal.close();
  expect(await found()).toMatchObject({ desired: { revision: 4 }, isDamaged: false });
});

test('falls back to the copy before when the snapshot itself is damaged, which never becomes that copy', async () => {
  await keepAll([snapshot(1, 'a'), patch(1, ['b']), snapshot(7, 'z')]);
  await truncate(path, 20);
  expect(await found()).toMatchObject({ desired: { revision: 2 }, isDamaged: true });
  await keepAll([snapshot(9, 'y')]);
  await truncate(path, 20);
  expect(await found()).toMatchObject({ desired: { revision: 2 }, isDamaged: true });
});

test('of many messages at once none is lost, also while a snapshot is being written', async () => {
  const follower = new Follower(0);
  await follower.journal.open();
  const many = Array.from({ length: 3_000 }, (_, index) => `key-${index}`);
  const writes = [follower.take(snapshot(1, ...many))];
  for (let base = 1; base < 200; base += 1)
    writes.push(follower.take(patch(base, [`key-${base}`], ['key-0'])));
  await Promise.all(writes);
  await follower.journal.close();
  expect(textOf((await found()).desired)).toBe(follower.history.at(-1));
});

test('tells when the disk refuses, and keeps everything once it takes again', async () => {
  const follower = new Follower();
  await follower.journal.open();
  await writeFile(join(directory, 'sub'), 'a file where the folder should be');
  await expect(follower.take(snapshot(1, 'a'))).rejects.toThrow(/EEXIST|ENOTDIR/);
  await rm(join(directory, 'sub'));
  await follower.take(patch(1, ['b']));
  await follower.journal.close();
  expect((await found()).desired?.keys.size).toBe(2);
});
