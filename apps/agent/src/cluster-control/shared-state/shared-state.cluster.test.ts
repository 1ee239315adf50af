import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { pino } from 'pino';
import type { ApiKeyRecord } from '@portolan/contract/desired-state';
import { KubeClient } from '../../kubernetes/client/kube-client.ts';
import { kubeconfigConnection } from '../../kubernetes/client/kubeconfig.ts';
import { Leadership } from '../../kubernetes/leader/leadership.ts';
import { OwnSecret, SECRETS } from '../../kubernetes/own-secret.ts';
import { testCluster } from '../../kubernetes/testing/cluster.ts';
import { diskCredentialFiles } from '../../platform/link/credential-files.ts';
import { CredentialStore } from '../../platform/link/credential-store.ts';
import type { Desired } from '../../platform/state/desired.ts';
import { clusterCredentialFiles } from './cluster-credential-files.ts';
import { loadKeptState, StateSecrets } from './state-secrets.ts';

const log = pino({ level: 'silent' });
let cluster: Awaited<ReturnType<typeof testCluster>>;
let leadership: Leadership;
let client: KubeClient;
let directory: string;

beforeAll(async () => {
  cluster = await testCluster();
  const { namespace } = cluster;
  const connection = await kubeconfigConnection({ file: inject('kubeconfig') });
  client = new KubeClient({ ...connection, namespace });
  leadership = new Leadership({
    cluster: { kubeconfig: inject('kubeconfig') },
    namespace,
    identity: 'state',
    log,
  });
  directory = await mkdtemp(join(tmpdir(), 'portolan-shared-'));
  await vi.waitUntil(() => leadership.isLeading, { timeout: 20_000 });
});
afterAll(async () => {
  await leadership.close();
  await client.close();
  await cluster.close();
  await rm(directory, { recursive: true });
});

const keyOf = (n: number): ApiKeyRecord => ({
  id: `key-${n}`,
  hash: String(n).padStart(128, '0'),
  userId: 'u',
  email: 'e@example.com',
  groups: ['crew'],
  suspended: false,
  expiresAt: null,
});
const desiredOf = (revision: number, keys: number): Desired => ({
  revision,
  sections: {
    apiAuth: { kind: 'apiKey' },
    domains: [{ key: 'k', generated: 'shop.edge.example', custom: [] }],
    certificates: [],
    objects: [],
    tunnels: [],
  },
  keys: new Map(Array.from({ length: keys }, (_, n) => [`key-${n}`, keyOf(n)])),
});

async function versions(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await client.list(SECRETS, {
    namespace: cluster.namespace,
    query: { labelSelector: 'app.kubernetes.io/part-of=portolan' },
    onItem(item) {
      const { metadata } = item as { metadata: { name: string; resourceVersion: string } };
      found[metadata.name] = metadata.resourceVersion;
    },
  });
  return found;
}

test('keeps the desired state sealed; a change writes what it concerns', async () => {
  const state = new StateSecrets({ client, leadership, log });
  state.keep(desiredOf(1, 5_000));
  await expect.poll(async () => (await loadKeptState(client))?.keys.size).toBe(5_000);
  expect(await loadKeptState(client)).toEqual(desiredOf(1, 5_000));
  const sealed = await new OwnSecret(client, 'portolan-agent-state').read();
  expect(sealed?.get('state')?.toString('latin1')).not.toContain('shop.edge.example');

  const before = await versions();
  expect(Object.keys(before)).toHaveLength(18);
  const changed = desiredOf(2, 5_000);
  changed.keys.delete('key-7');
  state.keep(changed);
  await expect.poll(async () => (await loadKeptState(client))?.revision).toBe(2);
  const after = await versions();
  const written = Object.keys(after).filter((name) => after[name] !== before[name]);
  expect(written).toHaveLength(2);
  expect((await loadKeptState(client))?.keys.has('key-7')).toBe(false);

  state.restart();
  state.keep(desiredOf(3, 10));
  await expect.poll(async () => (await loadKeptState(client))?.keys.size).toBe(10);
  await state.close();
});

test('a state that was changed by another is not used', async () => {
  const { namespace } = cluster;
  const data = { state: Buffer.from('x'.repeat(100)).toString('base64') };
  await client.patch(
    SECRETS,
    { namespace, name: 'portolan-agent-state' },
    { data },
    { type: 'merge', fieldManager: 'test' },
  );
  await expect(loadKeptState(client)).rejects.toThrow(/authenticate|Invalid/);
});

test('replicas that start at once exchange their token with one key, and share the credential', async () => {
  const secret = new OwnSecret(client, 'portolan-agent-credential');
  const open = (name: string) =>
    CredentialStore.open(
      clusterCredentialFiles(secret, diskCredentialFiles(join(directory, name)), log),
      async () => 'pta_token',
    );
  const stores = await Promise.all(['a', 'b', 'c'].map(open));
  const keys = await Promise.all(stores.map(async (store) => (await store.authorization()).publicKey));
  expect(new Set(keys).size).toBe(1);
  const [first, second] = stores;
  const issuedAt = new Date().toISOString();
  const expiresAt = new Date(Date.now() + 90 * 86_400_000).toISOString();
  await first?.accept({ id: 'agc_1', certificate: 'c', authority: 'a', issuedAt, expiresAt });
  expect((await second?.authorization())?.publicKey).toBeUndefined();
  expect((await open('d')).held?.credential.id).toBe('agc_1');
});
