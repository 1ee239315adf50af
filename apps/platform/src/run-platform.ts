import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Socket } from 'node:net';
import { classifyAddress, networkOf } from '@portolan/contract/address-class';
import { setSafeHeaders } from './http/safe-headers.ts';
import { getRequestListener } from '@hono/node-server';
import type { Duplex } from 'node:stream';
import type { RouteDefinition } from '@portolan/contract/route';
import type { Logger } from 'pino';
import { AgentSockets } from './auth/agents.ts';
import { bootstrap } from './bootstrap.ts';
import { CAPABILITIES } from './capabilities.ts';
import type { Config } from './config.ts';
import { lockDataDirectory } from './data-directory-lock.ts';
import { openDatabase } from './db/database.ts';
import { migrateDatabase } from './db/migrate.ts';
import { openChangeFeed } from './db/change-feed.ts';
import { createApp } from './http/app.ts';
import { startJob } from './jobs.ts';
import { Outbound } from './http/outbound.ts';
import { createMailer } from './mailer.ts';
import type { Platform } from './platform.ts';
import { openPostgres } from './postgres/connection.ts';
import { Closers } from '@portolan/process/closers';
import { StartupError } from '@portolan/process/startup-error';
import { VERSION } from '@portolan/process/version';
import { CompiledClusters } from './resources/compiled-clusters.ts';
import { openKeyRing } from './secrets/key-ring.ts';
import { Sealer } from './secrets/seal.ts';
import { requireSealingKeys } from './secrets/shared-secret.ts';
import { readOrCreateSecret } from '@portolan/process/atomic-file';

/** Timeouts for request headers and whole requests, in milliseconds. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2_000 };
/** Limits for connections in total and per client; loopback clients are exempt because they may be proxies. */
const CONNECTIONS_MAX = 10_000;
const CONNECTIONS_PER_CLIENT_MAX = 500;

export interface RunningPlatform {
  readonly url: string;
  readonly platform: Platform;
  readonly routes: readonly RouteDefinition[];
  close(): Promise<void>;
}

interface RunOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Called when the platform has permanently lost a service that it depends on. */
  readonly onLost: (error: Error) => void;
}

/** Starts the platform: database, schema, initial account, routes and jobs. @throws StartupError. */
export async function runPlatform({ config, log, onLost }: RunOptions): Promise<RunningPlatform> {
  const closers = new Closers();
  const close = () => closers.close((error) => log.error({ event: 'stop.failed', error: String(error) }));
  try {
    closers.add(await lockDataDirectory(config.dataDir));
    const brokerSecret = await readOrCreateSecret(config.brokerSecretFile);
    const postgres = await openPostgres(config.databaseUrl, { dataDir: config.dataDir, log, onLost });
    closers.add(() => postgres.stop());
    await migrateDatabase(postgres.url);
    const db = openDatabase(postgres.url, log);
    closers.add(() => db.$client.end());
    await bootstrap(db, config);
    const changes = await openChangeFeed(postgres.url, db, log);
    closers.add(() => changes.close());
    const sealer = new Sealer(await openKeyRing(config.sealKeyFile));
    await requireSealingKeys({ db, sealer });
    const outbound = new Outbound(config.reach);
    closers.add(() => outbound.close());
    const mailer = createMailer(config, log);
    closers.add(() => mailer?.close());
    const agentSockets = new AgentSockets(db);
    const compiledClusters = new CompiledClusters();
    const platform: Platform = {
      config,
      log,
      db,
      changes,
      sealer,
      outbound,
      mailer,
      brokerSecret,
      agentSockets,
      compiledClusters,
    };
    const capabilities = CAPABILITIES.map((create) => create(platform));
    for (const capability of capabilities) closers.add(() => capability.close?.());
    const api = createApp(platform, capabilities, VERSION);
    const listener = getRequestListener(api.app.fetch, { overrideGlobalObjects: false });
    const server = createServer(TIMEOUTS, (request, response) => {
      setSafeHeaders(response);
      return listener(request, response);
    });
    const endConnections = trackConnections(server);
    for (const capability of capabilities) capability.start?.(server);
    for (const job of capabilities.flatMap(({ jobs = [] }) => jobs)) closers.add(startJob(job, log));
    const url = await listen(server, config);
    closers.add(async () => {
      const closed = once(server, 'close');
      server.close();
      endConnections();
      await closed;
    });
    return { url, platform, routes: api.routes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(server: Server, { host, port }: Config): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new StartupError(
      `Cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`,
      'Choose another port with --port (0 selects a free port), or stop the program that uses it.',
      { cause: error },
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

function isLoopback(address: string): boolean {
  return classifyAddress(address) === 'loopback';
}

/**
 * Tracks all connections, including upgraded and injected ones, which `closeAllConnections` does not. Returns a function that
 * closes them.
 */
function trackConnections(server: Server): () => void {
  const open = new Set<Duplex>();
  const counts = new Map<string, number>();
  server.maxConnections = CONNECTIONS_MAX;
  server.on('connection', (socket: Duplex) => {
    open.add(socket);
    const address = socket instanceof Socket ? socket.remoteAddress : undefined;
    const client = address === undefined || isLoopback(address) ? null : networkOf(address);
    const count = client === null ? 0 : (counts.get(client) ?? 0) + 1;
    if (client !== null) counts.set(client, count);
    socket.once('close', () => {
      open.delete(socket);
      if (client === null) return;
      const left = (counts.get(client) ?? 1) - 1;
      if (left === 0) counts.delete(client);
      else counts.set(client, left);
    });
    if (count > CONNECTIONS_PER_CLIENT_MAX) socket.destroy();
  });
  return () => {
    for (const socket of open) socket.destroy();
  };
}
