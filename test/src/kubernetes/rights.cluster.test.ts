import { beforeAll, describe, expect, test } from 'vitest';
import { agentCommand, apply, installCrds, kubectl, namespace } from './cluster.ts';

describe('rights', () => {
  beforeAll(async () => {
    await installCrds();
    await apply(...['portolan', 'shop', 'other'].map(namespace));
  });

  async function grant(account: string, ...args: readonly string[]): Promise<void> {
    const roles = await agentCommand('rights', '--service-account', account, ...args);
    await kubectl(['apply', '--server-side', '-f', '-'], roles);
  }

  async function can(account: string, ...question: readonly string[]): Promise<boolean> {
    const as = `--as=system:serviceaccount:portolan:${account}`;
    const said = await kubectl(['auth', 'can-i', as, ...question]).catch(() => 'no');
    return said.trim() === 'yes';
  }

  test('of mode cluster are those of the table and no more', async () => {
    await grant('wide');
    expect(await can('wide', 'watch', 'apis.hub.traefik.io', '-n', 'shop')).toBe(true);
    expect(await can('wide', 'patch', 'apis.hub.traefik.io', '--subresource=status', '-n', 'shop')).toBe(
      true,
    );
    expect(await can('wide', 'update', 'leases/portolan-agent', '-n', 'portolan')).toBe(true);
    expect(await can('wide', 'update', 'leases/another', '-n', 'portolan')).toBe(false);
    expect(await can('wide', 'update', 'leases/portolan-agent', '-n', 'shop')).toBe(false);
    expect(await can('wide', 'get', 'pods', '--subresource=log', '-n', 'shop')).toBe(false);
    expect(await can('wide', 'list', 'configmaps', '-n', 'shop')).toBe(false);
  });

  test('of mode namespaces end at the namespaces, but for reading cluster-scoped resources', async () => {
    await grant('narrow', '--mode', 'namespaces', '--namespaces', 'shop');
    expect(await can('narrow', 'watch', 'services', '-n', 'shop')).toBe(true);
    expect(await can('narrow', 'watch', 'services', '-n', 'other')).toBe(false);
    expect(await can('narrow', 'watch', 'apigateways.hub.traefik.io')).toBe(true);
    expect(await can('narrow', 'patch', 'apigateways.hub.traefik.io', '--subresource=status')).toBe(false);
  });

  test('of mode readOnly allow no change at all', async () => {
    await grant('reader', '--mode', 'readOnly');
    const listed = await kubectl([
      'auth',
      'can-i',
      '--list',
      '--as=system:serviceaccount:portolan:reader',
      '-n',
      'shop',
    ]);
    const rows = listed
      .split('\n')
      .filter((row) => /traefik|networking|discovery|^services|^secrets/.test(row));
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) expect(row).not.toMatch(/create|patch|update|delete|\*/);
  });

  test('of users extend view and edit, and can be bound where the CRDs are', async () => {
    const roles = await agentCommand('rights', '--user-roles');
    await kubectl(['apply', '--server-side', '-f', '-'], roles);
    const role = await kubectl(['get', 'clusterrole', 'portolan-view', '-o', 'json']);
    expect(role).toContain('aggregate-to-view');
  });
});
