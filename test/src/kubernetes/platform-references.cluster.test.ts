import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount, getObject, startAgent, type AgentProcess } from './agent-process.ts';
import { apply, installCrds, kubectl, namespace } from './cluster.ts';
import { keepState, PLATFORM_AWAY } from './kept-state.ts';

const OWN = 'references-agent';
const NS = 'references-shop';
const ALLOW = 'portolan.dev/allow-platform-references';
let account: Awaited<ReturnType<typeof createAccount>>;
let directory: string;
let agent: AgentProcess;

const policy = (name: string) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'AccessControlPolicy',
  metadata: { name },
  spec: {
    oidc: {
      issuer: 'https://elsewhere.example.com',
      clientId: 'c',
      redirectUrl: '/callback',
      secret: { name: 'payments', namespace: NS },
    },
  },
});

beforeAll(async () => {
  await installCrds();
  directory = await mkdtemp(join(tmpdir(), 'portolan-references-'));
  await writeFile(join(directory, 'token'), 'pta_unused');
  account = await createAccount(OWN);
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'payments', namespace: NS },
    stringData: { clientSecret: 'not-for-the-platform' },
  };
  await apply(namespace(NS));
  await apply(secret, policy('own'));
  await keepState(OWN, { revision: 1, objects: [policy('made')] });
  agent = await startAgent(account.kubeconfig, [PLATFORM_AWAY, `--token-file=${join(directory, 'token')}`]);
});
afterAll(async () => {
  await agent?.stop();
  await account?.remove();
  await kubectl(['delete', 'accesscontrolpolicy', 'own', 'made', '--ignore-not-found']);
  await rm(directory, { recursive: true, force: true });
});

const ready = async (name: string) => {
  const found = (await getObject('accesscontrolpolicy', name)) as {
    status?: { conditions?: readonly { type: string; status: string; message: string }[] };
  } | null;
  const condition = found?.status?.conditions?.find(({ type }) => type === 'Ready');
  return condition === undefined ? null : `${condition.status} ${condition.message}`;
};

test('a policy made on the platform uses a Secret of the cluster only while the Secret allows it', async () => {
  await expect.poll(() => ready('own')).toMatch(/^True/);
  await expect
    .poll(() => ready('made'))
    .toMatch(/^False .*"payments".*or does not allow objects made on the platform/);

  await kubectl(['label', 'secret', 'payments', '-n', NS, `${ALLOW}=true`]);
  await expect.poll(() => ready('made')).toMatch(/^True/);

  await kubectl(['label', 'secret', 'payments', '-n', NS, `${ALLOW}-`]);
  await expect.poll(() => ready('made')).toMatch(/^False/);
  expect(await ready('own')).toMatch(/^True/);
});
