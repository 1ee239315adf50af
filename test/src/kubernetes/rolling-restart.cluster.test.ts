import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount, getObject, startAgent, type AgentProcess } from './agent-process.ts';
import { apply, installCrds, namespace } from './cluster.ts';
import { keepState, keyOf, PLATFORM_AWAY } from './kept-state.ts';
import { localService, send, startEcho } from './traefik-proxy.ts';

const OWN = 'rolling-agent';
const NS = 'rolling-shop';
const HOST = 'rolling.edge.example';
const KEY = 'a-key-of-the-rolling-crew';
const REPLICAS = 3;
const STORY_MS = 300_000;
const SOON_MS = 60_000;
const hub = { apiVersion: 'hub.traefik.io/v1alpha1' };

let account: Awaited<ReturnType<typeof createAccount>>;
let echo: Awaited<ReturnType<typeof startEcho>>;
let directory: string;
/** Every agent that was started, and those that a Service would send traffic to. */
const all: AgentProcess[] = [];
const serving = new Set<AgentProcess>();

beforeAll(async () => {
  await installCrds();
  echo = await startEcho();
  directory = await mkdtemp(join(tmpdir(), 'portolan-rolling-'));
  await writeFile(join(directory, 'token'), 'pta_unused');
  account = await createAccount(OWN);
  const apis = [{ name: 'flights', namespace: NS }];
  await apply(
    namespace(NS),
    localService(NS, 'flights', echo.port),
    {
      ...hub,
      kind: 'API',
      metadata: { name: 'flights', namespace: NS },
      spec: { pathPrefix: '/flights', service: { name: 'flights', port: { number: echo.port } } },
    },
    { ...hub, kind: 'APIAccess', metadata: { name: 'rolling' }, spec: { groups: ['rolling'], apis } },
    { ...hub, kind: 'APIGateway', metadata: { name: 'rolling' }, spec: { apiAccesses: ['rolling'] } },
  );
  await keepState(OWN, {
    revision: 7,
    domains: [{ key: 'APIGateway.hub.traefik.io//rolling', generated: HOST, custom: [] }],
    keys: [keyOf(KEY, 'rolling')],
  });
}, STORY_MS);
afterAll(async () => {
  await Promise.all(all.map((agent) => agent.stop()));
  echo?.close();
  await account?.remove();
  await rm(directory, { recursive: true, force: true });
}, STORY_MS);

const portOf = ({ gateway }: AgentProcess) => Number(new URL(gateway).port);
const ask = async (agent: AgentProcess): Promise<number> =>
  (await send(portOf(agent), HOST, { path: '/flights/1', headers: { authorization: `Bearer ${KEY}` } }))
    .status;

async function startReplica(): Promise<void> {
  const agent = await startAgent(account.kubeconfig, [
    PLATFORM_AWAY,
    `--token-file=${join(directory, 'token')}`,
  ]);
  all.push(agent);
  await expect.poll(() => ask(agent), { timeout: SOON_MS }).toBe(200);
  serving.add(agent);
}

/** Sends requests to the replicas in turn until told to end; resolves with what became of them. */
function startTraffic(): { end: () => Promise<ReadonlyMap<string, number>> } {
  const outcomes = new Map<string, number>();
  const ending = new AbortController();
  const worker = async (): Promise<void> => {
    for (let turn = 0; !ending.signal.aborted; turn += 1) {
      const agents = [...serving];
      const agent = agents[turn % agents.length];
      const outcome = agent === undefined ? 'no replica' : String(await ask(agent).catch(String));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const workers = [worker(), worker()];
  return {
    async end() {
      ending.abort();
      await Promise.all(workers);
      return outcomes;
    },
  };
}

const leasesHeld = () =>
  all.flatMap((agent) => agent.logs()).filter(({ event }) => event === 'leader.held').length;

async function holder(): Promise<string> {
  const lease = await getObject('lease', 'portolan-agent', '-n', OWN);
  const spec = lease?.['spec'] as { holderIdentity?: string; leaseTransitions?: number } | undefined;
  return `${spec?.leaseTransitions ?? 0} ${spec?.holderIdentity ?? ''}`;
}

test(
  'replicas are replaced one by one under traffic: no request fails, and one of them writes at a time',
  async () => {
    for (let count = 0; count < REPLICAS; count += 1) await startReplica();
    await expect.poll(leasesHeld, { timeout: SOON_MS }).toBe(1);
    const first = await holder();
    const traffic = startTraffic();
    for (const old of all.slice(0, REPLICAS)) {
      // As a Deployment does it with maxSurge 1: the new one is ready first, then the Service leaves out the old one, which ends.
      await startReplica();
      serving.delete(old);
      await old.stop();
    }
    await expect.poll(holder, { timeout: SOON_MS }).not.toBe(first);
    const outcomes = await traffic.end();
    expect([...outcomes.keys()]).toEqual(['200']);
    expect(outcomes.get('200')).toBeGreaterThan(REPLICAS);
    // The lease was given back and taken once for each time that a replica began to write; none took it from another.
    await expect
      .poll(async () => Number((await holder()).split(' ')[0]) + 1, { timeout: SOON_MS })
      .toBe(leasesHeld());
    const status = (await getObject('api', 'flights', '-n', NS))?.['status'] as { conditions?: unknown[] };
    expect(status.conditions?.length).toBeGreaterThan(0);
  },
  STORY_MS,
);
