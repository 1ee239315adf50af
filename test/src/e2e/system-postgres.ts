import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const INSTALLED = '/usr/lib/postgresql';
const OLDEST = 15;

/** Where Debian's packages put the programs of the newest PostgreSQL that is new enough; undefined without one. */
export function findSystemPostgres(): string | undefined {
  const majors = existsSync(INSTALLED) ? readdirSync(INSTALLED).map(Number) : [];
  const newest = majors.filter((major) => major >= OLDEST).toSorted((a, b) => b - a)[0];
  const bin = join(INSTALLED, String(newest), 'bin');
  return newest !== undefined && existsSync(join(bin, 'initdb')) ? bin : undefined;
}

/** A server of the system's own PostgreSQL in a temporary directory, with a database whose owner is no superuser. */
export class SystemPostgres {
  readonly password = 'external-secret-4711';
  readonly #bin: string;
  readonly #dir = mkdtempSync(join(tmpdir(), 'portolan-system-postgres-'));
  readonly #ids = serverIds();
  readonly #port: string;

  private constructor(bin: string, port: string) {
    this.#bin = bin;
    this.#port = port;
  }

  static async start(bin: string): Promise<SystemPostgres> {
    const server = new SystemPostgres(bin, await freePort());
    server.#initialise();
    const settings = `-p ${server.#port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
    server.#run('pg_ctl', [
      '-w',
      '-D',
      server.#data,
      '-l',
      join(server.#dir, 'log'),
      '-o',
      settings,
      'start',
    ]);
    server.#psql('postgres', `create role owner login password '${server.password}'`);
    server.#psql('postgres', 'create database airline owner owner');
    return server;
  }

  get url(): string {
    return `postgres://owner:${this.password}@127.0.0.1:${this.#port}/airline`;
  }

  /** The address with some of its parts replaced. */
  urlWith(parts: Partial<Pick<URL, 'password' | 'pathname' | 'port' | 'hostname'>>): string {
    return Object.assign(new URL(this.url), parts).href;
  }

  /** What a query of the superuser answers, as text. */
  query(statement: string): string {
    return this.#psql('airline', statement);
  }

  stop(): void {
    this.#run('pg_ctl', ['-w', '-m', 'fast', '-D', this.#data, 'stop']);
    rmSync(this.#dir, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#dir, 'data');
  }

  #initialise(): void {
    const passwords = join(this.#dir, 'superuser');
    mkdirSync(this.#data, { mode: 0o700 });
    writeFileSync(passwords, this.password, { mode: 0o600 });
    const { uid, gid } = this.#ids;
    if (uid !== undefined && gid !== undefined)
      for (const path of [this.#dir, this.#data, passwords]) chownSync(path, uid, gid);
    const args = ['-D', this.#data, '-U', 'superuser', '-A', 'scram-sha-256', `--pwfile=${passwords}`];
    this.#run('initdb', [...args, '-E', 'UTF8', '--locale=C.UTF-8']);
  }

  #psql(database: string, statement: string): string {
    const where = ['-h', '127.0.0.1', '-p', this.#port, '-U', 'superuser', '-d', database];
    return this.#run('psql', [...where, '-At', '-v', 'ON_ERROR_STOP=1', '-c', statement]).trim();
  }

  #run(program: string, args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(join(this.#bin, program), args, {
      ...this.#ids,
      cwd: this.#dir,
      env: { ...process.env, PGPASSWORD: this.password },
      encoding: 'utf8',
      // pg_ctl leaves its server running: it must not hold the pipes this waits on.
      stdio: program === 'pg_ctl' ? 'ignore' : ['ignore', 'pipe', 'pipe'],
    });
    if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr ?? ''}`);
    return stdout ?? '';
  }
}

/** PostgreSQL refuses to run as root; its packages bring a user. */
function serverIds(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}
