import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCluster } from '@portolan/contract/clusters';
import { createKey } from '@portolan/contract/keys';
import { listApis } from '@portolan/contract/resources';
import { createUser } from '@portolan/contract/users';
import { call } from '../e2e/request.ts';
import { npmStart, type Running } from '../e2e/running.ts';
import { until } from '../e2e/until.ts';
import { freePorts } from '../interop/kubernetes/control-plane.ts';
import { createAccount, startAgent, type AgentProcess } from './agent-process.ts';
import { apply, installCrds, kubectl, namespace } from './cluster.ts';
import {
  installTraefikCrds,
  localService,
  startEcho,
  startTraefikProxy,
  type TraefikProxy,
} from './traefik-proxy.ts';

const OWN = 'edge-agent';
const NS = 'edge-shop';
const STORY_MS = 300_000;
const SOON_MS = 60_000;
/** Needs no proof of ownership, so that it is verified at once. */
const VERIFIED = 'shop.example';
const NOT_VERIFIED = 'shop.portolan-test.dev';
const hub = { apiVersion: 'hub.traefik.io/v1alpha1' };

let directory: string;
let system: Running;
let account: Awaited<ReturnType<typeof createAccount>>;
let echo: Awaited<ReturnType<typeof startEcho>>;
let traefik: TraefikProxy;
let agent: AgentProcess;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portolan-edge-'));
  await installCrds();
  await installTraefikCrds();
  echo = await startEcho();
  account = await createAccount(OWN, ['--with', 'traefik-certificates']);
  system = await npmStart(['--data-dir', join(directory, 'system')]);
  const [auth = 0, portal = 0] = await freePorts(2);
  await apply(
    namespace(NS),
    localService(NS, 'echo', echo.port),
    localService(OWN, 'apiportal', portal),
    ...resources(),
  );
  traefik = await startTraefikProxy();
  const { token } = await system.client.call(createCluster, { params: params(), body: { name: 'edge' } });
  await writeFile(join(directory, 'token'), token);
  agent = await startAgent(account.kubeconfig, [
    `--platform-url=${system.ready.platform}`,
    `--token-file=${join(directory, 'token')}`,
    `--auth-port=${auth}`,
    `--auth-url=http://127.0.0.1:${auth}`,
    `--portal-port=${portal}`,
    `--traefik-tunnel=traefikhub-tunl=127.0.0.1:${traefik.tunnelPort}`,
  ]);
}, STORY_MS);
afterAll(async () => {
  await agent?.stop();
  await system?.stop();
  await traefik?.stop();
  await account?.remove();
  echo?.close();
  await kubectl(['delete', '--ignore-not-found', 'apigateway/edge', 'apiaccess/edge', 'apiportal/edge']);
  await rm(directory, { recursive: true, force: true });
}, STORY_MS);

const params = () => ({ workspace: system.ready.workspace });

function resources(): readonly unknown[] {
  const apis = [{ name: 'flights', namespace: NS }];
  return [
    {
      ...hub,
      kind: 'API',
      metadata: { name: 'flights', namespace: NS },
      spec: { pathPrefix: '/flights', service: { name: 'echo', port: { number: echo.port } } },
    },
    { ...hub, kind: 'APIAccess', metadata: { name: 'edge' }, spec: { groups: ['edge-crew'], apis } },
    { ...hub, kind: 'APIGateway', metadata: { name: 'edge' }, spec: { apiAccesses: ['edge'] } },
    { ...hub, kind: 'APIPortal', metadata: { name: 'edge' }, spec: { title: 'Edge', apiGateway: 'edge' } },
    {
      ...hub,
      kind: 'EdgeIngress',
      metadata: { name: 'web', namespace: NS },
      spec: { service: { name: 'echo', port: echo.port }, customDomains: [VERIFIED, NOT_VERIFIED] },
    },
  ];
}

/** Resolves with the certificate that an entry point of Traefik shows for a host. */
async function certificateOf(servername: string): Promise<PeerCertificate> {
  const socket = connect({
    port: traefik.tunnelPort,
    host: '127.0.0.1',
    servername,
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerCertificate();
  socket.destroy();
  return certificate;
}

async function generatedHost(kind: string): Promise<string> {
  const url = await until(`the URL of the ${kind}`, SOON_MS, async () => {
    const text = await kubectl(['get', kind, '-A', '-o', 'jsonpath={.items[0].status.urls}']);
    return text.split(',').find((one) => one.includes('edge.localhost'));
  });
  return new URL(url).hostname;
}

const throughEdge = (host: string, path: string, key?: string) =>
  call(system.ready.brokers[0]?.edge.https ?? '', host, path, key === undefined ? {} : { key });

/** The agent's own gateway gives each request an id, which the Service shows. */
const isOfTraefik = ({ body }: { readonly body: string }) => !body.includes('x-request-id');

test(
  'requests through the edge reach the Service by way of Traefik, with the certificates of their hosts',
  async () => {
    const { client } = system;
    await until('the API is on the platform', SOON_MS, async () =>
      (await client.call(listApis, { params: params(), query: { filter: 'cluster=edge' } })).items.at(0),
    );
    const body = {
      firstName: 'Ada',
      lastName: 'Crew',
      company: 'Airline',
      email: 'ada@edge.example',
      groups: ['edge-crew'],
    };
    const user = await client.call(createUser, { params: params(), body });
    const { key } = await client.call(createKey, {
      params: params(),
      body: { user: user.id, name: 'laptop' },
    });
    const host = await generatedHost('apigateway');
    const reply = await until('Traefik serves the API', SOON_MS, async () => {
      const got = await throughEdge(host, '/flights/PO101', key);
      return got.status === 200 && isOfTraefik(got) ? got : null;
    });
    expect(JSON.parse(reply.body)).toMatchObject({ url: '/PO101' });
    expect((await throughEdge(host, '/flights/PO101')).status).toBe(401);
    expect((await certificateOf(host)).subjectaltname).toContain(host.replace(/^[^.]+/, ''));
  },
  STORY_MS,
);

test(
  'a portal is served by the agent behind Traefik, an edge ingress on its verified domains alone',
  async () => {
    const portal = await generatedHost('apiportal');
    await expect
      .poll(async () => (await throughEdge(portal, '/')).body, { timeout: SOON_MS })
      .toContain('<title>Sign in · Edge</title>');
    const names = async (host: string) => (await certificateOf(host)).subjectaltname ?? '';
    await expect.poll(() => names(VERIFIED), { timeout: SOON_MS }).toContain(VERIFIED);
    expect(isOfTraefik(await throughEdge(VERIFIED, '/hello'))).toBe(true);
    expect(await names(NOT_VERIFIED)).not.toContain(NOT_VERIFIED);
    const routes = await kubectl(['get', 'ingressroutes.traefik.io', '-A', '-o', 'yaml']);
    expect(routes).toContain(VERIFIED);
    expect(routes).not.toContain(NOT_VERIFIED);
  },
  STORY_MS,
);

test(
  'hosts that Traefik does not know get the 404 of the agent, and everything is served while Traefik is away',
  async () => {
    const port = `https://127.0.0.1:${traefik.tunnelPort}`;
    await expect
      .poll(async () => (await call(port, 'nobody.edge.localhost', '/')).status, { timeout: SOON_MS })
      .toBe(404);
    await traefik.stop();
    const reply = await throughEdge(VERIFIED, '/hello');
    expect(reply.status).toBe(200);
    expect(isOfTraefik(reply)).toBe(false);
  },
  STORY_MS,
);

test(
  'what is no longer carried is taken out, its certificates too',
  async () => {
    const made = () => kubectl(['get', 'secrets', '-n', NS, '-l', 'portolan.dev/part=traefik', '-o', 'name']);
    expect(await made()).toContain('portolan-tls-');
    await kubectl(['delete', 'edgeingress', 'web', '-n', NS]);
    await kubectl(['delete', 'apigateway', 'edge']);
    await expect.poll(made, { timeout: SOON_MS }).toBe('');
  },
  STORY_MS,
);
