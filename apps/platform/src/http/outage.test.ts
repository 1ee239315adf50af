import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { runPlatform, type RunningPlatform } from '../run-platform.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';

let database: TestDatabase;
let running: RunningPlatform;
let token: string;
let dataDir: string;
/** Between the platform and PostgreSQL: closing it is what an outage looks like. */
const sockets = new Set<Socket>();
const proxy = createServer((client) => {
  const { hostname, port, searchParams } = new URL(database.url);
  const socketDir = searchParams.get('host');
  const server = socketDir
    ? connect(join(socketDir, `.s.PGSQL.${port || '5432'}`))
    : connect(Number(port || 5432), hostname);
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    sockets.add(from);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
});

beforeAll(async () => {
  database = await createTestDatabase();
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(database.url);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);
  dataDir = await mkdtemp(join(tmpdir(), 'portolan-outage-'));
  const config = readConfig(['--data-dir', dataDir, '--port', '0'], { DATABASE_URL: url.href });
  running = await runPlatform({ config, log: pino({ level: 'silent' }), onLost: () => {} });
  token = (JSON.parse(await readFile(config.bootstrapFile, 'utf8')) as { adminToken: string }).adminToken;
});
afterAll(async () => {
  await running.close();
  proxy.close();
  for (const socket of sockets) socket.destroy();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const status = async (path: string) => {
  const response = await fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  await response.arrayBuffer();
  return { status: response.status, retryAfter: response.headers.get('retry-after') };
};

test('while PostgreSQL is away what needs it is 503 with Retry-After, the rest goes on, and it comes back by itself', async () => {
  const users = '/api/v1/workspaces/default/users';
  expect(await status(users)).toMatchObject({ status: 200 });
  const port = (proxy.address() as AddressInfo).port;
  proxy.close();
  for (const socket of sockets) socket.destroy();
  for (const path of [users, '/api/v1/account', '/readyz'])
    expect(await status(path)).toEqual({ status: 503, retryAfter: '2' });
  for (const path of ['/healthz', '/api/v1/openapi.json'])
    expect(await status(path)).toMatchObject({ status: 200 });
  proxy.listen(port, '127.0.0.1');
  await once(proxy, 'listening');
  await vi.waitFor(async () => expect(await status(users)).toMatchObject({ status: 200 }), {
    timeout: 20_000,
  });
});
