import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@portolan/contract/client';
import { createUser, listUsers } from '@portolan/contract/users';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { isAlive } from '@portolan/process/is-alive';

const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));
const params = { workspace: 'default' };
const started: ChildProcess[] = [];
let dataDir: string;
let home: string;

// A home like root's, which the database's own user cannot enter.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'portolan-home-'));
  await chmod(home, 0o700);
  dataDir = join(home, 'data');
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});
afterAll(() => rm(home, { recursive: true, force: true }));

function launch(...flags: string[]): { child: ChildProcess; output: () => string } {
  const args = ['platform', '--data-dir', dataDir, '--port', '0', '--log-level', 'warn', ...flags];
  const { DATABASE_URL: _, ...env } = process.env;
  const child = fork(PROGRAM, args, {
    silent: true,
    execArgv: [],
    env: { ...env, PORTOLAN_SUPERVISED: '1' },
  });
  started.push(child);
  let output = '';
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output };
}

async function start(): Promise<{ child: ChildProcess; url: string }> {
  const { child, output } = launch();
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(output()))),
  ])) as [{ url: string; pid: number }];
  expect(message).toMatchObject({ event: 'ready', pid: child.pid });
  return { child, url: message.url };
}

async function client(url: string) {
  const { adminToken } = JSON.parse(await readFile(join(dataDir, 'bootstrap.json'), 'utf8')) as {
    adminToken: string;
  };
  return createClient({ baseUrl: url, token: adminToken });
}

const postmaster = () =>
  Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);

test('starts below a private home, and stops with its database', async () => {
  const { child } = await start();
  const server = postmaster();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(isAlive(server)).toBe(false);
});

test('stops when the program that supervises it is gone', async () => {
  const { child } = await start();
  child.disconnect();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('killed, it leaves no database behind and has every acknowledged write at the next start', async () => {
  const first = await start();
  const server = postmaster();
  const before = await client(first.url);
  for (let i = 0; i < 20; i += 1)
    await before.call(createUser, { params, body: { email: `user${i}@example.com` } });
  first.child.kill('SIGKILL');
  const second = await start();
  expect(isAlive(server)).toBe(false);
  const page = await (await client(second.url)).call(listUsers, { params, query: {} });
  expect(page.total).toBe(20);
});

test('brings a killed database back without being restarted itself', async () => {
  const { url } = await start();
  const server = postmaster();
  process.kill(server, 'SIGKILL');
  await vi.waitFor(
    async () => {
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect(postmaster()).not.toBe(server);
    },
    { timeout: 20_000, interval: 100 },
  );
  expect((await (await client(url)).call(listUsers, { params, query: {} })).total).toBe(20);
});

test.each([
  ['a data directory in use', [], /in use by another platform \(process \d+\)/],
  ['an unknown option', ['--nope'], /--nope/],
  ['an impossible port', ['--port', '70000'], /port/],
])('refuses %s in one line', async (_what, flags, reason) => {
  if (flags.length === 0) await start();
  await refused(flags, reason);
});

test('refuses a port in use in one line', async () => {
  const blocker = await import('node:net').then((net) => net.createServer().listen(0, '127.0.0.1'));
  await once(blocker, 'listening');
  const { port } = blocker.address() as { port: number };
  await refused(['--port', String(port)], new RegExp(`Cannot listen on .*:${port}: .*--port`));
  blocker.close();
});

test('refuses a database of a newer version in one line', async () => {
  const file = join(dataDir, 'postgres', 'PG_VERSION');
  await writeFile(file, '99\n');
  await refused([], /created by PostgreSQL 99.*--data-dir/);
  await writeFile(file, '18\n');
});

async function refused(flags: readonly string[], reason: RegExp): Promise<void> {
  const { child, output } = launch(...flags);
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).not.toBe(0);
  expect(output().trim().split('\n').at(-1)).toMatch(reason);
  expect(output()).not.toContain('    at ');
}
