import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../interop/kubernetes/control-plane.ts';
import { createAccount, startAgent, type AgentProcess } from './agent-process.ts';
import { apply, installCrds, kubectl, namespace } from './cluster.ts';
import { keepState, keyOf, PLATFORM_AWAY } from './kept-state.ts';
import {
  installTraefikCrds,
  localService,
  send,
  startEcho,
  startTraefikProxy,
  type TraefikProxy,
} from './traefik-proxy.ts';

const OWN = 'carried-agent';
const NS = 'carried-shop';
const HOST = 'carried.edge.example';
const CREW = 'key-of-the-crew';
const GUEST = 'key-of-a-guest';
const hub = { apiVersion: 'hub.traefik.io/v1alpha1' };

let account: Awaited<ReturnType<typeof createAccount>>;
let echo: Awaited<ReturnType<typeof startEcho>>;
let directory: string;
let traefik: TraefikProxy;
let agent: AgentProcess;

beforeAll(async () => {
  await installCrds();
  await installTraefikCrds();
  echo = await startEcho();
  directory = await mkdtemp(join(tmpdir(), 'portolan-carried-'));
  await writeFile(join(directory, 'token'), 'pta_unused');
  account = await createAccount(OWN);
  await apply(namespace(NS), localService(NS, 'echo', echo.port), ...resources());
  await keepState(OWN, {
    revision: 1,
    domains: [{ key: 'APIGateway.hub.traefik.io//carried-gateway', generated: HOST, custom: [] }],
    keys: [keyOf(CREW, 'carried-crew'), keyOf(GUEST, 'nobody')],
  });
  traefik = await startTraefikProxy();
  const [port = 0] = await freePorts(1);
  agent = await startAgent(account.kubeconfig, [
    PLATFORM_AWAY,
    `--token-file=${join(directory, 'token')}`,
    `--auth-port=${port}`,
    `--auth-url=http://127.0.0.1:${port}`,
    '--traefik-entry-points=web',
  ]);
});
afterAll(async () => {
  await agent?.stop();
  await traefik?.stop();
  await account?.remove();
  echo?.close();
  await rm(directory, { recursive: true, force: true });
});

function resources(): readonly unknown[] {
  const service = { name: 'echo', port: { number: echo.port } };
  const api = (name: string, spec: object) => ({
    ...hub,
    kind: 'API',
    metadata: { name, namespace: NS },
    spec: { service, ...spec },
  });
  const apis = ['flights', 'tickets'].map((name) => ({ name, namespace: NS }));
  return [
    api('flights', {
      pathPrefix: '/flights',
      headers: {
        request: { set: { 'X-Area': 'flights' }, delete: ['X-Secret'] },
        response: { set: { 'X-Served-By': 'portolan' } },
      },
    }),
    api('tickets', {
      pathPrefix: '/tickets',
      cors: {
        allowOriginList: ['https://shop.example'],
        allowMethods: ['GET'],
        allowHeaders: ['X-A'],
        maxAge: 60,
      },
    }),
    {
      ...hub,
      kind: 'APIAccess',
      metadata: { name: 'carried-access' },
      spec: { groups: ['carried-crew'], apis },
    },
    {
      ...hub,
      kind: 'APIGateway',
      metadata: { name: 'carried-gateway' },
      spec: { apiAccesses: ['carried-access'] },
    },
  ];
}

type Case = readonly [what: string, path: string, headers: Record<string, string>, method?: string];
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const cases: readonly Case[] = [
  ['no credentials', '/flights/today', {}],
  ['an unknown key', '/flights/today', bearer('nonsense')],
  ['a key without access', '/flights/today', bearer(GUEST)],
  ['a key with access', '/flights/today?a=1&b=%2F', bearer(CREW)],
  ['the prefix alone', '/flights', bearer(CREW)],
  ['the prefix with a slash', '/flights/', bearer(CREW)],
  ['a path that only begins like the prefix', '/flightsx', bearer(CREW)],
  ['another API', '/tickets/7', bearer(CREW)],
  ['a method with content', '/tickets/7', bearer(CREW), 'DELETE'],
  [
    'headers to be changed',
    '/flights/x',
    { ...bearer(CREW), 'X-Area': 'forged', 'X-Secret': 's', 'X-Kept': 'k' },
  ],
  ['a path outside of every API', '/else', bearer(CREW)],
  ['escaped characters', '/flights/a%20b', bearer(CREW)],
  [
    'a preflight',
    '/tickets/7',
    { origin: 'https://shop.example', 'access-control-request-method': 'GET' },
    'OPTIONS',
  ],
  ['a request of an allowed origin', '/tickets/7', { ...bearer(CREW), origin: 'https://shop.example' }],
  ['a request of another origin', '/tickets/7', { ...bearer(CREW), origin: 'https://other.example' }],
];

const SHOWN = ['x-served-by', 'access-control-allow-origin', 'access-control-max-age'];

/** What a client and the Service see, as far as both proxies decide it. */
async function outcome(port: number, [, path, headers, method = 'GET']: Case): Promise<object> {
  const reply = await send(port, HOST, { path, headers, method });
  const shown = Object.fromEntries(SHOWN.map((name) => [name, reply.headers[name]]));
  if (reply.status !== 200 || !reply.body.startsWith('{')) return { status: reply.status, shown };
  const {
    url,
    method: sent,
    headers: fields,
  } = JSON.parse(reply.body) as {
    url: string;
    method: string;
    headers: Record<string, string>;
  };
  const kept = [
    'host',
    'authorization',
    'x-area',
    'x-secret',
    'x-kept',
    'x-forwarded-prefix',
    'x-forwarded-host',
  ];
  const received = Object.fromEntries(kept.map((name) => [name, fields[name]]));
  return { status: reply.status, shown, url, method: sent, received };
}

test('Traefik gives the same answers as the gateway of the agent', async () => {
  const gateway = Number(new URL(agent.gateway).port);
  const [, path, headers] = cases[3] as Case;
  await expect.poll(async () => (await send(gateway, HOST, { path, headers })).status).toBe(200);
  await expect.poll(async () => (await send(traefik.port, HOST, { path, headers })).status).toBe(200);
  await expect
    .poll(async () => (await send(traefik.port, HOST, { path: '/tickets/7', headers })).status)
    .toBe(200);
  const outcomes = async (port: number): Promise<Record<string, object>> => {
    const found: Record<string, object> = {};
    for (const each of cases) found[each[0]] = await outcome(port, each);
    return found;
  };
  expect(await outcomes(traefik.port)).toEqual(await outcomes(gateway));
});

test('what is no longer in the model is taken out of Traefik', async () => {
  await kubectl(['delete', 'api', 'tickets', '-n', NS]);
  const request = { path: '/tickets/7', headers: bearer(CREW) };
  await expect.poll(async () => (await send(traefik.port, HOST, request)).status).toBe(404);
  const left = await kubectl(['get', 'ingressroutes.traefik.io', '-n', NS, '-o', 'name']);
  expect(left.trim().split('\n')).toHaveLength(1);
});
