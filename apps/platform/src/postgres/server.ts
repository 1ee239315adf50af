import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { StartupError } from '@portolan/process/startup-error';
import { findBinaries, type Binaries } from './binaries.ts';
import { openDataDirectory, serverPath, SUPERUSER, type DataDirectory } from './data-directory.ts';
import { endOrphan } from './orphan.ts';
import { findServerUser, type ServerUser } from './server-user.ts';

const READY_MS = 60_000;
const RESTARTS_MAX = 5;
const RESTARTS_WINDOW_MS = 60_000;

/**
 * Shell script that runs the server (`"$@"`) until its standard input ends, then stops it (SIGINT: fast shutdown). The kernel
 * closes the pipe however the platform ends, kill -9 included, so that no server is left running.
 */
const WATCHED = `exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
( while read -r _; do :; done <&3; kill -INT $server ) &
watcher=$!
exec 3<&-
wait $server; status=$?
kill $watcher 2>/dev/null
exit $status`;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '64MB',
  maintenance_work_mem: '32MB',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_worker_processes: '4',
  jit: 'off',
} as const;

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: Logger;
  /** Overrides of the settings; `fsync: 'off'` is for tests only. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called when the server ended and could not be restarted. */
  readonly onLost?: (error: Error) => void;
}

/** A running embedded server; `url` is for its superuser and the database `postgres`. */
export interface EmbeddedPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the embedded server in `<dataDir>/postgres` and restarts it when it ends. @throws StartupError. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const user = findServerUser();
  const binaries = await findBinaries(user);
  const directory = await openDataDirectory(options.dataDir, binaries, user);
  await endOrphan(directory.path, options.log);
  const launch: Launch = { options, user, binaries, directory, port: await freePort() };
  const state = { stopping: false, child: await start(launch) };
  const supervision = supervise(launch, state);
  return {
    url: urlOf(launch),
    async stop() {
      state.stopping = true;
      state.child.stdin?.end();
      await supervision;
    },
  };
}

interface Launch {
  readonly options: EmbeddedOptions;
  readonly user: ServerUser;
  readonly binaries: Binaries;
  readonly directory: DataDirectory;
  readonly port: number;
}

async function supervise(launch: Launch, state: { stopping: boolean; child: ChildProcess }): Promise<void> {
  let restarts: number[] = [];
  for (;;) {
    if (state.child.exitCode === null && state.child.signalCode === null) await once(state.child, 'exit');
    if (state.stopping) return;
    restarts = [...restarts.filter((at) => at > Date.now() - RESTARTS_WINDOW_MS), Date.now()];
    launch.options.log.warn(
      { event: 'postgres.died', restarts: restarts.length },
      'PostgreSQL exited; restarting it',
    );
    try {
      if (restarts.length > RESTARTS_MAX)
        throw new Error(`PostgreSQL exited ${RESTARTS_MAX} times within a minute.`);
      await endOrphan(launch.directory.path, launch.options.log);
      state.child = await start(launch);
      if (state.stopping) state.child.stdin?.end();
    } catch (error) {
      launch.options.onLost?.(error instanceof Error ? error : new Error(String(error)));
      return;
    }
  }
}

async function start(launch: Launch): Promise<ChildProcess> {
  const { options, user, binaries, directory, port } = launch;
  const logFile = join(options.dataDir, 'postgres.log');
  const log = openSync(logFile, 'w', 0o600);
  const settings = { ...SETTINGS, ...options.settings, port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [binaries.postgres, '-D', serverPath(directory.path, user), ...flags];
  const child = spawn('sh', ['-c', WATCHED, 'portolan-postgres', ...command], {
    ...user.ids,
    cwd: directory.path,
    // A separate session, so that Ctrl-C in a terminal reaches the platform only, which then stops the server.
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  child.stdin?.on('error', () => undefined);
  if (await isReady(child, urlOf(launch))) return child;
  child.stdin?.end();
  const tail = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-3).join(' | ');
  throw new StartupError(
    `Failed to start the database in ${directory.path}: ${tail || 'no output'}`,
    `See ${logFile}.`,
  );
}

async function isReady(child: ChildProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + READY_MS;
  const ended = once(child, 'exit');
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      await Promise.race([delay(30), ended]);
    }
  }
  return false;
}

function urlOf({ directory, port }: Launch): string {
  return `postgres://${SUPERUSER}:${encodeURIComponent(directory.password)}@127.0.0.1:${port}/postgres`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port assigned');
  return address.port;
}
