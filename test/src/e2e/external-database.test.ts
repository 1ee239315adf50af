import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@portolan/contract/client';
import { createKey } from '@portolan/contract/keys';
import { listApis } from '@portolan/contract/resources';
import { signIn } from '@portolan/contract/sessions';
import { createUser, listUsers } from '@portolan/contract/users';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOldPostgres } from './old-postgres.ts';
import { findSystemPostgres, SystemPostgres } from './system-postgres.ts';
import { call } from './request.ts';
import { npmStart, type Running } from './running.ts';
import { until } from './until.ts';

const installed = findSystemPostgres();
const why = installed ? '' : ' (skipped: no PostgreSQL 15 or newer in /usr/lib/postgresql)';

describe.skipIf(!installed)(`npm start with DATABASE_URL${why}`, () => {
  let dir: string;
  let postgres: SystemPostgres;
  let system: Running | undefined;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'portolan-external-'));
    postgres = await SystemPostgres.start(installed ?? '');
  }, 60_000);
  afterAll(async () => {
    await system?.stop().catch(() => undefined);
    postgres?.stop();
    await rm(dir, { recursive: true, force: true });
  }, 60_000);

  const start = () => npmStart(['--data-dir', join(dir, 'data')], { DATABASE_URL: postgres.url });
  const edgeStatus = async (running: Running, key: string) => {
    const params = { workspace: running.ready.workspace };
    const { items } = await running.client.call(listApis, { params, query: {} });
    const url = items.find((api) => api.name === 'flights')?.urls[0];
    if (url === undefined) return 0;
    const [broker] = running.ready.brokers;
    return (await call(broker?.edge.http ?? '', new URL(url).hostname, '/flights', { key })).status;
  };

  it('works on it, and finds everything there after a restart', async () => {
    system = await start();
    const { platform, adminEmail, adminPasswordFile, workspace } = system.ready;
    const params = { workspace };
    const password = (await readFile(adminPasswordFile, 'utf8')).trim();
    const anonymous = createClient({ baseUrl: platform });
    const { token } = await anonymous.call(signIn, { body: { email: adminEmail, password } });
    const client = createClient({ baseUrl: platform, token });
    const body = { email: 'ada@airline.example', groups: ['crew'] };
    const user = await client.call(createUser, { params, body });
    const { key } = await client.call(createKey, { params, body: { user: user.id, name: 'laptop' } });
    const first = system;
    await until('the key works at the edge', 10_000, async () => (await edgeStatus(first, key)) === 200);
    expect(postgres.query('select email from users')).toBe('ada@airline.example');
    expect(await system.stop()).toBe(0);

    system = await start();
    const { items } = await system.client.call(listUsers, { params, query: {} });
    expect(items.map(({ email }) => email)).toEqual(['ada@airline.example']);
    const second = system;
    await until('the key still works', 10_000, async () => (await edgeStatus(second, key)) === 200);
    expect(await system.stop()).toBe(0);
  }, 180_000);

  it('says through npm start what is wrong with it', async () => {
    const url = postgres.urlWith({ password: 'wrong' });
    const started = npmStart(['--data-dir', join(dir, 'wrong')], { DATABASE_URL: url });
    const said = await started.then(() => 'it started', String);
    expect(said.trim().split('\n').at(-1)).toMatch(
      /^portolan: .*DATABASE_URL.*password authentication failed/,
    );
  }, 60_000);

  it.each([
    ['a wrong password', () => postgres.urlWith({ password: 'wrong' }), /password authentication failed/],
    ['a missing database', () => postgres.urlWith({ pathname: '/nothing' }), /"nothing" does not exist/],
    [
      'a port where nobody listens',
      async () => postgres.urlWith({ port: await unusedPort() }),
      /ECONNREFUSED/,
    ],
    ['an unknown host', () => postgres.urlWith({ hostname: 'db.invalid' }), /db\.invalid/],
    ['something that is no address', () => 'postgres//nobody', /must begin with postgres:/],
  ])('refuses %s in one line', async (_, url, wanted) => {
    const said = await refusal(await url());
    expect(said).toMatch(wanted);
    expect(said).not.toContain(postgres.password);
  });
});

it('refuses a PostgreSQL that is too old in one line', async () => {
  const { url, server } = await startOldPostgres(140_012);
  expect(await refusal(url)).toMatch(/has version 14\. Version 15 or newer is required/);
  server.close();
});

/** The one line with which a platform ends that is given this database. */
async function refusal(url: string): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'portolan-refused-'));
  const args = ['apps/platform/src/main.ts', 'platform', '--port', '0', '--data-dir', dataDir];
  const platform = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  platform.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = await once(platform, 'close');
  await rm(dataDir, { recursive: true, force: true });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^portolan-platform: .*DATABASE_URL.*\.\n$/);
  return stderr;
}

async function unusedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}
