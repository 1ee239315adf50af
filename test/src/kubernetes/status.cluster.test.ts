import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount, getObject, startAgent, type AgentProcess } from './agent-process.ts';
import { apply, installCrds, kubectl, namespace } from './cluster.ts';

const hub = { apiVersion: 'hub.traefik.io/v1alpha1' };
const api = (name: string, pathPrefix: string) => ({
  ...hub,
  kind: 'API',
  metadata: { name, namespace: 'status-shop' },
  spec: { pathPrefix, service: { name, port: { number: 80 } } },
});
const policy = (spec: object) => ({
  ...hub,
  kind: 'AccessControlPolicy',
  metadata: { name: 'status-crew' },
  spec,
});

let account: Awaited<ReturnType<typeof createAccount>>;
let agents: AgentProcess[] = [];

beforeAll(async () => {
  await installCrds();
  await apply(namespace('status-shop'));
  account = await createAccount('status-agent');
  agents = [await startAgent(account.kubeconfig), await startAgent(account.kubeconfig)];
});
afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await account.remove();
});

async function ready(...args: readonly string[]): Promise<unknown> {
  const found = (await getObject(...args)) as { status?: { conditions?: { type: string }[] } } | null;
  return found?.status?.conditions?.find(({ type }) => type === 'Ready');
}

test('kubectl shows what became of a resource, without any platform', async () => {
  await apply(api('flights', '/flights'), policy({ jwt: { jwksUrl: 'https://idp.example.com/keys' } }));
  await expect
    .poll(() => ready('api', 'flights', '-n', 'status-shop'))
    .toMatchObject({ status: 'False', reason: 'NotExposed', observedGeneration: 1 });
  await expect
    .poll(() => ready('accesscontrolpolicy', 'status-crew'))
    .toMatchObject({ status: 'True', reason: 'Accepted', message: '' });
  const events = () =>
    kubectl(['events', '-n', 'status-shop', '--for', 'API.hub.traefik.io/flights', '-o', 'json']);
  await expect.poll(events).toContain('"reason": "NotExposed"');
});

test('a policy that cannot be loaded says why and what to do, and recovers', async () => {
  await apply(policy({ jwt: { publicKey: 'nonsense' } }));
  await expect
    .poll(() => ready('accesscontrolpolicy', 'status-crew'))
    .toMatchObject({ status: 'False', reason: 'PolicyNotLoaded' });
  await apply(policy({ jwt: { jwksUrl: 'https://idp.example.com/keys' } }));
  await expect
    .poll(() => ready('accesscontrolpolicy', 'status-crew'))
    .toMatchObject({ status: 'True', observedGeneration: 3 });
});

test('one replica writes, the other goes on after it has stopped; no request was denied', async () => {
  const leads = (agent: AgentProcess) => agent.logs().some(({ event }) => event === 'leader.held');
  const [first, second] = agents as [AgentProcess, AgentProcess];
  const [leader, follower] = leads(first) ? [first, second] : [second, first];
  expect(leads(follower)).toBe(false);
  await leader.stop();
  await apply(api('tickets', '/tickets'));
  await expect
    .poll(() => ready('api', 'tickets', '-n', 'status-shop'))
    .toMatchObject({ reason: 'NotExposed' });
  expect(leads(follower)).toBe(true);
  const denied = agents
    .flatMap((agent) => agent.logs())
    .filter((line) => /forbidden/i.test(JSON.stringify(line)));
  expect(denied).toEqual([]);
});

test('an object that was deleted while its status was being written stays deleted', async () => {
  for (let n = 0; n < 5; n += 1) {
    await apply(api(`short-${n}`, `/short-${n}`));
    await kubectl(['delete', 'api', `short-${n}`, '-n', 'status-shop']);
  }
  await apply(api('last', '/last'));
  await expect.poll(() => ready('api', 'last', '-n', 'status-shop')).toMatchObject({ reason: 'NotExposed' });
  const left = await kubectl(['get', 'apis', '-n', 'status-shop', '-o', 'name']);
  expect(left).not.toContain('short');
});
