import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapHandover, type BootstrapHandover } from '@portolan/contract/bootstrap';
import { createClient, type Client } from '@portolan/contract/client';
import { listApis } from '@portolan/contract/resources';
import { z } from 'zod';
import { call } from '../e2e/request.ts';
import { until } from '../e2e/until.ts';
import { durableApi, portOf, startUpstream } from './durable-api.ts';
import { MortalPart } from './mortal-part.ts';
import { issueCredential } from '../chain/issue-credential.ts';

const platformReady = z.object({ url: z.url() });
const brokerReady = z.object({ url: z.string() });
const agentReady = z.object({ gateway: z.url() });
const CLOCK = new URL('shifted-clock.ts', import.meta.url).href;

export interface WorldOptions {
  readonly objects?: readonly object[];
  readonly logLevel?: string;
}

/** A platform, a broker and an agent that serves one API, each of which starts again at its old address. */
export class World {
  readonly dir = mkdtempSync(join(tmpdir(), 'portolan-durability-'));
  readonly platform: MortalPart;
  readonly broker: MortalPart;
  readonly agent: MortalPart;
  readonly #upstream: Server;
  #platformUrl = '';
  #brokerPort = '0';
  #gateway = '';
  #host = '';
  #handover: BootstrapHandover | null = null;

  private constructor(upstream: Server, logLevel: string) {
    this.#upstream = upstream;
    this.platform = new MortalPart({
      script: 'apps/platform/src/main.ts',
      role: 'platform',
      logFile: join(this.dir, 'platform.log'),
      args: {
        'data-dir': join(this.dir, 'platform'),
        'broker-secret-file': this.#secretFile,
        brokers: 'broker-1',
        'bootstrap-file': join(this.dir, 'bootstrap.json'),
        'log-level': logLevel,
      },
    });
    this.broker = new MortalPart({
      script: 'apps/platform/src/main.ts',
      role: 'broker',
      logFile: join(this.dir, 'broker.log'),
      args: {
        id: 'broker-1',
        region: 'region-1',
        'broker-secret-file': this.#credentialFile,
        'log-level': logLevel,
      },
    });
    this.agent = new MortalPart({
      script: 'apps/agent/src/main.ts',
      logFile: join(this.dir, 'agent.log'),
      preload: [CLOCK],
      args: {
        resources: join(this.dir, 'resources'),
        'state-dir': this.agentState,
        'token-file': join(this.dir, 'agent-token'),
        tunnels: '1',
        'log-level': logLevel,
      },
    });
  }

  /** Brings everything up, with more `objects` beside the API's own, and waits until the API is served. */
  static async start({ objects = [], logLevel = 'info' }: WorldOptions = {}): Promise<World> {
    const world = new World(await startUpstream(), logLevel);
    try {
      mkdirSync(join(world.dir, 'resources'));
      const all = [...durableApi(portOf(world.#upstream)), ...objects];
      writeFileSync(
        join(world.dir, 'resources', 'api.yaml'),
        all.map((object) => JSON.stringify(object)).join('\n---\n'),
      );
      await world.startPlatform();
      await Promise.all([world.startBroker(), world.startAgent()]);
      await until('the API has a host', 30_000, () => world.#findHost());
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  get #secretFile(): string {
    return join(this.dir, 'secret');
  }

  get #credentialFile(): string {
    return join(this.dir, 'broker-1.credential');
  }

  get agentState(): string {
    return join(this.dir, 'agent');
  }

  get client(): Client {
    return createClient({ baseUrl: this.#platformUrl, token: this.#handover?.adminToken, origin: 'cli' });
  }

  get params(): { workspace: string } {
    return { workspace: this.#handover?.workspace ?? '' };
  }

  async startPlatform(): Promise<void> {
    const port = this.#platformUrl === '' ? '0' : new URL(this.#platformUrl).port;
    this.#platformUrl = platformReady.parse(await this.platform.start({ args: { port } })).url;
    this.#handover = bootstrapHandover.parse(
      JSON.parse(readFileSync(join(this.dir, 'bootstrap.json'), 'utf8')),
    );
  }

  async startBroker(): Promise<void> {
    await issueCredential(this.#secretFile, 'broker-1', this.#credentialFile);
    const args = { 'platform-url': this.#platformUrl, port: this.#brokerPort };
    const { url } = brokerReady.parse(await this.broker.start({ args }));
    this.#brokerPort = new URL(url).port;
  }

  async startAgent(env: Readonly<Record<string, string>> = {}): Promise<void> {
    writeFileSync(join(this.dir, 'agent-token'), this.#handover?.agentToken ?? '', { mode: 0o600 });
    const port = this.#gateway === '' ? '0' : new URL(this.#gateway).port;
    const args = { 'platform-url': this.#platformUrl, 'gateway-port': port };
    this.#gateway = agentReady.parse(await this.agent.start({ args, env })).gateway;
  }

  /** Starts again what does not run. */
  async revive(): Promise<void> {
    if (!this.platform.isRunning) await this.startPlatform();
    if (!this.broker.isRunning) await this.startBroker();
    if (!this.agent.isRunning) await this.startAgent();
  }

  /** Process id of the platform's PostgreSQL. */
  get postgresPid(): number {
    const file = join(this.dir, 'platform', 'postgres', 'postmaster.pid');
    return Number.parseInt(readFileSync(file, 'utf8'), 10);
  }

  get platformUrl(): string {
    return this.#platformUrl;
  }

  /** Status of a request to the API at the gateway. */
  async request(key: string, path = '/durable/r/1'): Promise<number> {
    return (await call(this.#gateway, this.#host, path, { key })).status;
  }

  async close(): Promise<void> {
    await Promise.all([this.agent.end('SIGKILL'), this.broker.end('SIGKILL')]);
    await this.platform.end('SIGTERM');
    this.#upstream.closeAllConnections();
    this.#upstream.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #findHost(): Promise<boolean> {
    const { items } = await this.client.call(listApis, { params: this.params, query: {} });
    const url = items[0]?.urls[0];
    if (url === undefined) return false;
    this.#host = new URL(url).hostname;
    return true;
  }
}
