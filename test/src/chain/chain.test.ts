import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, type Client } from '@portolan/contract/client';
import { getCluster, listTunnels } from '@portolan/contract/clusters';
import { createKey, listKeys } from '@portolan/contract/keys';
import {
  applyResources,
  deleteResource,
  getResource,
  listProblems,
  listResources,
} from '@portolan/contract/resources';
import { getMetrics, listLogs } from '@portolan/contract/telemetry';
import { createUser } from '@portolan/contract/users';
import { call } from '../e2e/request.ts';
import { until } from '../e2e/until.ts';
import { startPart, type Part } from './part.ts';
import { issueCredential } from './issue-credential.ts';

interface BrokerReady {
  readonly url: string;
  readonly edge: { readonly http: string; readonly https: string };
}

const PLANTED = 'planted-secret-nobody-may-see';
const params = { workspace: 'default' };
const started = Date.now();
let directory: string;
let upstream: Server;
let platform: Part<{ url: string }>;
let brokers: Part<BrokerReady>[];
let agent: Part<{ gateway: string }>;
let client: Client;
let host: string;
let key: string;
let userId: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-chain-'));
  upstream = createServer((_, response) => response.end('from upstream')).listen(0, '127.0.0.1');
  await mkdir(join(directory, 'resources'));
  await put('flights.yaml', flights('/flights'));
  platform = await startPlatform('0');
  brokers = await Promise.all(['a', 'b', 'c'].map(startBroker));
  await writeFile(join(directory, 'agent.token'), await signIn());
  agent = await startAgent();
  host = await until('a domain', 10_000, async () => {
    const { items } = await client.call(listResources, { params, query: { filter: 'kind:APIGateway' } });
    return items[0]?.urls[0] && new URL(items[0].urls[0]).hostname;
  });
  userId = (await client.call(createUser, { params, body: { email: 'ann@example.com', groups: ['crew'] } }))
    .id;
  key = (await client.call(createKey, { params, body: { user: userId, name: 'first' } })).key;
}, 120_000);

afterAll(async () => {
  await Promise.all([agent, ...(brokers ?? [])].map((part) => part?.end()));
  await platform?.end('SIGTERM');
  upstream.closeAllConnections();
  upstream.close();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

/** Each start of the platform hands over a new sign-in; answers the agent token, which stays. */
async function signIn(): Promise<string> {
  const { agentToken, adminToken } = JSON.parse(
    await readFile(join(directory, 'platform/bootstrap.json'), 'utf8'),
  );
  client = createClient({ baseUrl: platform.ready.url, token: adminToken, origin: 'cli' });
  return agentToken;
}

const startPlatform = (port: string) =>
  startPart<{ url: string }>('platform/src/main.ts', [
    'platform',
    '--data-dir',
    join(directory, 'platform'),
    '--port',
    port,
    '--brokers',
    '*',
  ]);

const startBroker = async (id: string) => {
  const credentialFile = join(directory, `${id}.credential`);
  await issueCredential(join(directory, 'platform/broker.secret'), id, credentialFile);
  return startPart<BrokerReady>('platform/src/main.ts', [
    'broker',
    '--id',
    id,
    '--region',
    `region-${id}`,
    '--platform-url',
    platform.ready.url,
    '--broker-secret-file',
    credentialFile,
  ]);
};

const startAgent = () =>
  startPart<{ gateway: string }>('agent/src/main.ts', [
    '--resources',
    join(directory, 'resources'),
    '--state-dir',
    join(directory, 'agent'),
    '--platform-url',
    platform.ready.url,
    '--token-file',
    join(directory, 'agent.token'),
  ]);

async function put(file: string, text: string): Promise<void> {
  await writeFile(join(directory, 'new'), text);
  await rename(join(directory, 'new'), join(directory, 'resources', file));
}

function flights(pathPrefix: string): string {
  const { port } = upstream.address() as AddressInfo;
  return `apiVersion: v1
kind: Service
metadata: {name: flights, namespace: air}
spec: {type: ExternalName, externalName: 127.0.0.1, ports: [{port: ${port}}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: API
metadata: {name: flights, namespace: air}
spec: {pathPrefix: ${pathPrefix}, service: {name: flights, port: {number: ${port}}}}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIAccess
metadata: {name: crew}
spec: {groups: [crew], apis: [{name: flights, namespace: air}]}
---
apiVersion: hub.traefik.io/v1alpha1
kind: APIGateway
metadata: {name: public}
spec: {apiAccesses: [crew, guests]}
---
apiVersion: v1
kind: Secret
metadata: {name: planted, namespace: air}
stringData: {password: ${PLANTED}}
`;
}

const atGateway = (path: string, withKey = key) =>
  call(agent.ready.gateway, host, path, { key: withKey }).then(({ status }) => status);
const atEdge = (broker: Part<BrokerReady>, path: string) =>
  call(broker.ready.edge.http, host, path, { key }).then(({ status }) => status);
const waitFor = (status: number, what: () => Promise<number>) =>
  until(String(status), 10_000, async () => (await what()) === status);

test('a request travels edge, tunnel, gateway, upstream through every broker', async () => {
  for (const broker of brokers) {
    await waitFor(200, () => atEdge(broker, '/flights'));
    expect(await call(broker.ready.edge.http, host, '/flights')).toMatchObject({ status: 401 });
    expect(await call(broker.ready.edge.https, host, '/flights', { key })).toMatchObject({
      status: 200,
      body: 'from upstream',
    });
  }
});

test('a new key works at the gateway within a second, 30 times of 30', async () => {
  const delays: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    const made = await client.call(createKey, { params, body: { user: userId, name: `key ${n}` } });
    const at = performance.now();
    await waitFor(200, () => atGateway('/flights', made.key));
    delays.push(performance.now() - at);
  }
  expect(Math.max(...delays)).toBeLessThan(1000);
});

test('an edited manifest is served within a second, through the edge too, and shown', async () => {
  const at = performance.now();
  await put('flights.yaml', flights('/departures'));
  await waitFor(200, () => atGateway('/departures'));
  expect(performance.now() - at).toBeLessThan(1000);
  expect(await atEdge(brokers[0]!, '/departures')).toBe(200);
  expect(await atGateway('/flights')).toBe(404);
  await until('the platform shows it', 5000, async () => {
    const { object } = await client.call(getResource, {
      params,
      query: { key: 'API.hub.traefik.io/air/flights' },
    });
    return JSON.stringify(object).includes('/departures');
  });
});

test('a broken file is named with its line and changes nothing', async () => {
  await put('broken.yaml', 'kind: [\n');
  const problem = await until(
    'the problem',
    5000,
    async () => (await client.call(listProblems, { params, query: { filter: 'file:broken' } })).items[0],
  );
  expect(problem).toMatchObject({ severity: 'error', code: 'manifest-syntax', file: 'broken.yaml', line: 2 });
  expect(await atGateway('/departures')).toBe(200);
  await rm(join(directory, 'resources', 'broken.yaml'));
  await until(
    'it is gone',
    5000,
    async () => (await client.call(listProblems, { params, query: { filter: 'file:broken' } })).matched === 0,
  );
});

test('an object made on the platform takes effect, a file’s object is left alone', async () => {
  const guest = await client.call(createUser, {
    params,
    body: { email: 'guest@example.com', groups: ['guests'] },
  });
  const { key: guestKey } = await client.call(createKey, { params, body: { user: guest.id, name: 'k' } });
  await waitFor(403, () => atGateway('/departures', guestKey));
  const access = {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'APIAccess',
    metadata: { name: 'guests' },
    spec: { groups: ['guests'], apis: [{ name: 'flights', namespace: 'air' }] },
  };
  await client.call(applyResources, { params, body: { objects: [access] } });
  await waitFor(200, () => atGateway('/departures', guestKey));
  await until('it is reported back', 5000, async () => {
    const { state } = await client.call(getResource, {
      params,
      query: { key: 'APIAccess.hub.traefik.io//guests' },
    });
    return state === 'synced';
  });
  const crew = { ...access, metadata: { name: 'crew' } };
  await expect(client.call(applyResources, { params, body: { objects: [crew] } })).rejects.toMatchObject({
    code: 'owned-elsewhere',
    message: expect.stringContaining('flights.yaml'),
  });
  await client.call(deleteResource, { params, query: { key: 'APIAccess.hub.traefik.io//guests' } });
  await waitFor(403, () => atGateway('/departures', guestKey));
});

test('with two of three brokers killed calls go on, and the platform shows it', async () => {
  await Promise.all([brokers[0]!.end(), brokers[1]!.end()]);
  expect(await atEdge(brokers[2]!, '/departures')).toBe(200);
  await until('true state', 5000, async () => {
    const { state, tunnels } = await client.call(getCluster, { params: { ...params, cluster: 'local' } });
    return state === 'degraded' && tunnels.live === 1;
  });
  expect((await client.call(listTunnels, { params, query: { filter: 'state=live' } })).items).toHaveLength(1);
});

test('with everything else killed the gateway serves, also after its own restart and another edit', async () => {
  await Promise.all([platform.end(), brokers[2]!.end()]);
  expect(await atGateway('/departures')).toBe(200);
  await agent.end();
  agent = await startAgent();
  expect(await atGateway('/departures')).toBe(200);
  expect(await atGateway('/departures', 'ptl_wrong')).toBe(401);
  await put('flights.yaml', flights('/arrivals'));
  await waitFor(200, () => atGateway('/arrivals'));
  for (let n = 0; n < 5; n += 1) await atGateway('/arrivals');
});

test('when all is back, the agent is too, and what happened meanwhile arrives', async () => {
  platform = await startPlatform(new URL(platform.ready.url).port);
  await signIn();
  brokers = await Promise.all(['a', 'b', 'c'].map(startBroker));
  await until('connected', 30_000, async () => {
    const { state, revision } = await client.call(getCluster, { params: { ...params, cluster: 'local' } });
    return state === 'connected' && revision.desired === revision.applied;
  });
  expect(await atEdge(brokers[0]!, '/arrivals')).toBe(200);
  await until('the edit', 10_000, async () => {
    const { object } = await client.call(getResource, {
      params,
      query: { key: 'API.hub.traefik.io/air/flights' },
    });
    return JSON.stringify(object).includes('/arrivals');
  });
  const used = (await client.call(listKeys, { params, query: { filter: 'name=first' } })).items[0];
  expect(Date.parse(used?.lastUsedAt ?? '')).toBeGreaterThan(started);
  expect(
    (await client.call(listLogs, { params, query: { filter: 'event:link' } })).items.length,
  ).toBeGreaterThan(0);
});

test('every request is counted once, over a restart within the minute', async () => {
  const { port } = upstream.address() as AddressInfo;
  await put(
    'counted.yaml',
    `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: counted, namespace: air}
spec: {rules: [{host: counted.localhost, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: flights, port: {number: ${port}}}}}]}}]}
`,
  );
  const requests = async (path: string, count: number) => {
    for (let n = 0; n < count; n += 1) await call(agent.ready.gateway, 'counted.localhost', path);
  };
  // An unknown host counts nowhere: asking until the route is there does not disturb the count.
  await until(
    'the route',
    5000,
    async () => (await call(agent.ready.gateway, 'counted.localhost', '/')).status === 200,
  );
  await requests('/', 6);
  await agent.end('SIGTERM');
  agent = await startAgent();
  await requests('/', 13);
  await until('the minute to end', 75_000, async () => (await requestsCounted()) >= 20);
  expect(await requestsCounted()).toBe(20);
}, 100_000);

test('no secret is in any log', async () => {
  const logs = [platform, agent, ...brokers].map((part) => part.log()).join('\n');
  const token = await readFile(join(directory, 'agent.token'), 'utf8');
  for (const secret of [PLANTED, key, token, client.options.token!]) expect(logs).not.toContain(secret);
  const shown = await client.call(getResource, { params, query: { key: 'Secret./air/planted' } });
  expect(JSON.stringify(shown)).not.toContain(PLANTED);
});

async function requestsCounted(): Promise<number> {
  const since = new Date(started - 3600_000).toISOString();
  const query = { kind: 'ingress', name: 'counted', step: '1h', since } as const;
  const { series } = await client.call(getMetrics, { params, query });
  return (series[0]?.points ?? []).reduce((sum, { requests }) => sum + requests, 0);
}
