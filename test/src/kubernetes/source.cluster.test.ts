import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { call } from '../e2e/request.ts';
import { agentCommand, apply, installCrds, kubectl, namespace } from './cluster.ts';
import { createAccount, startAgent, type AgentProcess } from './agent-process.ts';

const OWN = 'source-agent';
const SHOP = 'source-shop';
const HOST = 'shop.source.example';

let upstream: Server;
let account: Awaited<ReturnType<typeof createAccount>>;
let agent: AgentProcess | null = null;

beforeAll(async () => {
  await installCrds();
  await apply(namespace(SHOP));
  account = await createAccount(OWN);
  upstream = createServer((_request, response) => response.end('from the cluster')).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  await apply(...shop((upstream.address() as AddressInfo).port));
});
afterEach(async () => {
  await agent?.stop();
  agent = null;
});
afterAll(async () => {
  upstream?.close();
  await account?.remove();
  await kubectl(['delete', 'ingresses,services,endpointslices,secrets', '--all', '-n', SHOP]);
});

function shop(port: number): unknown[] {
  const metadata = (name: string, more: object = {}) => ({ name, namespace: SHOP, ...more });
  const backend = { service: { name: 'web', port: { number: 80 } } };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: metadata('web'), spec: { ports: [{ port: 80 }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: metadata('web-1', { labels: { 'kubernetes.io/service-name': 'web' } }),
      addressType: 'FQDN',
      ports: [{ name: '', port }],
      endpoints: [{ addresses: ['127.0.0.1'] }],
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: metadata('web'),
      spec: {
        ingressClassName: 'portolan',
        rules: [{ host: HOST, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: metadata('secure'),
      spec: {
        ingressClassName: 'portolan',
        tls: [{ hosts: [`secure.${HOST}`], secretName: 'certificate' }],
        rules: [{ host: `secure.${HOST}`, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
      },
    },
    // Not a certificate: that it was read is what its problem shows.
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadata('certificate'),
      stringData: { 'tls.crt': 'x', 'tls.key': 'y' },
    },
  ];
}

const loggedProblem = z.object({
  msg: z.string(),
  problem: z.object({ code: z.string(), kind: z.string().optional(), severity: z.string() }),
});

const problems = () =>
  (agent?.logs() ?? []).flatMap((line) => {
    const { success, data } = loggedProblem.safeParse(line);
    return success ? [data] : [];
  });
const forbidden = () =>
  problems()
    .filter(({ problem }) => problem.code === 'cluster-read-forbidden')
    .map(({ problem }) => `${problem.severity} ${problem.kind}`)
    .toSorted((a, b) => (a < b ? -1 : 1));
const status = async () => (await call(agent!.gateway, HOST, '/')).status;

/** Removes a resource from all rules of the account. */
async function withoutRight(resource: string): Promise<void> {
  const roles = await agentCommand('rights', '--namespace', OWN, '--service-account', `agent-${OWN}`);
  const pattern = new RegExp(`^ *- "?${resource}"?\\n`, 'gm');
  expect(roles).toMatch(pattern);
  await kubectl(
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    roles.replace(pattern, '      - "nothing"\n'),
  );
}

test('with the rights that it prints it reads everything, Secrets by name', async () => {
  agent = await startAgent(account.kubeconfig);
  await expect.poll(status).toBe(200);
  expect((await call(agent.gateway, HOST, '/')).body).toBe('from the cluster');
  expect(forbidden()).toEqual([]);
  // The certificate was read, and is none.
  await expect.poll(() => problems().some(({ msg }) => msg.includes('has no valid certificate'))).toBe(true);
  await kubectl(['delete', 'ingress', 'web', '-n', SHOP]);
  await expect.poll(status).toBe(404);
  await apply(...shop((upstream.address() as AddressInfo).port));
  await expect.poll(status).toBe(200);
});

test.each([
  ['ingresses', 'error Ingress', 404],
  ['secrets', 'error Secret', 200],
  ['nodes', 'warning Node', 200],
  ['apis', 'error API', 200],
])('without the right to %s that is named, and the rest works', async (resource, named, served) => {
  await withoutRight(resource);
  agent = await startAgent(account.kubeconfig);
  await expect.poll(forbidden).toEqual([named]);
  await expect.poll(status).toBe(served);
  expect(problems().find(({ problem }) => problem.code === 'cluster-read-forbidden')?.msg).toMatch(
    new RegExp(`cannot (list|watch) resource "${resource}"`),
  );
});

test('without the right to definitions every kind is found out by itself', async () => {
  await withoutRight('customresourcedefinitions');
  agent = await startAgent(account.kubeconfig);
  await expect.poll(status).toBe(200);
  expect(forbidden()).toEqual([]);
});

test('in some namespaces it works with rights in those alone', async () => {
  const narrow = await createAccount('source-narrow', ['--mode', 'namespaces', '--namespaces', SHOP]);
  agent = await startAgent(narrow.kubeconfig, ['--namespaces', SHOP]);
  await expect.poll(status).toBe(200);
  expect(forbidden()).toEqual([]);
  await narrow.remove();
});
