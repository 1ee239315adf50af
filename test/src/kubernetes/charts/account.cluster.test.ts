import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCluster, listClusters } from '@portolan/contract/clusters';
import { createKey } from '@portolan/contract/keys';
import { createUser } from '@portolan/contract/users';
import { listKinds } from '@portolan/resources/kinds/registry';
import { listApis } from '@portolan/contract/resources';
import { call } from '../../e2e/request.ts';
import { npmStart, type Running } from '../../e2e/running.ts';
import { until } from '../../e2e/until.ts';
import { traefikCrdsFile } from '../../interop/traefik/crds-file.ts';
import { freePorts, startControlPlane, type ControlPlane } from '../../interop/kubernetes/control-plane.ts';
import { requestsOf } from './audit-log.ts';
import { readContainer } from './deployment.ts';
import { chartOf, helm, set } from './helm.ts';
import { startPod, stopPod } from './pod.ts';

const SOON_MS = 60_000;
const STORY_MS = 400_000;
const AIRLINE = fileURLToPath(new URL('../../../../examples/airline', import.meta.url));
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Rights that this story does not use, and why. */
const CREATED = 'the API server asks for it when an apply creates an object, and audits it as patch';
const UNUSED: Readonly<Record<string, string>> = {
  'create traefik.io/middlewares': CREATED,
  'create traefik.containo.us/middlewares': CREATED,
  'patch events.k8s.io/events': 'a repeated Event is counted in its series, minutes later',
};

/** Rights of features that this story does not use. Their own tests do, with an account that has exactly the rights asked for. */
const ELSEWHERE: readonly RegExp[] = [
  // platform-copies.cluster.test.ts
  /^(?:get|create|patch|delete) hub\.traefik\.io\/[a-z]+$/,
  // traefik-routes.cluster.test.ts
  /^(?:get|create|patch|delete) traefik\.io\/ingressroutes$/,
];

const labels = { 'app.kubernetes.io/part-of': 'rights' };
const backend = { service: { name: 'flights', port: { number: 80 } } };
const closed = { 'hub.traefik.io/access-control-policy': 'crew' };

/** Objects that make the agent use what it has rights for, beside those of the airline. */
const OBJECTS: readonly unknown[] = [
  {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'AccessControlPolicy',
    metadata: { name: 'crew' },
    spec: { basicAuth: { users: ['crew:$apr1$gXJ4lmlK$Xf7NSyfqhr2YrzhMqaa3g0'] } },
  },
  {
    apiVersion: 'hub.traefik.io/v1alpha1',
    kind: 'APIPortal',
    metadata: { name: 'airline' },
    spec: { apiGateway: 'airline' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'certificate', namespace: 'airline' },
    stringData: { 'tls.crt': '', 'tls.key': '' },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'traefik' },
    spec: { controller: 'traefik.io/ingress-controller' },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'closed', namespace: 'airline', annotations: closed, labels },
    spec: {
      ingressClassName: 'traefik',
      tls: [{ hosts: ['closed.example'], secretName: 'certificate' }],
      rules: [{ host: 'closed.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  },
  ...['traefik.io', 'traefik.containo.us'].map((group) => ({
    apiVersion: `${group}/v1alpha1`,
    kind: 'IngressRoute',
    metadata: { name: 'closed', namespace: 'airline', annotations: closed },
    spec: {
      routes: [{ kind: 'Rule', match: `Host(\`${group}\`)`, services: [{ name: 'flights', port: 80 }] }],
    },
  })),
];

/** Returns plain CRDs for the kinds of groups whose own are not at hand. */
function plainCrds(groups: readonly string[]): unknown[] {
  return listKinds('v2')
    .filter(({ group }) => groups.includes(group))
    .map(({ group, versions: [version], kind, plural, scope }) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${plural}.${group}`,
        annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
      },
      spec: {
        group,
        scope,
        names: { kind, plural, singular: kind.toLowerCase() },
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    }));
}

describe.skipIf(process.getuid?.() !== 0)('the agent as its chart installs it', () => {
  let directory: string;
  let cluster: ControlPlane;
  let system: Running;
  let upstream: Server;
  let pod: ChildProcess | undefined;
  let log = '';
  const auditLog = () => join(directory, 'audit.log');

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'portolan-account-'));
    await Promise.all([
      startControlPlane(join(directory), { auditLog: auditLog() }).then((one) => (cluster = one)),
      npmStart(['--data-dir', join(directory, 'system')]).then((one) => (system = one)),
    ]);
    upstream = createServer((request, response) => response.end(`real ${request.url}`)).listen(0, '0.0.0.0');
    await once(upstream, 'listening');
  }, STORY_MS);

  afterAll(async () => {
    if (pod) await stopPod(pod);
    await system?.stop();
    await cluster?.stop();
    upstream?.close();
    await rm(directory, { recursive: true, force: true });
  }, STORY_MS);

  const params = () => ({ workspace: system.ready.workspace });
  const kubectl = (...args: string[]) => cluster.kubectl(args);

  async function startAgent(): Promise<void> {
    const json = await kubectl('get', 'deployment', '-n', 'portolan', 'agent-portolan-agent', '-o', 'json');
    const container = readContainer(json, { name: 'agent-portolan-agent-0', namespace: 'portolan' });
    const token = await kubectl('create', 'token', container.account, '-n', 'portolan');
    const { port } = new URL(cluster.url);
    const secrets = await Promise.all(
      Object.entries(container.secretFiles).map(async ([path, { secret, key }]) => {
        const template = `-o=go-template={{index .data "${key}" | base64decode}}`;
        return [path, await kubectl('get', 'secret', secret, '-n', 'portolan', template)] as const;
      }),
    );
    const [http = 0, https = 0, admin = 0, portal = 0, auth = 0] = await freePorts(5);
    const moved: Readonly<Record<string, string>> = {
      '=8080': `=${http}`,
      '=8443': `=${https}`,
      '=9100': `=${admin}`,
      '=9903': `=${portal}`,
      '-port=8081': `-port=${auth}`,
    };
    pod = await startPod({
      directory: await mkdtemp(join(directory, 'pod-')),
      app: 'agent',
      // Ports of the machine instead of those of a pod's own network.
      args: container.args.map((arg) =>
        arg.replace(/(?:=(?:8080|8443|9100|9903)|-port=8081)$/, (port) => moved[port] ?? port),
      ),
      env: { ...container.env, KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: port },
      user: container.user,
      files: {
        ...Object.fromEntries(secrets),
        [`${ACCOUNT}/token`]: token.trim(),
        [`${ACCOUNT}/ca.crt`]: await readFile(cluster.caFile, 'utf8'),
        [`${ACCOUNT}/namespace`]: 'portolan',
      },
      writable: container.emptyDirs,
    });
    pod.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await until('the agent is ready', SOON_MS, async () => {
      if (pod?.exitCode !== null) throw new Error(`the agent ended: ${log}`);
      return (await fetch(`http://127.0.0.1:${admin}/readyz`)).ok;
    });
  }

  test(
    'links, serves the airline through edge, tunnel and gateway, and reports in the columns of kubectl',
    async () => {
      const { client } = system;
      const { token } = await client.call(createCluster, { params: params(), body: { name: 'kubernetes' } });
      await kubectl('create', 'namespace', 'portolan');
      await kubectl(
        'create',
        'secret',
        'generic',
        'token',
        '-n',
        'portolan',
        `--from-literal=token=${token}`,
      );
      const values = { platformUrl: system.ready.platform, token: { existingSecret: 'token' } };
      await helm(
        'helm',
        ['install', 'agent', chartOf('agent'), '-n', 'portolan', ...set(values)],
        cluster.kubeconfig,
      );
      await kubectl('wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all');
      await cluster.kubectl(['apply', '--server-side', '-f', await traefikCrdsFile()]);
      for (const crd of plainCrds(['traefik.containo.us', 'gateway.networking.k8s.io']))
        await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(crd));
      await kubectl('wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all');
      await kubectl('create', 'namespace', 'airline');
      await startAgent();
      await cluster.kubectl(['apply', '-R', '-f', AIRLINE]);
      for (const object of OBJECTS) await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(object));
      await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(endpoints(upstream)));
      await kubectl('delete', 'endpointslice', 'flights-1', '-n', 'airline');

      const find = async () =>
        (
          await client.call(listApis, { params: params(), query: { filter: 'cluster=kubernetes' } })
        ).items.find(({ name }) => name === 'flights');
      const url = await until('the API is on the platform', SOON_MS, async () => (await find())?.urls[0]);
      const body = {
        firstName: 'Ada',
        lastName: 'Crew',
        company: 'Airline',
        email: 'ada@airline.example',
        groups: ['crew'],
      };
      const user = await client.call(createUser, { params: params(), body });
      const { key } = await client.call(createKey, {
        params: params(),
        body: { user: user.id, name: 'laptop' },
      });
      const edge = system.ready.brokers[0]?.edge.http ?? '';
      const { hostname } = new URL(url);
      const response = await until('the API is served', SOON_MS, async () => {
        const reply = await call(edge, hostname, '/flights/PO101', { key });
        return reply.status === 200 ? reply : null;
      });
      expect(response.body).toBe('real /PO101');
      expect((await call(edge, hostname, '/flights/PO101')).status).toBe(401);
      await expect
        .poll(() => kubectl('get', 'apis', '-n', 'airline', 'flights'), { timeout: SOON_MS })
        .toMatch(/READY[\s\S]*flights\s+.*True/);
      const middlewares = () =>
        kubectl('get', 'middlewares.traefik.io,middlewares.traefik.containo.us', '-A', '-o', 'name');
      await expect.poll(middlewares, { timeout: SOON_MS }).toContain('crew');
      const others = OBJECTS.filter((object) => !JSON.stringify(object).includes('"AccessControlPolicy"'));
      for (const object of others)
        await cluster.kubectl(['delete', '--wait=false', '-f', '-'], JSON.stringify(object));
      await expect.poll(middlewares, { timeout: SOON_MS }).toBe('');
      const clusters = await client.call(listClusters, { params: params(), query: {} });
      expect(clusters.items.find(({ name }) => name === 'kubernetes')).toMatchObject({ state: 'connected' });
    },
    STORY_MS,
  );

  test('was refused nothing, and used every right that it has', async () => {
    const user = 'system:serviceaccount:portolan:agent-portolan-agent';
    const requests = await requestsOf(auditLog(), user);
    expect(requests.filter(({ code }) => code === 403)).toEqual([]);
    const used = new Set(
      // A watch of a streamed list replaces a list, which servers without one and the audit of the watches use.
      requests.flatMap(({ right }) => [right, right.replace(/^watch /, 'list ')]),
    );
    const granted = (await grantedRights()).filter(
      (right) => !(right in UNUSED) && !ELSEWHERE.some((pattern) => pattern.test(right)),
    );
    expect(granted.filter((right) => !used.has(right))).toEqual([]);
  });

  /** Returns what the roles of the release allow, as `VERB GROUP/RESOURCE`. */
  async function grantedRights(): Promise<string[]> {
    const template =
      '-o=go-template={{range .items}}{{range .rules}}{{$rule := .}}{{range .apiGroups}}{{$group := .}}{{range $rule.resources}}{{$resource := .}}{{range $rule.verbs}}{{.}} {{$group}}/{{$resource}}{{"\\n"}}{{end}}{{end}}{{end}}{{end}}{{end}}';
    const selector =
      '-l=app.kubernetes.io/instance=agent,!rbac.authorization.k8s.io/aggregate-to-view,!rbac.authorization.k8s.io/aggregate-to-edit';
    const text = await kubectl('get', 'clusterroles,roles', '-A', selector, template);
    return [...new Set(text.split('\n').filter((line) => line !== ''))];
  }
});

/** Endpoints on an address of this machine that is not a loopback one, as Pods have. */
function endpoints(server: Server): unknown {
  const address = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  const { port } = server.address() as AddressInfo;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'flights-real',
      namespace: 'airline',
      labels: { 'kubernetes.io/service-name': 'flights' },
    },
    addressType: 'IPv4',
    ports: [{ name: 'http', port }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  };
}
