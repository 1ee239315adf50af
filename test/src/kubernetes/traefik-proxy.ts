import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { goBinary } from '../interop/go-binary.ts';
import { endProcess, freePorts, startProcess } from '../interop/kubernetes/control-plane.ts';
import { traefikCrdsFile } from '../interop/traefik/crds-file.ts';
import { kubectl } from './cluster.ts';

/** The real Traefik Proxy as the ingress controller of the cluster under test. */
export interface TraefikProxy {
  readonly port: number;
  /** Port of the entry point for connections that come through tunnels. */
  readonly tunnelPort: number;
  stop(): Promise<void>;
}

interface Administrator {
  readonly clusters: readonly [{ cluster: { server: string; 'certificate-authority-data': string } }];
  readonly users: readonly [{ user: { token: string } }];
}

/** Installs Traefik's CRDs. */
export async function installTraefikCrds(): Promise<void> {
  await kubectl(['apply', '--server-side', '-f', '-'], await readFile(await traefikCrdsFile(), 'utf8'));
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all']);
}

/** Starts Traefik Proxy on the cluster under test; needs its CRDs. */
export async function startTraefikProxy(): Promise<TraefikProxy> {
  const directory = await mkdtemp(join(tmpdir(), 'portolan-traefik-'));
  const config = await kubectl(['config', 'view', '--raw', '--flatten', '-o', 'json']);
  const { clusters, users } = JSON.parse(config) as Administrator;
  const { server, 'certificate-authority-data': authority } = clusters[0].cluster;
  const caFile = join(directory, 'ca.crt');
  await writeFile(caFile, Buffer.from(authority, 'base64'));
  const [port = 0, tunnelPort = 0] = await freePorts(2);
  const args = [
    `--entryPoints.web.address=127.0.0.1:${port}`,
    `--entryPoints.traefikhub-tunl.address=127.0.0.1:${tunnelPort}`,
    ...['kubernetescrd', 'kubernetesingress'].flatMap((provider) => [
      `--providers.${provider}.endpoint=${server}`,
      `--providers.${provider}.token=${users[0].user.token}`,
      `--providers.${provider}.certauthfilepath=${caFile}`,
      `--providers.${provider}.throttleDuration=100ms`,
      `--providers.${provider}.allowExternalNameServices=true`,
    ]),
    '--global.checkNewVersion=false',
    '--global.sendAnonymousUsage=false',
    '--log.level=ERROR',
  ];
  const child = await startProcess(await goBinary('traefik'), args, join(directory, 'traefik.log'));
  return {
    port,
    tunnelPort,
    async stop() {
      await endProcess(child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Sends a request for a host to a port of this machine. */
export async function send(
  port: number,
  host: string,
  options: { path?: string; headers?: Record<string, string>; method?: string } = {},
): Promise<Reply> {
  const { path = '/', headers = {}, method = 'GET' } = options;
  const req = request({ host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false });
  const failed = once(req, 'error').then(([error]) => Promise.reject(error as Error));
  const answered = once(req, 'response') as Promise<[IncomingMessage]>;
  req.end();
  const [response] = await Promise.race([answered, failed]);
  failed.catch(() => undefined);
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** Starts an upstream on this machine that responds with the request it got, and returns its port. */
export async function startEcho(): Promise<{ port: number; close: () => void }> {
  const echo: RequestListener = (req, res) => {
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify({ method: req.method, url: req.url, headers: req.headers }));
  };
  const server = createServer(echo).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Returns a Service that leads to a port of this machine. */
export function localService(namespace: string, name: string, port: number): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { type: 'ExternalName', externalName: '127.0.0.1', ports: [{ name: 'http', port }] },
  };
}
