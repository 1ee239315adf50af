import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LookupFunction } from 'node:net';
import { connect } from 'node:tls';
import { Agent, fetch, type Response } from 'undici';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bootstrapHandover, type BootstrapHandover } from '@portolan/contract/bootstrap';
import { getCertificate, retryCertificate, type CertificateDetail } from '@portolan/contract/certificates';
import { createClient, type Client } from '@portolan/contract/client';
import { checkDomain, getDomain } from '@portolan/contract/domains';
import { issueCredential } from '../chain/issue-credential.ts';
import { startPart, type Part } from '../chain/part.ts';
import { until } from '../e2e/until.ts';
import { listen } from '../edge/system.ts';
import { RecursiveResolver, type Upstreams } from './recursive-resolver.ts';
import { freePort, Pebble, TestDns, type PebbleOptions } from './pebble.ts';

const SEAL_AND_SECRET = ['seal.key', 'broker.secret', 'bootstrap.json'] as const;

export interface AcmeWorldOptions {
  readonly pebble?: Pick<PebbleOptions, 'config' | 'env'>;
  /** Flags of the platform beside those for the authority. */
  readonly platformFlags?: Readonly<Record<string, string>>;
  /** Objects that the agent serves beside the custom domain's own. */
  readonly objects?: readonly object[];
  /** Environment of the platform. */
  readonly env?: Readonly<Record<string, string>>;
  readonly brokers?: number;
  /** Zone that brokers answer DNS-01 challenges in. */
  readonly challengeZone?: string;
}

interface BrokerReady {
  readonly dns: number | null;
  readonly edge: { readonly http: string; readonly https: string };
}

/** Pebble, a DNS server, a platform with brokers, and an agent that serves custom domains. */
export class AcmeWorld {
  readonly dir = mkdtempSync(join(tmpdir(), 'portolan-acme-'));
  readonly dns: TestDns;
  readonly pebble: Pebble;
  readonly resolver: RecursiveResolver;
  readonly #upstreams: Upstreams;
  readonly #options: AcmeWorldOptions;
  readonly #upstream: Server;
  readonly #started: Part<unknown>[] = [];
  readonly #httpPort: number;
  readonly #tlsPort: number;
  platform: Part<{ url: string }> | null = null;
  agent: Part<unknown> | null = null;
  #platformPort = '0';
  #replicas = 0;
  #handover: BootstrapHandover | null = null;

  private constructor(
    options: AcmeWorldOptions,
    parts: {
      dns: TestDns;
      resolver: RecursiveResolver;
      upstreams: Upstreams;
      pebble: Pebble;
      upstream: Server;
      httpPort: number;
      tlsPort: number;
    },
  ) {
    this.#options = options;
    this.dns = parts.dns;
    this.resolver = parts.resolver;
    this.#upstreams = parts.upstreams;
    this.pebble = parts.pebble;
    this.#upstream = parts.upstream;
    this.#httpPort = parts.httpPort;
    this.#tlsPort = parts.tlsPort;
  }

  /** Starts everything, with an agent that serves these domains. */
  static async start(domains: readonly string[], options: AcmeWorldOptions = {}): Promise<AcmeWorld> {
    const [httpPort, tlsPort] = [await freePort(), await freePort()];
    const dns = await TestDns.start();
    const upstreams = {
      zone: options.challengeZone ?? 'acme.invalid',
      zonePort: null,
      otherPort: Number(dns.address.split(':')[1]),
    };
    const resolver = await RecursiveResolver.start(upstreams);
    const pebble = await Pebble.start({ ...options.pebble, httpPort, tlsPort, dns: resolver.address });
    const upstream = createServer((_request, response) => response.end('upstream'));
    const world = new AcmeWorld(options, { dns, resolver, upstreams, pebble, upstream, httpPort, tlsPort });
    try {
      await world.startPlatform();
      for (let number = 1; number <= (options.brokers ?? 2); number += 1) await world.#startBroker(number);
      await world.startAgent(domains);
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  get client(): Client {
    const baseUrl = this.platform?.ready.url ?? '';
    return createClient({ baseUrl, token: this.#handover?.adminToken, origin: 'cli' });
  }

  get params(): { workspace: string } {
    return { workspace: this.#handover?.workspace ?? '' };
  }

  get tlsPort(): number {
    return this.#tlsPort;
  }

  get httpPort(): number {
    return this.#httpPort;
  }

  get handover(): BootstrapHandover {
    if (this.#handover === null) throw new Error('the platform has not started');
    return this.#handover;
  }

  async startPlatform(): Promise<void> {
    const platform = await this.#startPlatform(this.#platformPort, 'platform');
    this.platform = platform;
    this.#platformPort = new URL(platform.ready.url).port;
    this.#handover = bootstrapHandover.parse(
      JSON.parse(readFileSync(join(this.dir, 'bootstrap.json'), 'utf8')),
    );
  }

  /** Starts another platform on the same database, which has to be an external one. */
  startReplica(): Promise<Part<{ url: string }>> {
    this.#replicas += 1;
    return this.#startPlatform('0', `replica-${this.#replicas}`);
  }

  async #startPlatform(port: string, directory: string): Promise<Part<{ url: string }>> {
    const [sealKey, secret, bootstrap] = SEAL_AND_SECRET.map((name) => join(this.dir, name));
    const platform = await startPart<{ url: string }>(
      'platform/src/main.ts',
      [
        'platform',
        ...flags({
          'data-dir': join(this.dir, directory),
          port,
          brokers: '*',
          'seal-key-file': sealKey ?? '',
          'broker-secret-file': secret ?? '',
          'bootstrap-file': bootstrap ?? '',
          'dns-servers': this.resolver.address,
          ...this.#challengeFlags(),
          'acme-directory': this.pebble.directory,
          'acme-ca-file': this.pebble.caFile,
          'acme-email': 'operator@portolan-test.com',
          ...this.#options.platformFlags,
        }),
      ],
      this.#options.env,
    );
    this.#started.push({ ...platform, end: () => platform.end('SIGTERM') });
    return platform;
  }

  #challengeFlags(): Record<string, string> {
    const zone = this.#options.challengeZone;
    if (zone === undefined) return {};
    const file = join(this.dir, 'acme-dns.json');
    writeFileSync(file, JSON.stringify({ provider: 'broker', zone, nameservers: ['ns1.portolan-test.com'] }));
    return { 'acme-dns-file': file };
  }

  /** Replaces the account key while the platform runs. */
  async rotateAccountKey(): Promise<string> {
    const file = (name: string) => join(this.dir, name);
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL('../../../apps/platform/src/main.ts', import.meta.url)),
      'acme',
      'rotate-key',
      ...flags({
        'data-dir': file('platform'),
        'seal-key-file': file('seal.key'),
        'acme-directory': this.pebble.directory,
        'acme-ca-file': this.pebble.caFile,
      }),
    ]);
    return stdout;
  }

  async #startBroker(number: number): Promise<void> {
    const id = `b${number}`;
    const credential = join(this.dir, `${id}.credential`);
    await issueCredential(join(this.dir, 'broker.secret'), id, credential);
    const isFirst = number === 1;
    const broker = await startPart<BrokerReady>('platform/src/main.ts', [
      'broker',
      ...flags({
        id,
        region: 'r1',
        'platform-url': this.platform?.ready.url ?? '',
        'broker-secret-file': credential,
        // Validators know one port of each kind.
        ...(isFirst
          ? {
              'dns-port': '0',
              'edge-http-port': String(this.#httpPort),
              'edge-https-port': String(this.#tlsPort),
            }
          : {}),
      }),
    ]);
    this.#started.push(broker);
    if (isFirst) this.#upstreams.zonePort = broker.ready.dns;
  }

  async startAgent(domains: readonly string[]): Promise<void> {
    const resources = join(this.dir, 'resources');
    mkdirSync(resources, { recursive: true });
    const port = this.#upstream.listening ? this.#upstreamPort : await listen(this.#upstream);
    this.#upstreamPort = port;
    const objects = [...serviceWith(domains, port), ...(this.#options.objects ?? [])];
    writeFileSync(
      join(resources, 'service.yaml'),
      objects.map((object) => JSON.stringify(object)).join('\n---\n'),
    );
    writeFileSync(join(this.dir, 'agent-token'), this.handover.agentToken);
    this.agent = await startPart(
      'agent/src/main.ts',
      flags({
        resources,
        'state-dir': join(this.dir, 'agent'),
        'platform-url': this.platform?.ready.url ?? '',
        'token-file': join(this.dir, 'agent-token'),
      }),
    );
    this.#started.push(this.agent);
  }

  #upstreamPort = 0;

  /** Publishes the records that prove a domain and lead it to the platform, and waits until it is served. */
  async proveDomain(
    host: string,
    { leadsTo, delegates = true }: { readonly leadsTo?: string; readonly delegates?: boolean } = {},
  ): Promise<void> {
    const params = { ...this.params, domain: host };
    const found = await until(`the claim of ${host}`, 30_000, () => this.client.call(getDomain, { params }));
    for (const { type, name, value, purpose } of found.records) {
      if (purpose === 'challenge' && !delegates) continue;
      const target = purpose === 'traffic' ? (leadsTo ?? value) : value;
      await (type === 'TXT' ? this.dns.setText(name, value) : this.dns.setAlias(name, target));
    }
    await until(`the proof of ${host}`, 20_000, async () => {
      const { isServed } = await this.client.call(checkDomain, { params }).catch(async () => {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return this.client.call(getDomain, { params });
      });
      return isServed;
    });
  }

  certificate(host: string): Promise<CertificateDetail> {
    return this.client.call(getCertificate, { params: { ...this.params, certificate: host } });
  }

  retry(host: string): Promise<CertificateDetail> {
    return this.client.call(retryCertificate, { params: { ...this.params, certificate: host } });
  }

  /** Waits until a certificate is as wanted. */
  async untilCertificate(
    host: string,
    what: string,
    isIt: (certificate: CertificateDetail) => boolean,
    timeoutMs = 40_000,
  ): Promise<CertificateDetail> {
    let last: CertificateDetail | null = null;
    return until(`${host}: ${what}`, timeoutMs, async () => {
      last = await this.certificate(host);
      return isIt(last) ? last : null;
    }).catch((error: unknown) => {
      throw new Error(
        `${host}: ${what}: ${JSON.stringify(last)}\n${this.agent?.log()}\n${this.platform?.log()}`,
        { cause: error },
      );
    });
  }

  /** Returns the certificate that the edge serves for a host, in PEM. */
  async servedCertificate(host: string): Promise<string> {
    const socket = connect({
      host: '127.0.0.1',
      port: this.#tlsPort,
      servername: host,
      rejectUnauthorized: false,
    });
    try {
      await once(socket, 'secureConnect', { signal: AbortSignal.timeout(5_000) });
      return String(socket.getPeerX509Certificate());
    } finally {
      socket.destroy();
    }
  }

  /** Returns the serial number that the edge serves for a host to clients that trust pebble's root alone; null when they refuse it. */
  async servedSerial(host: string, root = 0): Promise<string | null> {
    const socket = connect({
      host: '127.0.0.1',
      port: this.#tlsPort,
      servername: host,
      ca: await this.pebble.root(root),
    });
    try {
      await once(socket, 'secureConnect', { signal: AbortSignal.timeout(5_000) });
      return socket.getPeerCertificate().serialNumber.toLowerCase();
    } catch {
      return null;
    } finally {
      socket.destroy();
    }
  }

  /** Requests `/` of a host through the edge, as a client that trusts pebble's root alone. */
  async fetch(host: string): Promise<Response> {
    const lookup: LookupFunction = (_host, _options, done) =>
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    const dispatcher = new Agent({ connect: { ca: await this.pebble.root(), lookup } });
    return fetch(`https://${host}:${this.#tlsPort}/`, { dispatcher });
  }

  async close(): Promise<void> {
    for (const part of this.#started.toReversed()) await part.end('SIGKILL');
    this.pebble.stop();
    this.resolver.stop();
    this.dns.stop();
    this.#upstream.close();
    this.#upstream.closeAllConnections();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

function serviceWith(customDomains: readonly string[], port: number): object[] {
  return [
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
      spec: { service: { name: 'service', port }, customDomains: [...customDomains] },
    },
  ];
}
