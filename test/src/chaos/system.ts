import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapHandover, type BootstrapHandover } from '@portolan/contract/bootstrap';
import { createClient, type Client } from '@portolan/contract/client';
import { listTunnels } from '@portolan/contract/clusters';
import { z } from 'zod';
import { until } from '../e2e/until.ts';
import { startPart, type Part } from './part.ts';
import { Path } from './path.ts';
import { startUpstream, type CountingUpstream } from './upstream.ts';
import { issueCredential } from '../chain/issue-credential.ts';

const platformReady = z.object({ url: z.url() });
const brokerReady = z.object({ edge: z.object({ http: z.url(), https: z.url() }) });

const agentReady = z.object({ gateway: z.url() });

const logLine = z.object({
  event: z.string(),
  broker: z.string().optional(),
  why: z.string().optional(),
  time: z.union([z.number(), z.string().transform((text) => Date.parse(text))]),
});
type LogLine = z.output<typeof logLine>;

export interface ChaosBroker {
  readonly id: string;
  /** Where it listens for tunnels. */
  readonly port: number;
  readonly edgeHttp: string;
  readonly edgeHttps: string;
  /** Every port on the way of agents to it. */
  readonly pathPorts: readonly number[];
  /** The way agents take to it, where trouble can be made. */
  readonly path: Path | null;
  part: Part;
}

export interface ChaosOptions {
  readonly brokers?: number;
  /** Agents reach brokers by paths that can be troubled. */
  readonly withPaths?: boolean;
  /** Where the service behind the edge listens, on loopback; a counting one of the system's, unless given. */
  readonly upstreamPort?: number;
  /** Objects that the agent serves beside that service. */
  readonly objects?: readonly object[];
}

/** A whole system of processes, whose parts may be killed, stopped and started again at the same addresses. */
export class ChaosSystem {
  readonly dir = mkdtempSync(join(tmpdir(), 'portolan-chaos-'));
  readonly brokers: ChaosBroker[] = [];
  readonly upstream: CountingUpstream;
  #platform: Part | null = null;
  #platformUrl = '';
  #agent: Part | null = null;
  #handover: BootstrapHandover | null = null;

  private constructor(upstream: CountingUpstream) {
    this.upstream = upstream;
  }

  /** Brings up a platform, brokers and one agent, and waits until all its tunnels are live. */
  static async start(
    log: (text: string) => void,
    { brokers = 3, withPaths = false, upstreamPort, objects = [] }: ChaosOptions = {},
  ): Promise<ChaosSystem> {
    const system = new ChaosSystem(await startUpstream());
    try {
      log('starting the platform');
      await system.startPlatform();
      log(`starting ${brokers} brokers and an agent`);
      for (let number = 1; number <= brokers; number += 1) await system.#addBroker(number, withPaths);
      await system.#startAgent([...serviceAt(upstreamPort ?? system.upstream.port), ...objects]);
      await system.waitForTunnels(Math.min(3, brokers), 60_000);
      return system;
    } catch (error) {
      await system.close();
      throw error;
    }
  }

  get platformUrl(): string {
    return this.#platformUrl;
  }

  get agent(): Part {
    if (!this.#agent) throw new Error('the agent does not run');
    return this.#agent;
  }

  /** Where the agent's own gateway listens. */
  get gateway(): string {
    return agentReady.parse(this.agent.ready).gateway;
  }

  get platform(): Part {
    if (!this.#platform) throw new Error('the platform does not run');
    return this.#platform;
  }

  get secretFile(): string {
    return join(this.dir, 'secret');
  }

  get client(): Client {
    return createClient({ baseUrl: this.#platformUrl, token: this.#handover?.adminToken, origin: 'cli' });
  }

  get params(): { workspace: string } {
    return { workspace: this.#handover?.workspace ?? '' };
  }

  async startPlatform(): Promise<void> {
    const port = this.#platformUrl === '' ? '0' : new URL(this.#platformUrl).port;
    const bootstrapFile = join(this.dir, 'bootstrap.json');
    this.#platform = await this.#start('platform', 'apps/platform/src/main.ts', [
      'platform',
      ...flags({
        'data-dir': join(this.dir, 'platform'),
        port,
        'broker-secret-file': this.secretFile,
        brokers: '*',
        'bootstrap-file': bootstrapFile,
      }),
    ]);
    this.#platformUrl = platformReady.parse(this.#platform.ready).url;
    this.#handover = bootstrapHandover.parse(JSON.parse(readFileSync(bootstrapFile, 'utf8')));
  }

  /** The same broker again, at the same addresses. */
  async restart(broker: ChaosBroker): Promise<void> {
    broker.part = await this.#startBroker(broker.id, {
      port: String(broker.port),
      'public-url': `ws://127.0.0.1:${broker.pathPorts[0]}`,
      'edge-http-port': new URL(broker.edgeHttp).port,
    });
  }

  /** Waits until so many tunnels are live; answers how long that took. */
  async waitForTunnels(count: number, timeoutMs: number): Promise<number> {
    const startedAt = performance.now();
    await until(`${count} live tunnels`, timeoutMs, async () => {
      const { items } = await this.client.call(listTunnels, { params: this.params, query: {} });
      return items.filter(({ state }) => state === 'live').length >= count;
    });
    return performance.now() - startedAt;
  }

  /** The host the agent's service has at the edge. */
  async host(): Promise<string> {
    const [broker] = this.brokers;
    return until('a generated domain', 30_000, async () => {
      const state = readFileSync(join(this.dir, 'agent', 'desired-state'), 'utf8');
      const host = /chaos-[a-z0-9]+\.edge\.localhost/.exec(state)?.[0];
      if (host === undefined || !broker) return undefined;
      const answer = await fetch(broker.edgeHttp, { headers: { host } }).catch(() => null);
      await answer?.body?.cancel();
      return host;
    });
  }

  /** When a part first logged that event (of that broker), from `since` on (ms since 1970); null if it has not. */
  loggedAt(part: string, event: string, since: number, broker?: string): number | null {
    const ofBroker = ({ broker: of }: LogLine) => broker === undefined || of === broker;
    return this.logged(part, event, since).find(ofBroker)?.time ?? null;
  }

  /** What a part logged of that event from `since` on (ms since 1970). */
  logged(part: string, event: string, since: number): readonly LogLine[] {
    const lines = readFileSync(join(this.dir, `${part}.log`), 'utf8').split('\n');
    return lines
      .filter((line) => line.includes(`"${event}"`))
      .flatMap((line) => logLine.safeParse(safeJson(line)).data ?? [])
      .filter((entry) => entry.event === event && entry.time >= since);
  }

  async close(): Promise<void> {
    this.upstream.close();
    await this.#agent?.end('SIGKILL');
    await Promise.all(this.brokers.map(({ part }) => part.end('SIGKILL')));
    for (const { path } of this.brokers) path?.close();
    await this.#platform?.end('SIGTERM');
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #addBroker(number: number, withPath: boolean): Promise<void> {
    const id = `broker-${number}`;
    const path = withPath ? new Path() : null;
    const port = await freePort();
    path?.leadTo(port);
    const pathPort = path ? await path.listen() : port;
    const publicUrl = `ws://127.0.0.1:${pathPort}`;
    const part = await this.#startBroker(id, { port: String(port), 'public-url': publicUrl });
    const pathPorts = [...new Set([pathPort, port])];
    const { edge } = brokerReady.parse(part.ready);
    this.brokers.push({ id, port, path, pathPorts, edgeHttp: edge.http, edgeHttps: edge.https, part });
  }

  async #startBroker(id: string, more: Record<string, string>): Promise<Part> {
    const credentialFile = join(this.dir, `${id}.credential`);
    await issueCredential(this.secretFile, id, credentialFile);
    const args = {
      id,
      region: `region-${id}`,
      'platform-url': this.#platformUrl,
      'broker-secret-file': credentialFile,
      'state-dir': join(this.dir, id),
    };
    return this.#start(id, 'apps/platform/src/main.ts', ['broker', ...flags({ ...args, ...more })]);
  }

  async #startAgent(objects: readonly object[]): Promise<void> {
    const resources = join(this.dir, 'resources');
    mkdirSync(resources, { recursive: true });
    writeFileSync(
      join(resources, 'chaos.yaml'),
      objects.map((object) => JSON.stringify(object)).join('\n---\n'),
    );
    const tokenFile = join(this.dir, 'agent-token');
    writeFileSync(tokenFile, this.#handover?.agentToken ?? '', { mode: 0o600 });
    this.#agent = await this.#start(
      'agent',
      'apps/agent/src/main.ts',
      flags({
        resources,
        'state-dir': join(this.dir, 'agent'),
        'platform-url': this.#platformUrl,
        'token-file': tokenFile,
      }),
    );
  }

  #start(name: string, script: string, args: readonly string[]): Promise<Part> {
    return startPart(script, args, join(this.dir, `${name}.log`));
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the last line may still be in the middle of being written
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

function serviceAt(port: number): object[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'chaos', namespace: 'chaos' },
      spec: { ports: [{ name: 'http', port: 80 }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 'chaos-1', namespace: 'chaos', labels: { 'kubernetes.io/service-name': 'chaos' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port, protocol: 'TCP' }],
      endpoints: [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    },
    {
      apiVersion: 'hub.traefik.io/v1alpha1',
      kind: 'EdgeIngress',
      metadata: { name: 'chaos', namespace: 'chaos' },
      spec: { service: { name: 'chaos', port: 80 } },
    },
  ];
}
