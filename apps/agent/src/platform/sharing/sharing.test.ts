import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { StartupError } from '@portolan/process/startup-error';
import { parseOptions } from '../../options.ts';
import type { UplinkRequest } from '../uplink/uplink.ts';
import { describeSharedData } from './describe-shared-data.ts';
import { shareObject } from './share-object.ts';
import { SHARE_NAMES, sharedData } from './shared-data.ts';
import { SharingUplink } from './sharing-uplink.ts';

const CONTRACT = join(import.meta.dirname, '../../../../../shared/contract/src');
const route = z.object({ method: z.string(), path: z.string(), permission: z.string() });

const keysOf = (routes: readonly z.infer<typeof route>[]) =>
  routes.map(({ method, path }) => `${method} ${path}`).toSorted();

test('every request that an agent may send to the platform is in the list, once', async () => {
  const found: z.infer<typeof route>[] = [];
  for await (const file of glob('*.ts', { cwd: CONTRACT })) {
    if (file.endsWith('.test.ts')) continue;
    const module: unknown = await import(join(CONTRACT, file));
    for (const value of Object.values(z.record(z.string(), z.unknown()).parse({ ...(module as object) }))) {
      const parsed = route.safeParse(value);
      if (parsed.success && parsed.data.permission.startsWith('agent')) found.push(parsed.data);
    }
  }
  expect(found.length).toBeGreaterThan(8);
  const listed = sharedData(new Set(SHARE_NAMES)).flatMap(([, { routes }]) => routes);
  expect(keysOf(listed)).toEqual(keysOf(found));
});

test('what is not shared does not leave, whoever sends it', async () => {
  const sent: string[] = [];
  const way = {
    request: async ({ method, path }: UplinkRequest) => {
      sent.push(`${method} ${path}`);
      return { status: 204, body: (async function* () {})() };
    },
  };
  const { signal } = new AbortController();
  const heartbeats = new SharingUplink(way, new Set());
  await heartbeats.request({ method: 'POST', path: '/agent/v1/heartbeat', signal });
  await heartbeats.request({ method: 'GET', path: '/agent/v1/state?revision=3', signal });
  const refused = heartbeats.request({ method: 'PUT', path: '/agent/v1/resources', signal });
  await expect(refused).rejects.toThrow('is not among what this agent shares');
  await new SharingUplink(way, new Set(['resources'])).request({
    method: 'PUT',
    path: '/agent/v1/resources',
    signal,
  });
  expect(sent).toEqual([
    'POST /agent/v1/heartbeat',
    'GET /agent/v1/state?revision=3',
    'PUT /agent/v1/resources',
  ]);
});

test('--share takes names, all and none, and names what it does not know', () => {
  const needed = ['--resources', '/r', '--state-dir', '/s'];
  const shared = (list: string) => [...parseOptions([...needed, '--share', list]).share];
  expect([...parseOptions(needed).share]).toEqual(SHARE_NAMES);
  expect(shared('none')).toEqual([]);
  expect(shared('logs, metrics')).toEqual(['metrics', 'logs']);
  expect(() => shared('metrics,secrets')).toThrow(StartupError);
  expect(() => shared('metrics,secrets')).toThrow(
    /--share: secrets cannot be shared; choose from resources, /,
  );
});

test('of a Secret its name and the names of its entries are sent, of a Node nothing', () => {
  const annotations = {
    'kubectl.kubernetes.io/last-applied-configuration': 'hidden',
    'reflector/copy': 'hidden',
  };
  const metadata = { name: 'tls', namespace: 'shop', labels: { app: 'shop' }, annotations, uid: 'hidden' };
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    data: { 'tls.key': 'aGlkZGVu' },
    status: 'hidden',
  };
  const shared = shareObject(secret);
  expect(shared).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'tls', namespace: 'shop', labels: { app: 'shop' } },
    data: { 'tls.key': '<redacted>' },
  });
  expect(shareObject({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } })).toBeNull();
});

test('the description follows the option', () => {
  expect(describeSharedData(new Set(), 'v2')).not.toContain('/agent/v1/resources');
  expect(describeSharedData(new Set(['resources']), 'v3')).toContain('| APICatalogItem | hub.traefik.io |');
});
