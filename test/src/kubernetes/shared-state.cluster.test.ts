import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount, startAgent } from './agent-process.ts';
import { apply, installCrds, namespace } from './cluster.ts';
import { keepState, keyOf, PLATFORM_AWAY } from './kept-state.ts';
import { localService, send, startEcho } from './traefik-proxy.ts';

const OWN = 'state-agent';
const NS = 'state-shop';
const HOST = 'shop.edge.example';
const KEY = 'a-key-of-the-crew';

let account: Awaited<ReturnType<typeof createAccount>>;
let echo: Awaited<ReturnType<typeof startEcho>>;
let directory: string;

beforeAll(async () => {
  await installCrds();
  echo = await startEcho();
  directory = await mkdtemp(join(tmpdir(), 'portolan-state-'));
  await writeFile(join(directory, 'token'), 'pta_unused');
  account = await createAccount(OWN);
  await apply(namespace(NS), localService(NS, 'flights', echo.port), ...api());
  await keepState(OWN, {
    revision: 41,
    domains: [{ key: 'APIGateway.hub.traefik.io//state-gateway', generated: HOST, custom: [] }],
    keys: [keyOf(KEY, 'state-crew')],
  });
});
afterAll(async () => {
  echo?.close();
  await account?.remove();
  await rm(directory, { recursive: true, force: true });
});

function api(): readonly unknown[] {
  const hub = { apiVersion: 'hub.traefik.io/v1alpha1' };
  const apis = [{ name: 'flights', namespace: NS }];
  return [
    {
      ...hub,
      kind: 'API',
      metadata: { name: 'flights', namespace: NS },
      spec: { pathPrefix: '/flights', service: { name: 'flights', port: { number: echo.port } } },
    },
    { ...hub, kind: 'APIAccess', metadata: { name: 'state-access' }, spec: { groups: ['state-crew'], apis } },
    {
      ...hub,
      kind: 'APIGateway',
      metadata: { name: 'state-gateway' },
      spec: { apiAccesses: ['state-access'] },
    },
  ];
}

async function serves(gateway: string): Promise<readonly number[]> {
  const port = Number(new URL(gateway).port);
  const path = '/flights/today';
  const allowed = await send(port, HOST, { path, headers: { authorization: `Bearer ${KEY}` } });
  const refused = await send(port, HOST, { path });
  return [allowed.status, refused.status];
}

const platformAway = () => [PLATFORM_AWAY, `--token-file=${join(directory, 'token')}`];

test('a replica with an empty disk serves within seconds while platform and brokers are away', async () => {
  const from = performance.now();
  const agent = await startAgent(account.kubeconfig, platformAway());
  await expect.poll(() => serves(agent.gateway)).toEqual([200, 401]);
  const passed = performance.now() - from;
  expect(agent.logs().map(({ event }) => event)).toContain('state.from-cluster');
  await agent.stop();
  expect(passed).toBeLessThan(30_000);
});

test('a damaged state on disk is reported and replaced by what the cluster keeps', async () => {
  const stateDir = join(directory, 'damaged');
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  await writeFile(join(stateDir, 'desired-state'), '00000000 {"type":"begin","revision":1}\n');
  const agent = await startAgent(account.kubeconfig, platformAway(), stateDir);
  await expect.poll(() => serves(agent.gateway)).toEqual([200, 401]);
  const events = agent.logs().map(({ event }) => event);
  expect(events).toContain('cache.damaged');
  expect(events).toContain('state.from-cluster');
  await agent.stop();
});
