import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { objectKey } from '@portolan/resources/kinds/object';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import { DirectorySource } from './directory-source.ts';

let directory: string;
let source: DirectorySource;
/** The source as its updates describe it. */
let latest: { objects: SourcedObject[]; stale: ReadonlySet<string>; problems: readonly Problem[] };
let waiting: (() => void)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-source-'));
  waiting = [];
});

afterEach(async () => {
  await source.close();
  await rm(directory, { recursive: true, force: true });
});

const service = (name: string, port = 80) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: x}\nspec: {ports: [{port: ${port}}]}\n`;

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(directory, file)), { recursive: true });
  await writeFile(join(directory, file), text);
}

async function open(lastValid: readonly SourcedObject[] = []): Promise<void> {
  source = await DirectorySource.open({ resources: directory, generation: 'v2', lastValid });
  let objects = new Map<string, SourcedObject>();
  await source.start((update) => {
    if (update.kind === 'snapshot') objects = new Map(update.objects);
    else {
      for (const [key, sourced] of update.upserts) objects.set(key, sourced);
      for (const key of update.deletes) objects.delete(key);
    }
    const { stale, problems } = update;
    latest = { objects: [...objects.values()], stale, problems };
    for (const wake of waiting.splice(0)) wake();
  });
}

const names = () => latest.objects.map(({ object }) => object.metadata.name).toSorted();
const codes = () => latest.problems.map(({ code, file, line }) => `${code} ${file}:${line}`);

/** Resolves with the time it took once `check` holds for a snapshot. */
async function until(check: () => boolean): Promise<number> {
  const started = performance.now();
  while (!check()) {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not so: ${names().join()} ${codes().join()}`)), 5000);
      waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  return performance.now() - started;
}

test('reads documents, lists, JSON and sub-folders, and nothing else', async () => {
  await put('a.yaml', `${service('a1')}---\n${service('a2')}`);
  await put(
    'deep/down/b.json',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 'b', namespace: 'x' },
          spec: { ports: [{ port: 1 }] },
        },
      ],
    }),
  );
  await put('.hidden/c.yaml', service('hidden'));
  await put('node_modules/d.yaml', service('modules'));
  await put('notes.md', 'not a manifest');
  await put('.e.yaml.swp', service('swap'));
  await open();
  expect(names()).toEqual(['a1', 'a2', 'b']);
  expect(latest.problems).toEqual([]);
  expect(latest.objects.find(({ object }) => object.metadata.name === 'a2')?.origin).toEqual({
    kind: 'file',
    file: 'a.yaml',
    line: 6,
  });
});

test('follows new, changed, moved and deleted files within a second, and writes nothing', async () => {
  await put('a.yaml', service('a'));
  await open();
  await put('sub/b.yaml', service('b'));
  expect(await until(() => names().join() === 'a,b')).toBeLessThan(1000);
  await put('a.yaml', service('renamed'));
  expect(await until(() => names().join() === 'b,renamed')).toBeLessThan(1000);
  await rename(join(directory, 'sub/b.yaml'), join(directory, 'sub/c.yaml'));
  await until(() =>
    latest.objects.some(({ origin }) => origin.kind === 'file' && origin.file === 'sub/c.yaml'),
  );
  await rm(join(directory, 'sub'), { recursive: true });
  expect(await until(() => names().join() === 'renamed')).toBeLessThan(1000);
  expect(await readdir(directory)).toEqual(['a.yaml']);
});

test('an editor that saves by renaming never makes objects disappear', async () => {
  await put('a.yaml', service('a', 1));
  await open();
  let didDisappear = false;
  for (let port = 2; port < 12; port += 1) {
    await put('.a.yaml.tmp', service('a', port));
    await rename(join(directory, '.a.yaml.tmp'), join(directory, 'a.yaml'));
    await until(() => {
      didDisappear ||= latest.objects.length === 0;
      return JSON.stringify(latest.objects).includes(`"port":${port}`);
    });
  }
  expect(didDisappear).toBe(false);
});

test('a file that is written slowly never takes its objects away', async () => {
  await put('a.yaml', service('a', 1));
  await open();
  let didDisappear = false;
  await put('a.yaml', '');
  setTimeout(() => void put('a.yaml', service('a', 2)), 20);
  await until(() => {
    didDisappear ||= latest.objects.length === 0;
    return JSON.stringify(latest.objects).includes('"port":2');
  });
  expect(didDisappear).toBe(false);
});

test('a file that cannot be parsed keeps what it declared, names its line, and recovers', async () => {
  await put('a.yaml', `${service('a1')}---\n${service('a2')}`);
  await put('b.yaml', service('b'));
  await open();
  await put('a.yaml', `${service('a1', 99)}---\nkind: [\n`);
  await until(() => codes().length > 0);
  expect(names()).toEqual(['a1', 'a2', 'b']);
  expect(codes()[0]).toMatch(/^manifest-syntax a\.yaml:\d+$/);
  expect(JSON.stringify(latest.objects)).toContain('"port":99');
  expect([...latest.stale]).toEqual(['Service./x/a2']);
  await put('b.yaml', service('b2'));
  await until(() => names().includes('b2'));
  await put('a.yaml', service('a1'));
  await until(() => codes().length === 0);
  expect(names()).toEqual(['a1', 'b2']);
});

test('of two files with one object the first by path is used, and the problem names both', async () => {
  await put('one.yaml', service('same', 1));
  await put('two.yaml', service('same', 2));
  await open();
  expect(latest.objects).toHaveLength(1);
  expect(latest.objects[0]?.origin).toMatchObject({ file: 'one.yaml' });
  expect(latest.problems).toMatchObject([
    { code: 'duplicate-object', file: 'two.yaml', line: 1, message: expect.stringContaining('one.yaml:1') },
  ]);
  await rm(join(directory, 'one.yaml'));
  await until(() => latest.problems.length === 0);
  expect(latest.objects[0]?.origin).toMatchObject({ file: 'two.yaml' });
});

test('what a broken file declared before a restart is still there after it; what a deleted one did is not', async () => {
  await put('a.yaml', service('a'));
  await put('gone.yaml', service('gone'));
  await open();
  const before = latest.objects;
  await source.close();
  await put('a.yaml', 'kind: [\n');
  await rm(join(directory, 'gone.yaml'));
  await open(before);
  expect(latest.objects.map(({ object }) => objectKey(object))).toEqual(['Service./x/a']);
  expect(codes()[0]).toMatch(/^manifest-syntax a\.yaml/);
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read keeps what it declared', async () => {
  await put('a.yaml', service('a'));
  await open();
  await chmod(join(directory, 'a.yaml'), 0);
  await until(() => codes().length > 0);
  expect(names()).toEqual(['a']);
});

test('a pipe is refused, not read, and holds nothing up', async () => {
  execFileSync('mkfifo', [join(directory, 'pipe.yaml')]);
  await put('a.yaml', service('a'));
  await open();
  expect(codes()).toEqual(['manifest-unreadable pipe.yaml:1']);
  await put('b.yaml', service('b'));
  await until(() => names().join() === 'a,b');
});

test('links to themselves are named, and hide nothing else', async () => {
  await put('a.yaml', service('a'));
  await put('sub/b.yaml', service('b'));
  await symlink('.', join(directory, 'here'));
  await symlink('two', join(directory, 'one'));
  await symlink('one', join(directory, 'two'));
  await open();
  expect(names()).toEqual(['a', 'b']);
  expect(codes()).toEqual(['manifest-unreadable one:1', 'manifest-unreadable two:1']);
  await rm(join(directory, 'one'));
  await rm(join(directory, 'two'));
  await put('c.yaml', service('c'));
  await until(() => names().join() === 'a,b,c' && codes().length === 0);
});

test('a file that is too large is refused by its size, unread', async () => {
  await put('a.yaml', service('a'));
  await put('huge.yaml', '');
  await truncate(join(directory, 'huge.yaml'), 2 ** 40);
  await open();
  expect(names()).toEqual(['a']);
  expect(codes()).toEqual(['manifest-too-large huge.yaml:1']);
});
