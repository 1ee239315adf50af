import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { createClient, PlatformError } from '@portolan/contract/client';
import { listBrokers, listTunnels } from '@portolan/contract/clusters';
import { explainRequest } from '@portolan/contract/explain';
import { createKey, listKeys } from '@portolan/contract/keys';
import { listApis, listProblems } from '@portolan/contract/resources';
import { signIn } from '@portolan/contract/sessions';
import { createUser, listUsers } from '@portolan/contract/users';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call } from './request.ts';
import { isAlive, npmStart, type Running } from './running.ts';
import { until } from './until.ts';

const airline = fileURLToPath(new URL('../../../examples/airline', import.meta.url));

let dir: string;
let resources: string;
let system: Running;
let host: string;
let crewKey: string;
let supportKey: string;

const args = () => ['--data-dir', join(dir, 'data'), '--resources', resources];
const params = () => ({ workspace: system.ready.workspace });
const edges = () => system.ready.brokers.map((broker) => broker.edge);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portolan-e2e-'));
  resources = join(dir, 'manifests');
  await cp(airline, resources, { recursive: true });
  system = await npmStart([...args(), '--no-restart']);
}, 120_000);

afterAll(async () => {
  await system?.stop();
  await rm(dir, { recursive: true, force: true });
}, 60_000);

// What the parts logged as errors is what a failed test here is about.
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  const logs = join(dir, 'data', 'logs');
  for (const file of await readdir(logs)) {
    const lines = (await readFile(join(logs, file), 'utf8')).split('\n');
    const errors = lines.filter((line) => /"level":(50|60|"error"|"fatal")/.test(line));
    if (errors.length > 0) console.error(`${file}:\n${errors.slice(-5).join('\n')}`);
  }
});

async function flightsHost(): Promise<string> {
  const { items } = await system.client.call(listApis, { params: params(), query: {} });
  const url = items.find((api) => api.name === 'flights')?.urls[0];
  return url ? new URL(url).hostname : '';
}

async function userWithKey(email: string, group: string): Promise<string> {
  const { client } = system;
  const user = await client.call(createUser, {
    params: params(),
    body: { firstName: 'Test', lastName: group, company: 'Airline', email, groups: [group] },
  });
  const { key } = await client.call(createKey, { params: params(), body: { user: user.id, name: 'laptop' } });
  return key;
}

const flights = (edge: number, key?: string, path = '/flights') =>
  call(edges()[edge]!.http, host, path, key === undefined ? {} : { key });

describe('npm start', () => {
  it('prints exactly one line on stdout and serves what it names', async () => {
    expect(system.stdout).toHaveLength(1);
    expect(system.ready.brokers).toHaveLength(3);
    const pids = [
      system.ready.pids.platform,
      system.ready.pids.agent,
      ...system.ready.brokers.map((b) => b.pid),
    ];
    expect(new Set(pids).size).toBe(5);
    expect(pids.every((pid) => isAlive(pid))).toBe(true);
    const [health, ready] = await Promise.all(
      ['/healthz', '/readyz'].map((path) => fetch(system.ready.platform + path).then((r) => r.status)),
    );
    expect([health, ready]).toEqual([200, 200]);
  });

  it('lets the administrator sign in with the password of the named file', async () => {
    const password = (await readFile(system.ready.adminPasswordFile, 'utf8')).trim();
    const anonymous = createClient({ baseUrl: system.ready.platform });
    const session = await anonymous.call(signIn, { body: { email: system.ready.adminEmail, password } });
    const client = createClient({ baseUrl: system.ready.platform, token: session.token });
    expect((await client.call(listUsers, { params: params(), query: {} })).total).toBe(0);
    const wrong = anonymous.call(signIn, { body: { email: system.ready.adminEmail, password: 'wrong' } });
    await expect(wrong).rejects.toThrow(PlatformError);
  });

  it('decides requests at the edge by key and group', async () => {
    host = await until('flights has a URL', 5000, flightsHost);
    crewKey = await userWithKey('ada@airline.example', 'crew');
    const created = performance.now();
    await until('the new key works', 1000, async () => (await flights(0, crewKey)).status === 200);
    expect(performance.now() - created).toBeLessThan(1000);
    supportKey = await userWithKey('sam@airline.example', 'support');
    await until('the second key is known', 1000, async () => (await flights(0, supportKey)).status === 403);

    const answer = await flights(0, crewKey);
    expect(JSON.parse(answer.body)).toHaveLength(4);
    expect((await flights(0, crewKey, '/flights/PO101')).status).toBe(200);
    expect((await flights(0)).status).toBe(401);
    expect((await flights(0, 'not-a-key')).status).toBe(401);
    expect((await flights(0, supportKey)).status).toBe(403);
    expect((await flights(0, crewKey, '/nowhere')).status).toBe(404);
    expect((await flights(0, supportKey, '/passengers/customers/C-31')).status).toBe(200);
    expect((await flights(0, supportKey, '/passengers/tickets/v2/T-7001')).body).toContain('refundable');
    expect((await flights(0, supportKey, '/passengers/tickets/T-7001')).body).not.toContain('refundable');
    expect((await flights(0, crewKey, '/employees')).status).toBe(200);
    expect((await call(edges()[0]!.http, host, '/employees', { key: crewKey, method: 'POST' })).status).toBe(
      403,
    );
  });

  it('explains decisions exactly as the gateway makes them', async () => {
    const asked: [string | null, string, string, string | undefined][] = [
      ['ada@airline.example', 'GET', '/flights/PO101', crewKey],
      ['ada@airline.example', 'POST', '/employees', crewKey],
      ['sam@airline.example', 'GET', '/flights', supportKey],
      ['sam@airline.example', 'GET', '/passengers/tickets/v2', supportKey],
      ['sam@airline.example', 'GET', '/nowhere', supportKey],
      [null, 'GET', '/flights', undefined],
    ];
    for (const [user, method, path, key] of asked) {
      const explained = await system.client.call(explainRequest, {
        params: params(),
        body: { user, method, url: `https://${host}${path}` },
      });
      const real = await call(edges()[0]!.http, host, path, { method, ...(key ? { key } : {}) });
      expect([path, explained.status]).toEqual([path, real.status]);
      expect(explained.reasons.at(-1)?.ok).toBe(explained.verdict === 'allow');
      if (explained.verdict === 'refuse') expect(explained.reasons.at(-1)?.fix).toBeTruthy();
    }
  });

  it('carries TLS to the agent without decrypting it', async () => {
    const answer = await call(edges()[1]!.https, host, '/flights', { key: crewKey });
    expect(answer.status).toBe(200);
  });

  it('protects a plain Ingress with an access control policy', async () => {
    const ops = (authorization?: string) =>
      call(
        system.ready.gateway,
        'ops.airline.localhost',
        '/employees',
        authorization ? { headers: { authorization } } : {},
      );
    expect((await ops()).status).toBe(401);
    const basic = `Basic ${Buffer.from('ops:fasten-seatbelts').toString('base64')}`;
    expect((await ops(basic)).status).toBe(200);
    expect((await call(system.ready.gateway, 'duty.airline.localhost', '/employees')).status).toBe(200);
    expect((await call(system.ready.gateway, 'duty.airline.localhost', '/other')).status).toBe(404);
  });

  it('serves a new route within a second of saving its manifest, and keeps what a broken file held', async () => {
    const file = join(resources, 'apis/flights.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('pathPrefix: /flights', 'pathPrefix: /departures'));
    const saved = performance.now();
    await until('the new path', 2000, async () => (await flights(0, crewKey, '/departures')).status === 200);
    expect(performance.now() - saved).toBeLessThan(1000);
    expect((await flights(0, crewKey)).status).toBe(404);

    await writeFile(file, 'kind: API\n  spec: [unclosed');
    const problem = await until('the problem is reported', 5000, async () => {
      const { items } = await system.client.call(listProblems, { params: params(), query: {} });
      return items.find((item) => item.file?.endsWith('flights.yaml') && item.severity === 'error');
    });
    expect(problem.line).toBeGreaterThan(0);
    expect((await flights(0, crewKey, '/departures')).status).toBe(200);
    await writeFile(file, text);
    await until('the old path', 2000, async () => (await flights(0, crewKey)).status === 200);
  });

  it('survives two of three brokers being killed, and shows it', async () => {
    for (const killed of [0, 1]) {
      process.kill(system.ready.brokers[killed]!.pid, 'SIGKILL');
      await until(`tunnels after ${killed + 1} brokers died`, 5000, async () => {
        const { items } = await system.client.call(listTunnels, { params: params(), query: {} });
        return items.filter((tunnel) => tunnel.state === 'live').length === 2 - killed;
      });
      expect((await flights(killed + 1, crewKey)).status).toBe(200);
    }
    const { items } = await system.client.call(listBrokers, { params: params(), query: {} });
    expect(items.map((broker) => broker.state).toSorted()).toEqual(['down', 'down', 'live']);
  });

  it('goes on serving when the platform is killed', async () => {
    process.kill(system.ready.pids.platform, 'SIGKILL');
    await until('the platform is gone', 5000, async () => !isAlive(system.ready.pids.platform));
    expect((await call(system.ready.gateway, host, '/flights', { key: crewKey })).status).toBe(200);
    expect((await flights(2, crewKey)).status).toBe(200);
    expect((await flights(2)).status).toBe(401);
  });

  it('stops cleanly and starts again with everything it acknowledged', async () => {
    const { pids, brokers } = system.ready;
    expect(await system.stop()).toBe(0);
    expect([pids.platform, pids.agent, ...brokers.map((b) => b.pid)].filter((pid) => isAlive(pid))).toEqual(
      [],
    );

    system = await npmStart(args());
    const users = await system.client.call(listUsers, { params: params(), query: {} });
    expect(users.items.map((user) => user.email).toSorted()).toEqual([
      'ada@airline.example',
      'sam@airline.example',
    ]);
    expect((await system.client.call(listKeys, { params: params(), query: {} })).total).toBe(2);
    expect(await flightsHost()).toBe(host);
    expect((await flights(0, crewKey)).status).toBe(200);
  });

  it('starts every part again that ends, at the same addresses', async () => {
    const { pids, brokers } = system.ready;
    for (const pid of [brokers[0]!.pid, pids.agent, pids.platform]) process.kill(pid, 'SIGKILL');
    await until('all parts serve again', 60_000, async () => {
      const { items } = await system.client.call(listTunnels, { params: params(), query: {} });
      return items.filter(({ state }) => state === 'live').length === 3;
    });
    for (const index of [0, 1, 2]) expect((await flights(index, crewKey)).status).toBe(200);
    expect((await call(system.ready.gateway, host, '/flights', { key: crewKey })).status).toBe(200);
    for (const name of ['platform', 'agent', 'broker-1']) {
      expect(system.stderr()).toContain(`${name} ended (SIGKILL); restarting it in 0.5 s`);
      expect(system.stderr()).toContain(`${name} is running again`);
    }
  }, 120_000);
});
