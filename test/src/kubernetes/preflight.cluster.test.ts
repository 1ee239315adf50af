import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount } from './agent-process.ts';
import { agentCommand, installCrds, kubectl } from './cluster.ts';

let account: Awaited<ReturnType<typeof createAccount>>;
beforeAll(async () => {
  await installCrds();
  account = await createAccount('preflight-agent');
});
afterAll(() => account.remove());

const preflight = (...args: readonly string[]) =>
  agentCommand('preflight', '--kubeconfig', account.kubeconfig, ...args);

test('with the rights that are printed, everything is well', async () => {
  const output = await preflight();
  expect(output).toMatch(/^ok +cluster https:\S+ .*is Kubernetes v1\./);
  expect(output).toContain('definitions of generation v2 are installed');
  expect(output).not.toMatch(/warning|FAILED/);
});

test('a right that was taken away is named with what is off without it', async () => {
  const role = ['clusterrole', 'agent-preflight-agent', '-o', 'json'];
  const found = JSON.parse(await kubectl(['get', ...role])) as { rules: { apiGroups: string[] }[] };
  const rules = found.rules.filter(({ apiGroups }) => !apiGroups.includes('events.k8s.io'));
  await kubectl(
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    JSON.stringify({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'agent-preflight-agent' },
      rules,
    }),
  );
  await expect
    .poll(() => preflight())
    .toMatch(/warning +rights for events are missing.*\n +Grant: create, patch events\.events\.k8s\.io\./);
});

test('the other generation, and a platform that is away, are found', async () => {
  const failing = agentCommand(
    'preflight',
    '--kubeconfig',
    account.kubeconfig,
    '--generation=v3',
    '--platform-url=http://127.0.0.1:1',
  );
  const error = await failing.catch((reason: unknown) => reason as { code: number; stdout: string });
  expect(error).toMatchObject({ code: 1 });
  expect((error as { stdout: string }).stdout).toMatch(
    /FAILED +the definitions of generation v2 are installed/,
  );
  expect((error as { stdout: string }).stdout).toMatch(
    /warning +the platform at http:\/\/127.0.0.1:1 cannot be reached/,
  );
});
