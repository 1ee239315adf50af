import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount, getObject, startAgent, type AgentProcess } from './agent-process.ts';
import { apply, installCrds, kubectl, namespace } from './cluster.ts';
import { keepState, PLATFORM_AWAY } from './kept-state.ts';

const OWN = 'copies-agent';
const NS = 'copies-shop';
let account: Awaited<ReturnType<typeof createAccount>>;
let directory: string;
let agent: AgentProcess;

const api = (name: string, pathPrefix: string) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'API',
  metadata: { name, namespace: NS, labels: { area: 'flights' } },
  spec: { pathPrefix, service: { name, port: { number: 80 } } },
});

async function startWith(revision: number, ...objects: readonly object[]): Promise<void> {
  await agent?.stop();
  // The former agent has written what it knew.
  await keepState(OWN, { revision, objects });
  agent = await startAgent(account.kubeconfig, [PLATFORM_AWAY, `--token-file=${join(directory, 'token')}`]);
}

beforeAll(async () => {
  await installCrds();
  directory = await mkdtemp(join(tmpdir(), 'portolan-copies-'));
  await writeFile(join(directory, 'token'), 'pta_unused');
  account = await createAccount(OWN);
  await apply(namespace(NS), api('own', '/own'));
});
afterAll(async () => {
  await agent?.stop();
  await account?.remove();
  await rm(directory, { recursive: true, force: true });
});

const specOf = async (name: string) =>
  ((await getObject('api', name, '-n', NS)) as { spec?: { pathPrefix: string } } | null)?.spec?.pathPrefix;

test('what was made on the platform can be seen with kubectl, with its state, until it is deleted there', async () => {
  await startWith(1, api('made', '/made'), api('gone', '/gone'));
  await expect.poll(() => specOf('made')).toBe('/made');
  await expect.poll(() => specOf('gone')).toBe('/gone');
  await expect.poll(() => kubectl(['get', 'api', 'made', '-n', NS])).toMatch(/False +NotExposed/);

  await startWith(2, api('made', '/changed'));
  await expect.poll(() => specOf('made')).toBe('/changed');
  await expect.poll(() => specOf('gone')).toBeUndefined();
  expect(await specOf('own')).toBe('/own');
});

test('an object that the cluster has of its own is the one that counts', async () => {
  await startWith(3, api('own', '/theirs'));
  await expect
    .poll(() => JSON.stringify(agent.logs()))
    .toContain('exists both on the platform and in the cluster');
  await expect.poll(() => specOf('made')).toBeUndefined();
  expect(await specOf('own')).toBe('/own');
});

test('a change of the copy is taken back: it is changed on the platform', async () => {
  await startWith(4, api('copied', '/copied'));
  await expect.poll(() => specOf('copied')).toBe('/copied');
  await kubectl([
    'patch',
    'api',
    'copied',
    '-n',
    NS,
    '--type=merge',
    '-p',
    '{"spec":{"pathPrefix":"/mine"}}',
  ]);
  await startWith(5, api('copied', '/copied'));
  await expect.poll(() => specOf('copied')).toBe('/copied');
});
