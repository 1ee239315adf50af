import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashApiKey } from '@portolan/process/api-key-hash';
import { freePorts } from '../interop/kubernetes/control-plane.ts';
import { createAccount, getObject, startAgent, type AgentProcess } from './agent-process.ts';
import { apply, installCrds, kubectl, namespace } from './cluster.ts';
import {
  installTraefikCrds,
  localService,
  send,
  startEcho,
  startTraefikProxy,
  type TraefikProxy,
} from './traefik-proxy.ts';

const NS = 'access-shop';
const POLICY = 'hub.traefik.io/access-control-policy';
const KEY = 'key-of-the-crew';
let account: Awaited<ReturnType<typeof createAccount>>;
let agent: AgentProcess;
let traefik: TraefikProxy;
let echo: Awaited<ReturnType<typeof startEcho>>;

const traefikClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'access-traefik' },
  spec: { controller: 'traefik.io/ingress-controller' },
};
const policy = (forwardHeaders: Record<string, string>) => ({
  apiVersion: 'hub.traefik.io/v1alpha1',
  kind: 'AccessControlPolicy',
  metadata: { name: 'access-crew' },
  spec: {
    apiKey: {
      keySource: { header: 'X-Key' },
      keys: [{ id: 'k', value: hashApiKey(KEY), metadata: { group: 'crew', team: 'blue' } }],
      forwardHeaders,
    },
  },
});
const ingress = (name: string, annotations: Record<string, string> = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace: NS, annotations },
  spec: {
    ingressClassName: 'access-traefik',
    rules: [
      {
        host: `${name}.test`,
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'echo', port: { number: echo.port } } },
            },
          ],
        },
      },
    ],
  },
});
const ingressRoute = (name: string, annotations: Record<string, string> = {}) => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name, namespace: NS, annotations },
  spec: {
    entryPoints: ['web'],
    routes: [
      {
        kind: 'Rule',
        match: `Host(\`${name}.test\`)`,
        services: [{ name: 'echo', port: echo.port }],
      },
    ],
  },
});
const status = async (name: string, key?: string) =>
  (await send(traefik.port, `${name}.test`, key === undefined ? {} : { headers: { 'X-Key': key } })).status;
const sent = async (name: string) =>
  (
    JSON.parse((await send(traefik.port, `${name}.test`, { headers: { 'X-Key': KEY } })).body) as {
      headers: Record<string, string>;
    }
  ).headers;

beforeAll(async () => {
  await installCrds();
  await installTraefikCrds();
  echo = await startEcho();
  await apply(
    namespace(NS),
    traefikClass,
    localService(NS, 'echo', echo.port),
    policy({ 'X-Group': 'group' }),
  );
  account = await createAccount('access-agent');
  traefik = await startTraefikProxy();
  const [port = 0] = await freePorts(1);
  agent = await startAgent(account.kubeconfig, [
    `--auth-port=${port}`,
    `--auth-url=http://127.0.0.1:${port}`,
  ]);
});
afterAll(async () => {
  await agent?.stop();
  await traefik?.stop();
  await account?.remove();
  echo?.close();
});

test.each([
  ['an Ingress', 'guarded-ingress', ingress],
  ['an IngressRoute', 'guarded-route', ingressRoute],
])(
  'Traefik lets a request to %s pass that its policy allows, and follows the policy',
  async (_, name, make) => {
    await apply(make(name, { [POLICY]: 'access-crew' }));
    await expect.poll(() => status(name)).toBe(401);
    expect(await status(name, 'wrong')).toBe(401);
    expect(await status(name, KEY)).toBe(200);
    expect(await sent(name)).toMatchObject({ 'x-group': 'crew' });
    expect(await sent(name)).not.toHaveProperty('x-key');

    await apply(policy({ 'X-Group': 'group', 'X-Team': 'team' }));
    await expect.poll(() => sent(name)).toMatchObject({ 'x-team': 'blue' });
    await apply(policy({ 'X-Group': 'group' }));

    await kubectl([
      'annotate',
      make === ingress ? 'ingress' : 'ingressroute.traefik.io',
      name,
      '-n',
      NS,
      `${POLICY}-`,
    ]);
    await expect.poll(() => status(name)).toBe(200);
    const object = await getObject(make === ingress ? 'ingress' : 'ingressroute.traefik.io', name, '-n', NS);
    expect(
      JSON.stringify((object as { metadata: { annotations?: object } }).metadata.annotations ?? {}),
    ).not.toContain('zz-');
  },
);

test('a policy that does not exist closes the route, and its creation opens it to those it allows', async () => {
  await apply(ingressRoute('closed', { [POLICY]: 'access-missing' }));
  await expect.poll(() => getObject('middleware.traefik.io', 'zz-access-missing', '-n', NS)).not.toBeNull();
  await expect.poll(() => status('closed', KEY)).toBe(404);
  await apply({ ...policy({}), metadata: { name: 'access-missing' } });
  await expect.poll(() => status('closed', KEY)).toBe(200);
  expect(await status('closed')).toBe(401);
  await kubectl(['delete', 'accesscontrolpolicy', 'access-missing']);
  await expect.poll(() => status('closed', KEY)).toBe(404);
});

test('the Middleware goes with the last route that needs it', async () => {
  await apply(ingressRoute('short', { [POLICY]: 'access-short' }));
  await expect.poll(() => getObject('middleware.traefik.io', 'zz-access-short', '-n', NS)).not.toBeNull();
  await kubectl(['delete', 'ingressroute.traefik.io', 'short', '-n', NS]);
  await expect.poll(() => getObject('middleware.traefik.io', 'zz-access-short', '-n', NS)).toBeNull();
});

test('an annotation that another manager owns is left alone, and a problem names it', async () => {
  const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';
  await apply(ingress('owned', { [POLICY]: 'access-crew', [middlewares]: `${NS}-mine@kubernetescrd` }));
  await expect
    .poll(() => JSON.stringify(agent.logs()))
    .toMatch(/the field is managed by \\"kubectl\\".*not enforced/);
  const kept = (await getObject('ingress', 'owned', '-n', NS)) as {
    metadata: { annotations: Record<string, string> };
  };
  expect(kept.metadata.annotations[middlewares]).toBe(`${NS}-mine@kubernetescrd`);
});
