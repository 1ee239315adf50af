import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../interop/kubernetes/control-plane.ts';
import { chartOf, helm, HELM_VERSIONS, set } from './helm.ts';

/** Kubernetes allows 1 MiB; the rest is left to what users add. */
const RELEASE_BYTES_MAX = 400_000;

const api = {
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'API',
  metadata: { name: 'flights', namespace: 'default' },
  spec: { pathPrefix: '/flights', service: { name: 'flights', port: { number: 80 } } },
};

describe.each(HELM_VERSIONS)('a release by %s', (version) => {
  let directory: string;
  let cluster: ControlPlane;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'portolan-charts-'));
    cluster = await startControlPlane(directory);
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const run = (...args: string[]) => helm(version, [...args, '-n', 'portolan'], cluster.kubeconfig);
  const names = async (kind: string) =>
    (await cluster.kubectl(['get', kind, '-n', 'portolan', '-o', 'name'])).trim().split('\n').filter(Boolean);

  test('is installed, upgraded and uninstalled; resources stay', async () => {
    await run('install', 'agent', chartOf('agent'), '--create-namespace');
    await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
    await cluster.kubectl(['create', '-f', '-'], JSON.stringify(api));
    await run('upgrade', 'agent', chartOf('agent'), ...set({ replicas: 2 }));
    expect(await names('poddisruptionbudget')).toHaveLength(1);
    await run('uninstall', 'agent');
    expect(await names('deployment,service,serviceaccount,role')).toEqual([]);
    expect(await cluster.kubectl(['get', 'apis.hub.traefik.io', 'flights', '-o', 'name'])).toContain(
      'flights',
    );
  });

  test('is small enough for its Secret', async () => {
    await run(
      'install',
      'small',
      chartOf('agent'),
      ...set({ generation: 'v3', crds: { generation: 'none' } }),
    );
    const secret = await cluster.kubectl([
      'get',
      'secret',
      '-n',
      'portolan',
      '-l',
      'owner=helm,name=small',
      '-o',
      'json',
    ]);
    expect(secret.length).toBeLessThan(RELEASE_BYTES_MAX);
    await run('uninstall', 'small');
  });

  test('of the platform is installed and uninstalled', async () => {
    const values = {
      platform: {
        publicUrl: 'https://platform.example.com',
        database: { existingSecret: 'database' },
        secrets: { existingSecret: 'secrets' },
      },
    };
    await run('install', 'platform', chartOf('platform'), ...set(values));
    expect(await names('deployment')).toEqual(['deployment.apps/platform-portolan-platform']);
    await run('upgrade', 'platform', chartOf('platform'), ...set(values), ...set({ 'platform.replicas': 3 }));
    await run('uninstall', 'platform');
    expect(await names('deployment')).toEqual([]);
  });
});
