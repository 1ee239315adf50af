import { bootstrapHandover, type BootstrapHandover } from '@portolan/contract/bootstrap';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPart, type Part } from '../chain/part.ts';
import { call } from '../e2e/request.ts';
import { until } from '../e2e/until.ts';
import { issueCredential } from '../chain/issue-credential.ts';

interface BrokerReady {
  readonly url: string;
  readonly edge: { readonly http: string; readonly https: string };
  readonly metrics: string;
}

export interface EdgeSystemOptions {
  /** Where the service behind the edge listens, on loopback. */
  readonly upstreamPort: number;
  readonly brokerFlags?: Readonly<Record<string, string>>;
  readonly agentFlags?: Readonly<Record<string, string>>;
}

/** A platform, one broker and one agent as processes, with one service that has a host of its own at the edge. */
export interface EdgeSystem {
  readonly platform: Part<{ url: string }>;
  readonly broker: Part<BrokerReady>;
  readonly agent: Part<unknown>;
  /** The host of the service. */
  readonly host: string;
  readonly agentMetrics: string;
  readonly handover: BootstrapHandover;
  /** How the agent names the cluster it serves. */
  clusterUid(): string;
  /** Where it keeps its credential. */
  credentialFile(): string;
  close(): Promise<void>;
}

/** Starts all parts and waits until the edge serves the service. */
export async function startEdgeSystem(options: EdgeSystemOptions): Promise<EdgeSystem> {
  const dir = await mkdtemp(join(tmpdir(), 'portolan-edge-'));
  const started: Part<unknown>[] = [];
  const close = async () => {
    for (const part of started.toReversed()) await part.end('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  };
  const start = async <Ready>(...args: Parameters<typeof startPart>) => {
    const part = await startPart<Ready>(...args);
    started.push(part);
    return part;
  };
  try {
    const platformFlags = ['platform', '--data-dir', join(dir, 'platform'), '--port', '0', '--brokers', 'b1'];
    const platform = await startPart<{ url: string }>('platform/src/main.ts', platformFlags);
    // Its database must be let down gently.
    started.push({ ...platform, end: () => platform.end('SIGTERM') });
    await issueCredential(join(dir, 'platform/broker.secret'), 'b1', join(dir, 'b1.credential'));
    const broker = await start<BrokerReady>('platform/src/main.ts', [
      'broker',
      ...flags({
        id: 'b1',
        region: 'r1',
        'metrics-port': '0',
        'platform-url': platform.ready.url,
        'broker-secret-file': join(dir, 'b1.credential'),
        ...options.brokerFlags,
      }),
    ]);
    const handover = bootstrapHandover.parse(
      JSON.parse(readFileSync(join(dir, 'platform/bootstrap.json'), 'utf8')),
    );
    await mkdir(join(dir, 'resources'));
    await writeFile(join(dir, 'resources/service.yaml'), manifests(options.upstreamPort));
    await writeFile(join(dir, 'agent-token'), handover.agentToken);
    const adminPort = await freePort();
    const agent = await start(
      'agent/src/main.ts',
      flags({
        resources: join(dir, 'resources'),
        'state-dir': join(dir, 'agent'),
        'platform-url': platform.ready.url,
        'token-file': join(dir, 'agent-token'),
        'admin-port': String(adminPort),
        ...options.agentFlags,
      }),
    );
    const host = await until('the host of the service', 30_000, async () => hostIn(join(dir, 'agent')));
    await until('the edge to serve', 30_000, async () => isServed(broker.ready.edge.http, host));
    return {
      platform,
      broker,
      agent,
      host,
      handover,
      close,
      agentMetrics: `http://127.0.0.1:${adminPort}/metrics`,
      clusterUid: () => clusterUidIn(join(dir, 'agent')),
      credentialFile: () => join(dir, 'agent/credential.json'),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Listens on a free port of loopback. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** One figure of a Prometheus page; its labels are given as they are written there. */
export async function figure(url: string, name: string): Promise<number> {
  const page = await (await fetch(url)).text();
  const line = page.split('\n').find((text) => text.startsWith(`${name} `));
  return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
}

function hostIn(stateDir: string): string | undefined {
  return /service-[a-z0-9]+\.edge\.localhost/.exec(
    readFileSync(join(stateDir, 'desired-state'), 'utf8'),
  )?.[0];
}

function clusterUidIn(stateDir: string): string {
  const uid = /"uid":"([^"]+)"/.exec(readFileSync(join(stateDir, 'cluster-uid'), 'utf8'))?.[1];
  if (uid === undefined) throw new Error('the agent keeps no identity');
  return uid;
}

async function isServed(edge: string, host: string): Promise<boolean> {
  return (await call(edge, host, '/')).status === 200;
}

function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

function manifests(port: number): string {
  const kinds = [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'service', namespace: 'edge' },
      spec: { type: 'ExternalName', externalName: '127.0.0.1', ports: [{ port }] },
    },
    {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind: 'EdgeIngress',
      metadata: { name: 'service', namespace: 'edge' },
      spec: { service: { name: 'service', port } },
    },
  ];
  return kinds.map((object) => JSON.stringify(object)).join('\n---\n');
}
