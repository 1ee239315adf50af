import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch } from 'undici';
import { goBinary, goModuleFolder } from '../interop/go-binary.ts';
import { until } from '../e2e/until.ts';

const MODULE = 'github.com/letsencrypt/pebble/v2';

export interface PebbleOptions {
  /** Where validators look for answers. */
  readonly httpPort: number;
  readonly tlsPort: number;
  /** Address of the DNS server that validators ask. */
  readonly dns: string;
  /** Parts of the configuration file. */
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
}

/** Pebble, the ACME server of Let's Encrypt for tests: strict, with bad nonces and validators that take their time. */
export class Pebble {
  readonly directory: string;
  /** PEM file of the authority that signed the certificate of the server itself. */
  readonly caFile: string;
  readonly #child: ChildProcess;
  readonly #dir: string;
  readonly #management: string;
  readonly #agent = new Agent({ connect: { rejectUnauthorized: false } });
  #log = '';

  private constructor(
    child: ChildProcess,
    dir: string,
    ports: { acme: number; management: number },
    caFile: string,
  ) {
    this.#child = child;
    this.#dir = dir;
    this.caFile = caFile;
    this.directory = `https://localhost:${ports.acme}/dir`;
    this.#management = `https://localhost:${ports.management}`;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text) => (this.#log += String(text)));
  }

  static async start({ httpPort, tlsPort, dns, config = {}, env = {} }: PebbleOptions): Promise<Pebble> {
    const [program, folder] = [await goBinary('pebble'), await goModuleFolder('pebble', MODULE)];
    const dir = mkdtempSync(join(tmpdir(), 'portolan-pebble-'));
    const ports = { acme: await freePort(), management: await freePort() };
    const file = join(dir, 'config.json');
    const pebble = {
      listenAddress: `127.0.0.1:${ports.acme}`,
      managementListenAddress: `127.0.0.1:${ports.management}`,
      certificate: join(folder, 'test/certs/localhost/cert.pem'),
      privateKey: join(folder, 'test/certs/localhost/key.pem'),
      httpPort,
      tlsPort,
      domainBlocklist: ['blocked.portolan-test.com'],
      retryAfter: { authz: 1, order: 1 },
      keyAlgorithm: 'ecdsa',
      profiles: {
        default: { description: 'ninety days', validityPeriod: 90 * 86_400 },
        shortlived: { description: 'six days', validityPeriod: 160 * 3600 },
      },
      ...config,
    };
    writeFileSync(file, JSON.stringify({ pebble }));
    const child = spawn(program, ['-config', file, '-strict', '-dnsserver', dns], {
      env: { ...process.env, PEBBLE_WFE_NONCEREJECT: '20', PEBBLE_VA_SLEEPTIME: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new Pebble(child, dir, ports, join(folder, 'test/certs/pebble.minica.pem'));
    await until('pebble to listen', 20_000, async () => (await started.#get(started.directory)) !== '').catch(
      (error: unknown) => {
        started.stop();
        throw new Error(started.#log, { cause: error });
      },
    );
    return started;
  }

  get log(): string {
    return this.#log;
  }

  /** Returns the root that signs its certificates, in PEM. */
  root(number = 0): Promise<string> {
    return this.#get(`${this.#management}/roots/${number}`);
  }

  intermediate(number = 0): Promise<string> {
    return this.#get(`${this.#management}/intermediates/${number}`);
  }

  /** Sends a request to the management interface. */
  async manage(path: string, body: object): Promise<number> {
    const response = await fetch(`${this.#management}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      dispatcher: this.#agent,
    });
    return response.status;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #get(url: string): Promise<string> {
    return (await fetch(url, { dispatcher: this.#agent })).text();
  }
}

/** A DNS server whose records tests set; every name without records leads to loopback. */
export class TestDns {
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #management: string;

  private constructor(child: ChildProcess, port: number, management: number) {
    this.#child = child;
    this.address = `127.0.0.1:${port}`;
    this.#management = `http://127.0.0.1:${management}`;
  }

  static async start(): Promise<TestDns> {
    const program = await goBinary('pebble-challtestsrv');
    const [port, management] = [await freePort(), await freePort()];
    const child = spawn(
      program,
      [
        `-dnsserver=127.0.0.1:${port}`,
        `-management=127.0.0.1:${management}`,
        '-http01=',
        '-https01=',
        '-tlsalpn01=',
        '-doh=',
        '-defaultIPv6=',
      ],
      { stdio: 'ignore' },
    );
    const dns = new TestDns(child, port, management);
    await until('the DNS server', 10_000, async () => (await dns.#post('/clear-request-history', {})) < 500);
    return dns;
  }

  async setText(name: string, value: string): Promise<void> {
    await this.#post('/set-txt', { host: `${name}.`, value });
  }

  async setAlias(name: string, target: string): Promise<void> {
    await this.#post('/set-cname', { host: `${name}.`, target: `${target}.` });
  }

  async setCaa(name: string, value: string): Promise<void> {
    await this.#post('/add-caa', { host: `${name}.`, policies: [{ tag: 'issue', value }] });
  }

  async clearCaa(name: string): Promise<void> {
    await this.#post('/clear-caa', { host: `${name}.` });
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  async #post(path: string, body: object): Promise<number> {
    return (await fetch(`${this.#management}${path}`, { method: 'POST', body: JSON.stringify(body) })).status;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
