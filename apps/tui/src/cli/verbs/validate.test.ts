import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../../main.ts';
import type { Io } from '../../terminal/io.ts';

const api = (name: string, prefix: string): string => `apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: ${name}, namespace: shop}
spec: {pathPrefix: ${prefix}, currentVersion: v1}
`;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portolan-validate-'));
  await mkdir(join(folder, 'linked'));
  await symlink('..', join(folder, 'linked/loop'));
  await symlink('../good.yaml', join(folder, 'linked/good.yaml'));
  const files: Record<string, string | Uint8Array> = {
    'good.yaml': api('good', '/good'),
    'mixed.yaml': `${api('one', 'one')}---\nkind: [open\n---\n${api('two', '/two')}---\n${api('three', 'three')}`,
    'windows.yaml': `\ufeff${api('bad', 'bad')}`.replaceAll('\n', '\r\n'),
    'latin.yaml': Buffer.from([0x61, 0x3a, 0xe4]),
    'large.yaml': `# ${'x'.repeat(9 * 1024 * 1024)}`,
    'word.yaml': api('n', '/n'),
    'list.yaml': `kind: List\nitems:\n- ${api('item', 'item').replaceAll('\n', '\n  ')}\n- null\n`,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});

afterAll(() => rm(folder, { recursive: true }));

async function validate(args: readonly string[], stdin: string | Uint8Array = ''): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  // A command only reads and writes; what else a terminal's streams can do is never asked of these.
  const io = { stdin: Readable.from([stdin]), stdout, stderr, env: {} } as unknown as Io;
  const code = await main(['validate', ...args], io);
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Verdict {
  readonly line: number;
  readonly name: string | null;
  readonly valid: boolean;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

async function verdictsOf(...names: string[]): Promise<readonly Verdict[]> {
  const { out } = await validate([...names.flatMap((name) => ['-f', join(folder, name)]), '-o', 'json']);
  return JSON.parse(out) as Verdict[];
}

test('one array says of each object where it is and what is wrong with it', async () => {
  const { code, out } = await validate(['-f', join(folder, 'windows.yaml'), '-o', 'json']);
  expect({ code, verdicts: JSON.parse(out) as unknown }).toEqual({
    code: 1,
    verdicts: [
      {
        file: join(folder, 'windows.yaml'),
        line: 1,
        kind: 'API',
        namespace: 'shop',
        name: 'bad',
        valid: false,
        errors: [{ field: 'spec.pathPrefix', message: 'Invalid value: "bad": must start with a \'/\'' }],
      },
    ],
  });
});

test('a document that is no YAML does not hide the others, and lines are those of the file', async () => {
  const verdicts = await verdictsOf('mixed.yaml');
  expect(verdicts.map(({ line, name, valid }) => [line, name, valid])).toEqual([
    [1, 'one', false],
    [7, null, false],
    [8, 'two', true],
    [13, 'three', false],
  ]);
});

test.each([
  ['latin.yaml', 'the file is not UTF-8 text (save it as UTF-8)'],
  ['large.yaml', 'the file is larger than 8 MiB, the limit for a manifest (split it into several files)'],
])('%s is named, with what to do', async (name, message) => {
  const verdicts = await verdictsOf(name);
  expect(verdicts.map(({ errors }) => errors.map((error) => error.message))).toEqual([[message]]);
});

test('objects of a list have lines of their own', async () => {
  const verdicts = await verdictsOf('list.yaml');
  expect(verdicts.map(({ line, valid }) => [line, valid])).toEqual([
    [3, false],
    [8, false],
  ]);
});

test('files behind links are read, and links that lead back end nothing', async () => {
  expect(await validate(['-f', join(folder, 'linked')])).toMatchObject({
    code: 0,
    err: expect.stringMatching(/^1 objects, all valid\.\nwarning: .*there is no APIVersion "v1"/) as string,
  });
});

test('standard input is one of the files, and is bounded as they are', async () => {
  expect((await validate(['-f', '-'], api('a', '/a'))).code).toBe(0);
  expect((await validate(['-f', '-'], Buffer.from([0xff]))).out).toBe(
    'stdin:1: the file is not UTF-8 text (save it as UTF-8)\n',
  );
  expect((await validate(['-f', '-'], 'x'.repeat(20 * 1024 * 1024))).out).toContain('larger than 8 MiB');
});

test('what cannot be read ends with 2, before anything is said about the rest', async () => {
  const path = join(folder, 'absent.yaml');
  expect(await validate(['-f', path, '-f', join(folder, 'good.yaml')])).toEqual({
    code: 2,
    out: '',
    err: `portolan: ${path} cannot be read (ENOENT). Check the path.\n`,
  });
});

test('generation v3 has its own shapes, and says so of kinds that are not its own', async () => {
  const gateway = 'apiVersion: hub.traefik.io/v1alpha1\nkind: APIGateway\nmetadata: {name: g}\n';
  expect((await validate(['-f', '-'], gateway)).code).toBe(0);
  expect(await validate(['-f', '-', '--generation', 'v3'], gateway)).toMatchObject({
    code: 1,
    out: expect.stringContaining('APIGateway is a kind of generation v2; this runs generation v3') as string,
  });
});

test('many objects are counted by the second', async () => {
  const many = Array.from({ length: 1_000 }, (_, index) => api(`a${index}`, `/a${index}`)).join('---\n');
  expect((await validate(['-f', '-'], many)).err).toMatch(
    /^1000 objects, all valid\. Took \d+\.\d s \(\d+ objects\/s\)\.$/m,
  );
});

test('a kustomization is built by kustomize or kubectl, and one that cannot be is explained', async () => {
  const directory = join(folder, 'overlay');
  await mkdir(directory);
  await writeFile(join(directory, 'api.yaml'), api('flights', '/flights'));
  await writeFile(join(directory, 'kustomization.yaml'), 'resources: [api.yaml]\nnamePrefix: city-\n');
  const path = process.env['PATH'];
  try {
    // A builder that ignores what it is given and prints a manifest, and one that fails.
    const builder = async (script: string): Promise<void> => {
      await mkdir(join(folder, 'bin'), { recursive: true });
      await writeFile(join(folder, 'bin/kustomize'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    };
    process.env['PATH'] = join(folder, 'bin');
    await mkdir(join(folder, 'bin'), { recursive: true });
    expect((await validate(['-k', directory])).err).toContain('neither kustomize nor kubectl is installed');
    await builder(
      `echo '${JSON.stringify({ apiVersion: 'hub.traefik.io/v1alpha1', kind: 'API', metadata: { name: 'built', namespace: 'shop' }, spec: { pathPrefix: '/built', currentVersion: 'v1' } })}'`,
    );
    const { code, out } = await validate(['-k', directory, '-o', 'json']);
    expect([code, (JSON.parse(out) as Verdict[]).map(({ name }) => name)]).toEqual([0, ['built']]);
    await builder('echo "Error: no such resource" >&2; exit 1');
    expect((await validate(['-k', directory])).err).toContain('kustomize cannot build');
    expect((await validate(['-k', directory, '-f', 'x'])).err).toContain('from -f or from -k, not both');
  } finally {
    process.env['PATH'] = path;
  }
});
