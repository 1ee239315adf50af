import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { CONFIG_MAPS, SECRETS, configMap, testCluster } from '../testing/cluster.ts';
import { ApiError } from './api-error.ts';
import { inClusterConnection } from './in-cluster.ts';
import { KubeClient } from './kube-client.ts';
import { kubeconfigConnection } from './kubeconfig.ts';
import type { WatchEvent } from './watch-event.ts';

let cluster: Awaited<ReturnType<typeof testCluster>>;
let directory: string;

beforeAll(async () => {
  cluster = await testCluster();
  directory = await mkdtemp(join(tmpdir(), 'portolan-client-'));
});
afterAll(async () => {
  await cluster.close();
  await rm(directory, { recursive: true });
});

const watchOptions = { silenceMs: 60_000, query: { allowWatchBookmarks: true } };

test('creates, reads, patches, replaces and deletes an object', async () => {
  const { client, namespace } = cluster;
  const name = { namespace, name: 'life' };
  const created = await client.create(CONFIG_MAPS, configMap(namespace, 'life', { a: '1' }));
  expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  const patched = await client.patch(
    CONFIG_MAPS,
    name,
    { data: { b: '2' } },
    { type: 'merge', fieldManager: 'test' },
  );
  expect(patched['data']).toEqual({ a: '1', b: '2' });
  await expect(client.replace(CONFIG_MAPS, created)).rejects.toMatchObject({ code: 409, reason: 'Conflict' });
  expect((await client.replace(CONFIG_MAPS, { ...patched, data: {} }))['data']).toBeUndefined();
  await expect(client.delete(CONFIG_MAPS, name, { uid: '0' })).rejects.toMatchObject({ code: 409 });
  await client.delete(CONFIG_MAPS, name);
  await client.delete(CONFIG_MAPS, name);
  expect(await client.find(CONFIG_MAPS, name)).toBeNull();
  await expect(client.get(CONFIG_MAPS, name)).rejects.toMatchObject({ code: 404, reason: 'NotFound' });
});

test('applies with a field manager; a conflict names the other one, force takes the field', async () => {
  const { client, namespace } = cluster;
  await client.apply(CONFIG_MAPS, configMap(namespace, 'applied', { a: '1' }), { fieldManager: 'first' });
  const other = configMap(namespace, 'applied', { a: '2' });
  const conflict = await client
    .apply(CONFIG_MAPS, other, { fieldManager: 'second' })
    .catch((error: unknown) => error);
  expect(conflict).toBeInstanceOf(ApiError);
  expect(conflict).toMatchObject({
    code: 409,
    causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }],
  });
  expect((conflict as ApiError).causes[0]?.message).toContain('"first"');
  const dry = await client.apply(CONFIG_MAPS, other, { fieldManager: 'second', force: true, dryRun: true });
  expect(dry['data']).toEqual({ a: '2' });
  expect((await client.get(CONFIG_MAPS, { namespace, name: 'applied' }))['data']).toEqual({ a: '1' });
  const taken = await client.apply(CONFIG_MAPS, other, { fieldManager: 'second', force: true });
  expect(taken['data']).toEqual({ a: '2' });
});

test('lists by pages', async () => {
  const { client, namespace } = cluster;
  for (let n = 0; n < 7; n += 1)
    await client.create(SECRETS, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: `page-${n}` },
    });
  const names: string[] = [];
  let next: string | null = '';
  let pages = 0;
  while (next !== null) {
    const end: { next: string | null; resourceVersion: string } = await client.list(SECRETS, {
      namespace,
      query: { limit: 3, continue: next || undefined },
      onItem: (item) => names.push((item as { metadata: { name: string } }).metadata.name),
    });
    expect(Number(end.resourceVersion)).toBeGreaterThan(0);
    next = end.next;
    pages += 1;
  }
  expect(pages).toBe(3);
  expect(names).toEqual(Array.from({ length: 7 }, (_, n) => `page-${n}`));
});

test('watches: initial state and the bookmark that ends it, then changes as they come', async () => {
  const { client, namespace } = cluster;
  await client.create(CONFIG_MAPS, configMap(namespace, 'watched'));
  const stop = new AbortController();
  const query = {
    allowWatchBookmarks: true,
    sendInitialEvents: true,
    resourceVersionMatch: 'NotOlderThan',
    fieldSelector: 'metadata.name=watched',
  };
  const events: WatchEvent[] = [];
  const watching = (async () => {
    for await (const event of client.watch(CONFIG_MAPS, {
      ...watchOptions,
      namespace,
      query,
      signal: stop.signal,
    }))
      events.push(event);
  })();
  await expect.poll(() => events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
  expect(events[1]).toMatchObject({ isInitialEnd: true });
  await client.apply(CONFIG_MAPS, configMap(namespace, 'watched', { a: '1' }), { fieldManager: 'test' });
  await client.delete(CONFIG_MAPS, { namespace, name: 'watched' });
  await expect.poll(() => events.slice(2).map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
  stop.abort();
  await expect(watching).rejects.toThrow('no answer from the API server');
});

test('a watch that stays silent is given up', async () => {
  const { client, namespace } = cluster;
  const { signal } = new AbortController();
  const events = client.watch(CONFIG_MAPS, {
    namespace,
    signal,
    silenceMs: 500,
    query: { fieldSelector: 'metadata.name=none' },
  });
  await expect(events.next()).rejects.toThrow('nothing was received for 0.5 s');
});

test('an unreachable server and a wrong token are told apart', async () => {
  const config = JSON.parse(await readFile(inject('kubeconfig'), 'utf8')) as {
    clusters: { cluster: { server: string } }[];
    users: { user: object }[];
  };
  const file = join(directory, 'kubeconfig');
  const open = async () => new KubeClient(await kubeconfigConnection({ file }));
  config.users[0]!.user = { token: 'wrong' };
  await writeFile(file, JSON.stringify(config));
  const refused = await open();
  await expect(refused.request('GET', '/version')).rejects.toMatchObject({
    code: 401,
    reason: 'Unauthorized',
  });
  await refused.close();
  config.clusters[0]!.cluster.server = 'https://127.0.0.1:1';
  await writeFile(file, JSON.stringify(config));
  const gone = await open();
  await expect(gone.request('GET', '/version')).rejects.toThrow(
    /no answer from the API server: .*ECONNREFUSED/,
  );
  await gone.close();
});

test('a token from a command is asked for again once it is refused', async () => {
  const config = JSON.parse(await readFile(inject('kubeconfig'), 'utf8')) as {
    users: { user: { token: string } }[];
  };
  const { token } = config.users[0]!.user;
  const command = join(directory, 'credentials.sh');
  const answer = (value: string) =>
    writeFile(
      command,
      `#!/bin/sh\necho '${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: value } })}'\n`,
      { mode: 0o700 },
    );
  await answer('stale');
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' };
  const file = join(directory, 'exec-kubeconfig');
  await writeFile(file, JSON.stringify({ ...config, users: [{ name: 'admin', user: { exec } }] }));
  const client = new KubeClient(await kubeconfigConnection({ file }));
  await expect(client.request('GET', '/version')).rejects.toMatchObject({ code: 401 });
  await answer(token);
  await expect.poll(() => client.request('GET', '/version').then(() => 'accepted', String)).toBe('accepted');
  await client.close();
});

test('in a pod, address, authority, token and namespace come from where the kubelet puts them', async () => {
  const { client } = cluster;
  const { server } = client.connection;
  const config = JSON.parse(await readFile(inject('kubeconfig'), 'utf8')) as {
    clusters: { cluster: { 'certificate-authority-data': string } }[];
    users: { user: { token: string } }[];
  };
  await writeFile(
    join(directory, 'ca.crt'),
    Buffer.from(config.clusters[0]!.cluster['certificate-authority-data'], 'base64'),
  );
  await writeFile(join(directory, 'token'), `${config.users[0]!.user.token}\n`);
  await writeFile(join(directory, 'namespace'), 'portolan');
  const env = { KUBERNETES_SERVICE_HOST: server.hostname, KUBERNETES_SERVICE_PORT: server.port };
  expect(await inClusterConnection({ env: {}, directory })).toBeNull();
  const connection = await inClusterConnection({ env, directory });
  expect(connection?.namespace).toBe('portolan');
  const pod = new KubeClient(connection!);
  expect(await pod.request('GET', '/version')).toMatchObject({ major: '1' });
  await pod.close();
});
