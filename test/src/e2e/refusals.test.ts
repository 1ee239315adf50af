import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portolan-refusals-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Runs `npm start` with mistaken arguments until it gives up. */
async function refused(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn('npm', ['start', '--', '--no-tui', '--json', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
  }
  const [code] = await once(child, 'close');
  return { code: Number(code), ...said };
}

const oneLine = /^portolan: .+\.$/;

it.each<[string, () => string[], RegExp, number?]>([
  ['an unknown option', () => ['--prot', '0'], /--prot.*--help/, 2],
  ['a port that is none', () => ['--port', '99999'], /--port: .*0.*65535/, 2],
  ['a port below zero', () => ['--port', '-1'], /--port.*\w\. Run .*--help/, 2],
  [
    'a resources directory that does not exist',
    () => ['--port', '0', '--data-dir', join(dir, 'a'), '--resources', join(dir, 'none')],
    /none.*--resources/,
  ],
  [
    'a data directory that cannot be made',
    () => ['--port', '0', '--data-dir', join(dir, 'file', 'data')],
    /cannot be written.*--data-dir/,
  ],
  [
    'a data directory of a newer version',
    () => ['--port', '0', '--data-dir', join(dir, 'newer')],
    /newer Portolan.*--data-dir/,
  ],
])('refuses %s in one line', async (_, args, wanted, exitCode = 1) => {
  await writeFile(join(dir, 'file'), '');
  await mkdir(join(dir, 'newer'), { recursive: true });
  await writeFile(join(dir, 'newer', 'format'), '999\n');
  const { code, stdout, stderr } = await refused(args());
  expect(code).toBe(exitCode);
  expect(stdout).toBe('');
  const said = stderr.trim().split('\n').at(-1) ?? '';
  expect(said).toMatch(oneLine);
  expect(said).toMatch(wanted);
  expect(stderr).not.toMatch(/^\s+at /m);
});

it('names the port that is in use', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await refused(['--port', String(port), '--data-dir', join(dir, 'port')]);
  server.close();
  expect(code).toBe(1);
  const said = stderr.trim().split('\n').at(-1) ?? '';
  expect(said).toContain(String(port));
  expect(said).toMatch(/in use.*\. Choose another/);
  expect(stderr).not.toMatch(/restarting|keep running/);
  expect(stderr).not.toMatch(/^\s+at /m);
});

it('says what DATABASE_URL should look like', async () => {
  const args = ['--port', '0', '--data-dir', join(dir, 'database')];
  const { code, stderr } = await refused(args, { DATABASE_URL: 'mysql://someone:hidden@127.0.0.1/x' });
  expect(code).toBe(1);
  expect(stderr.trim().split('\n').at(-1)).toMatch(/^portolan: DATABASE_URL .*postgres:\/\/user.*\.$/);
  expect(stderr).not.toContain('hidden');
});
