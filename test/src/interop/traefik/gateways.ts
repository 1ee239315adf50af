import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { startPart } from '../../chain/part.ts';
import { until } from '../../e2e/until.ts';
import { goBinary } from '../go-binary.ts';
import { traefikCrdsFile } from './crds-file.ts';
import { endProcess, freePorts, startControlPlane, startProcess } from '../kubernetes/control-plane.ts';

const LOADED_MS = 60_000;
/** Clients from here may set X-Forwarded-* fields. */
const TRUSTED = '127.0.0.2/32';
const READY_HOST = 'ready.test';

/** One route for each of Traefik's two providers: a provider serves its first snapshot as a whole. */
const READY: readonly KubernetesObject[] = [
  {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: { name: 'ready', namespace: 'default' },
    spec: {
      routes: [
        {
          kind: 'Rule',
          match: `Host(\`${READY_HOST}\`)`,
          services: [{ kind: 'TraefikService', name: 'noop@internal' }],
        },
      ],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'absent', namespace: 'default' },
    spec: { ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'ready', namespace: 'default' },
    spec: {
      rules: [
        {
          host: `ingress.${READY_HOST}`,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'absent', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  },
];

/** A gateway that serves manifests. */
export interface RunningGateway {
  readonly http: number;
  readonly https: number;
  stop(): Promise<void>;
}

/** Starts Traefik Proxy on an API server of its own that holds the objects. */
export async function startTraefik(
  objects: readonly KubernetesObject[],
  directory: string,
): Promise<RunningGateway> {
  const binary = await goBinary('traefik');
  const crds = await traefikCrdsFile();
  const controlPlane = await startControlPlane(join(directory, 'control-plane'));
  try {
    const { kubectl } = controlPlane;
    await until(
      'the default namespace',
      LOADED_MS,
      async () => await kubectl(['get', 'namespace', 'default']),
    );
    await kubectl(['apply', '--server-side', '-f', '-'], await readFile(crds, 'utf8'));
    await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
    await kubectl(['apply', '--server-side', '-f', '-'], manifestsOf([...objects, ...READY]));
    const [http = 0, https = 0] = await freePorts(2);
    const args = [
      `--entryPoints.web.address=127.0.0.1:${http}`,
      `--entryPoints.websecure.address=127.0.0.1:${https}`,
      `--entryPoints.web.forwardedHeaders.trustedIPs=${TRUSTED}`,
      `--entryPoints.websecure.forwardedHeaders.trustedIPs=${TRUSTED}`,
      ...['kubernetescrd', 'kubernetesingress'].flatMap((provider) => [
        `--providers.${provider}.endpoint=${controlPlane.url}`,
        `--providers.${provider}.token=${controlPlane.token}`,
        `--providers.${provider}.certauthfilepath=${controlPlane.caFile}`,
        // As its Helm chart: a Service without endpoints is answered 503.
        `--providers.${provider}.allowEmptyServices=true`,
        `--providers.${provider}.allowExternalNameServices=true`,
      ]),
      // As its Helm chart too: what is served on websecure is served with TLS.
      '--entryPoints.websecure.http.tls=true',
      '--global.checkNewVersion=false',
      '--global.sendAnonymousUsage=false',
      '--log.level=ERROR',
    ];
    const traefik = await startProcess(binary, args, join(directory, 'traefik.log'));
    const stop = async (): Promise<void> => {
      await endProcess(traefik);
      await controlPlane.stop();
    };
    try {
      for (const host of [READY_HOST, `ingress.${READY_HOST}`])
        await until('Traefik', LOADED_MS, async () => (await statusOf(http, host)) !== 404);
    } catch (error) {
      await endProcess(traefik);
      throw error;
    }
    return { http, https, stop };
  } catch (error) {
    await controlPlane.stop();
    throw error;
  }
}

/** Starts the agent on a directory that holds the objects. */
export async function startAgent(
  objects: readonly KubernetesObject[],
  directory: string,
): Promise<RunningGateway> {
  const resources = join(directory, 'resources');
  await mkdir(resources, { recursive: true });
  await writeFile(join(resources, 'manifests.yaml'), manifestsOf(objects));
  const [https = 0] = await freePorts(1);
  const agent = await startPart<{ gateway: string }>('agent/src/main.ts', [
    `--resources=${resources}`,
    `--state-dir=${join(directory, 'state')}`,
    `--gateway-tls-port=${https}`,
    `--trusted-proxies=${TRUSTED}`,
    '--log-level=warn',
  ]);
  const stop = async (): Promise<void> => {
    await agent.end();
    await writeFile(join(directory, 'agent.log'), agent.log());
  };
  return { http: Number(new URL(agent.ready.gateway).port), https, stop };
}

function manifestsOf(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('');
}

async function statusOf(port: number, host: string): Promise<number | undefined> {
  const req = request({ host: '127.0.0.1', port, headers: { host }, agent: false }).end();
  const [response] = (await once(req, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
