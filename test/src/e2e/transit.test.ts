import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listClusters } from '@portolan/contract/clusters';
import { explainRequest } from '@portolan/contract/explain';
import { getOpenApi, listApis } from '@portolan/contract/resources';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './request.ts';
import { npmStart, type Running } from './running.ts';
import { until } from './until.ts';

const example = fileURLToPath(new URL('../../../examples/transit', import.meta.url));

let dir: string;
let system: Running;
let host: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portolan-transit-'));
  await cp(example, join(dir, 'manifests'), { recursive: true });
  system = await npmStart([
    '--data-dir',
    join(dir, 'data'),
    '--resources',
    join(dir, 'manifests'),
    '--generation',
    'v3',
    '--no-restart',
  ]);
  host = await until('a host at the edge', 30_000, async () => {
    const { items } = await system.client.call(listApis, {
      params: { workspace: system.ready.workspace },
      query: {},
    });
    const urls = items.find((api) => api.name === 'stops')?.urls ?? [];
    return urls.map((url) => new URL(url).hostname).find((name) => name.endsWith('.edge.localhost'));
  });
}, 120_000);

afterAll(async () => {
  await system?.stop();
  await rm(dir, { recursive: true, force: true });
}, 60_000);

const ask = (path: string, key?: string, more: { method?: string; headers?: Record<string, string> } = {}) =>
  call(system.ready.brokers[0]!.edge.http, host, path, { ...(key === undefined ? {} : { key }), ...more });

describe('the example of generation v3, through edge, tunnel and gateway', () => {
  it.each([
    ['stops', '/stops/harbour', undefined, 401],
    ['stops with the key of a subscriber', '/stops/harbour', 'planner-demo-key', 200],
    ['stops with a key of another subscription', '/stops/harbour', 'kiosk-demo-key', 403],
    ['tickets before the approval', '/tickets/day', 'planner-demo-key', 403],
    ['tickets with the key of a subscriber', '/tickets/day', 'kiosk-demo-key', 200],
  ])('%s', async (_name, path, key, status) => {
    // The host reaches brokers and the agent one after the other.
    await until('the host at the edge', 20_000, async () => (await ask('/stops')).status === 401);
    expect((await ask(path, key)).status).toBe(status);
  });

  it('counts the APIs of a bundle together, and says what is left', async () => {
    const left = async (path: string) =>
      Number((await ask(path, 'planner-demo-key')).headers['x-quota-remaining']);
    const first = await left('/stops');
    expect(await left('/departures')).toBe(first - 1);
    expect((await ask('/tickets', 'kiosk-demo-key')).headers['x-ratelimit-remaining']).toBeDefined();
  });

  it('routes versions by header', async () => {
    const planned = await ask('/departures/d-1042', 'planner-demo-key');
    const live = await ask('/departures/d-1042', 'planner-demo-key', {
      headers: { 'x-departures-model': 'live' },
    });
    expect(JSON.parse(planned.body)).not.toHaveProperty('delayMinutes');
    expect(JSON.parse(live.body)).toMatchObject({ delayMinutes: 4 });
  });

  it('admits looking at tickets once the subscription is approved, and ordering never', async () => {
    const file = join(dir, 'manifests', 'applications', 'planner.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('approval: pending', 'approval: approved'));
    await until(
      'the approval',
      20_000,
      async () => (await ask('/tickets/day', 'planner-demo-key')).status === 200,
    );
    const order = await ask('/tickets/day/orders', 'planner-demo-key', { method: 'POST' });
    expect(order.status).toBe(403);
    expect((await ask('/tickets/day/orders', 'kiosk-demo-key', { method: 'POST' })).status).toBe(200);
  });

  it('shows routes, callers, versions and documents of its APIs', async () => {
    const params = { workspace: system.ready.workspace };
    const { items } = await system.client.call(listApis, { params, query: {} });
    expect(items.find(({ name }) => name === 'tickets')).toMatchObject({
      routes: ['HTTPRoute tickets'],
      access: [{ name: 'kiosk', applications: ['kiosk'] }, {}],
    });
    expect(items.find(({ name }) => name === 'departures')?.versions.map(({ name }) => name)).toEqual([
      'departures-v1',
      'departures-v2',
    ]);
    await until('the document of tickets', 20_000, async () => {
      const document = await system.client.call(getOpenApi, {
        params,
        query: { key: 'API.hub.traefik.io/transit/tickets' },
      });
      return JSON.stringify(document).includes('orderTicket');
    });
  });

  it('is explained, and shown as a cluster of its generation', async () => {
    const params = { workspace: system.ready.workspace };
    const { items } = await system.client.call(listClusters, { params, query: {} });
    expect(items[0]?.generation).toBe('v3');
    const found = await system.client.call(explainRequest, {
      params,
      body: { user: 'planner', url: `http://${host}/stops/harbour` },
    });
    expect(found).toMatchObject({
      status: 200,
      grant: { name: 'planner-open-data' },
      plan: { plan: { name: 'open-data' }, counted: { kind: 'APIBundle', name: 'open-data' } },
    });
  });
});
