import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { DirectoryMessage } from '@portolan/contract/broker-link';
import { guardListener } from '@portolan/process/guard-listener';
import { limitServer } from '@portolan/process/server-limits';
import type { Logger } from 'pino';
import { VERSION } from '@portolan/process/version';
import { createAgentRelay } from './agent-relay.ts';
import { Authenticator } from './authenticator.ts';
import type { BrokerConfig } from './config.ts';
import { Directory } from './directory.ts';
import { DnsServer } from './dns/dns-server.ts';
import { drainBroker } from './drain.ts';
import { EDGE_LIMITS } from './edge/edge-limits.ts';
import type { Edge } from './edge/edge.ts';
import { createHttpEdge } from './edge/http-edge.ts';
import { createTlsEdge } from './edge/tls-edge.ts';
import { listen, portError } from './listen.ts';
import { LoadMeter } from './load-meter.ts';
import { BrokerSnapshot } from './snapshot.ts';
import { createMetrics, type BrokerMetrics } from './metrics.ts';
import { acceptPeer } from './peer/server.ts';
import { createPlatformClient } from './platform-client.ts';
import { PlatformLink } from './platform-link.ts';
import { Router } from './router.ts';
import { SessionTable } from './sessions.ts';
import { TunnelServer } from './tunnel-server.ts';
import { printTunnels } from './tunnel-metrics.ts';
import { refuseUpgrade } from './upgrades.ts';

/** An agent sees its tunnel end and dials the next one; there is no hurry that would make a herd of it. */
const REGISTER_WAIT_MS = 10_000;
/** A broker with a snapshot of its directory serves without the platform. */
const REGISTER_WAIT_REMEMBERING_MS = 500;

/** Public connections that peers relay to this broker come by its tunnel port. */
const PEERS_CONNECTIONS_MAX = 20_000;
const METRICS_LIMITS = { connectionsMax: 200, connectionsPerAddressMax: 50 };

export interface RunningBroker {
  readonly id: string;
  readonly region: string;
  /** Where agents and peers reach it. */
  readonly url: string;
  readonly edge: { readonly http: string; readonly https: string };
  /** URL of its metrics; null if it has no port for them. */
  readonly metrics: string | null;
  /** Port at which it answers DNS queries; null if it does not. */
  readonly dns: number | null;
  /** Lets everything finish, for `drainMs` at most; aborting the signal ends the wait. */
  drain(signal: AbortSignal): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** Starts a broker: tunnels in, public connections down them, requests of agents on to the platform. */
export async function startBroker(config: BrokerConfig, log: Logger): Promise<RunningBroker> {
  const broker = new Broker(config, log);
  try {
    return await broker.start();
  } catch (error) {
    await broker.close();
    throw error;
  }
}

class Broker {
  readonly #config: BrokerConfig;
  readonly #log: Logger;
  readonly #directory = new Directory();
  readonly #load = new LoadMeter();
  readonly #sessions: SessionTable;
  readonly #authenticator: Authenticator;
  readonly #link: PlatformLink;
  readonly #router: Router;
  readonly #metrics: BrokerMetrics;
  readonly #tunnelServer: TunnelServer;
  readonly #server: Server;
  readonly #edges: { readonly http: Edge; readonly tls: Edge };
  readonly #metricsServer: Server | null;
  readonly #dns: DnsServer | null;
  readonly #memory: BrokerSnapshot | null;
  #isDraining = false;

  constructor(config: BrokerConfig, log: Logger) {
    this.#config = config;
    this.#log = log;
    const isDraining = () => this.#isDraining;
    const client = createPlatformClient(config.platformUrl, config.credential);
    this.#sessions = new SessionTable(() => this.#link.changed());
    this.#authenticator = new Authenticator(client, config.id, () => this.#memory?.changed());
    const know = () => ({ directory: this.#directory.snapshot(), agents: this.#authenticator.list() });
    this.#memory = config.stateDir === undefined ? null : new BrokerSnapshot(config.stateDir, know, log);
    this.#link = new PlatformLink(
      client,
      {
        message: (message) => this.#onMessage(message),
        refused: () => this.#forgetAll(),
        close: (sessions) => {
          for (const { tunnelId, credentialId } of sessions) this.#end('tunnelId', tunnelId, credentialId);
        },
        challengeTokens: () => this.#directory.challengeTokens,
        report: () => ({
          draining: this.#isDraining,
          connections: this.#connections,
          load: this.#load.read(this.#sessions.size / config.sessionsMax),
          sessions: this.#sessions.report(),
        }),
      },
      log,
    );
    const { credential, peerCa, streamsPerSessionMax } = config;
    const sessions = this.#sessions;
    this.#router = new Router({
      sessions,
      directory: this.#directory,
      peerCa,
      streamsPerSessionMax,
      isDraining,
    });
    this.#metrics = createMetrics(sessions, {
      connections: () => this.#connections,
      isDraining,
      isConnected: () => this.#link.state === 'connected',
      onEdgeFailure: (error) => log.error({ event: 'edge.connection-failed', err: error }),
    });
    this.#tunnelServer = new TunnelServer({
      ...config,
      sessions,
      needsCertificate: config.tls?.clientCa !== undefined,
      authenticator: this.#authenticator,
      relay: createAgentRelay(config.platformUrl, credential),
      log,
      isDraining,
      onRefused: (status) => this.#metrics.tunnelRefused(status),
    });
    const { connectionsMax } = config;
    const limits = {
      ...EDGE_LIMITS,
      connectionsMax,
      connectionsPerAddressMax: config.connectionsPerAddressMax ?? Math.ceil(connectionsMax / 4),
      connectionsPerClusterMax: config.connectionsPerClusterMax ?? Math.ceil(connectionsMax / 2),
    };
    this.#edges = {
      http: createHttpEdge({
        router: this.#router,
        limits,
        events: this.#metrics.edge('http'),
        httpsPort: new URL(config.edgePublicHttps ?? 'https://edge').port,
      }),
      tls: createTlsEdge({ router: this.#router, limits, events: this.#metrics.edge('tls') }),
    };
    this.#server = this.#createServer();
    this.#metricsServer = config.metricsPort === undefined ? null : this.#createMetricsServer();
    const onDnsFailure = (error: unknown) => log.warn({ event: 'dns.failed', error: String(error) });
    const { host, dnsPort } = config;
    this.#dns = dnsPort === undefined ? null : new DnsServer({ host, port: dnsPort }, onDnsFailure);
  }

  async start(): Promise<RunningBroker> {
    const { host, port, edgeHttpPort, edgeHttpsPort, metricsPort, id, region, tls } = this.#config;
    const { reusePort } = this.#config;
    const hasMemory = await this.#remember();
    const tunnels = await listen(this.#server, { host, port }, 'port');
    const http = await listen(
      this.#edges.http.server,
      { host, port: edgeHttpPort, reusePort },
      'edge-http-port',
    );
    const https = await listen(
      this.#edges.tls.server,
      { host, port: edgeHttpsPort, reusePort },
      'edge-https-port',
    );
    const figures =
      this.#metricsServer &&
      (await listen(this.#metricsServer, { host, port: metricsPort ?? 0 }, 'metrics-port'));
    const dns = await this.#listenForDns();
    const url = this.#config.publicUrl ?? `${tls ? 'wss' : 'ws'}://${tunnels}`;
    const edge = {
      http: this.#config.edgePublicHttp ?? `http://${http}`,
      https: this.#config.edgePublicHttps ?? `https://${https}`,
    };
    const { capacity } = this.#config;
    this.#link.start({ id, region, url, edge, capacity, version: VERSION, pid: process.pid });
    const waitMs = hasMemory ? REGISTER_WAIT_REMEMBERING_MS : REGISTER_WAIT_MS;
    await Promise.race([this.#link.settled, delay(waitMs, undefined, { ref: false })]);
    return {
      id,
      region,
      url,
      edge,
      metrics: figures === null ? null : `http://${figures}/metrics`,
      dns,
      drain: (signal) => this.#drain(signal),
      close: () => this.close(),
    };
  }

  async #listenForDns(): Promise<number | null> {
    const { host, dnsPort } = this.#config;
    if (this.#dns === null) return null;
    return this.#dns.listen().catch((error: unknown) => {
      throw portError('dns-port', { host, port: dnsPort ?? 0 }, error);
    });
  }

  async close(): Promise<void> {
    this.#dns?.close();
    this.#edges.http.close();
    this.#edges.tls.close();
    for (const { session } of this.#sessions) session.destroy();
    await this.#link.close();
    for (const server of [this.#server, this.#metricsServer]) {
      server?.close();
      server?.closeAllConnections();
    }
    await this.#memory?.close();
  }

  /** Takes up what it knew before it stopped, until the platform says what holds now. */
  async #remember(): Promise<boolean> {
    const remembered = await this.#memory?.load();
    if (!remembered) return false;
    this.#directory.restore(remembered.directory);
    this.#authenticator.restore(remembered.agents);
    this.#log.info({
      event: 'broker.remembers',
      hosts: remembered.directory.hosts.length,
      agents: remembered.agents.length,
    });
    return true;
  }

  get #connections(): number {
    return this.#edges.http.connections + this.#edges.tls.connections;
  }

  async #drain(signal: AbortSignal): Promise<void> {
    this.#isDraining = true;
    this.#log.info({
      event: 'broker.draining',
      tunnels: this.#sessions.size,
      connections: this.#connections,
    });
    const { drainMs } = this.#config;
    const report = () => this.#link.reportNow();
    await drainBroker(
      { edges: this.#edges, sessions: this.#sessions, report },
      AbortSignal.any([signal, AbortSignal.timeout(drainMs)]),
    );
    await this.close();
  }

  #onMessage(message: DirectoryMessage): void {
    switch (message.type) {
      case 'revoked':
        this.#authenticator.forget(message.credentialId);
        this.#end('credentialId', message.credentialId);
        break;
      case 'move':
        for (const { tunnelId, session } of this.#sessions) {
          if (tunnelId === message.tunnelId) void session.close('The platform moves this tunnel.');
        }
        break;
      case 'end':
        this.#endAsAsked(message);
        break;
      case 'idle':
        break;
      default:
        this.#directory.apply(message);
        this.#dns?.serve(this.#directory.dns);
        this.#memory?.changed();
    }
  }

  /** Ends what a broker that is not approved must not serve. */
  #forgetAll(): void {
    this.#directory.apply({ type: 'snapshot', hosts: [], peers: [], accepts: [] });
    this.#dns?.serve(null);
    this.#authenticator.forgetAll();
    for (const { session } of this.#sessions)
      session.destroy(new Error('The platform does not approve this broker.'));
  }

  /** An administrator asked for the end of one session. */
  #endAsAsked({ tunnelId, since, how }: Extract<DirectoryMessage, { type: 'end' }>): void {
    const entry = this.#sessions.find(tunnelId, since);
    if (!entry) return;
    const { session } = entry;
    if (how === 'reconnect') session.renew();
    else session.destroy(new Error('An administrator closed this connection.'));
  }

  /** Ends sessions that are no longer good; what they carry ends with them. */
  #end(by: 'tunnelId' | 'credentialId', id: string, credentialId = id): void {
    for (const { tunnelId, identity, session } of this.#sessions) {
      const isMeant = identity.credentialId === credentialId && (by === 'credentialId' || tunnelId === id);
      if (isMeant)
        session.destroy(new Error('The token or the assignment of this tunnel is no longer valid.'));
    }
  }

  #createServer(): Server {
    const answer = (_request: IncomingMessage, response: ServerResponse) => {
      const isLive = !this.#isDraining;
      response.writeHead(isLive ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: isLive ? 'ok' : 'draining', platform: this.#link.state }));
    };
    const { tls } = this.#config;
    const server = tls
      ? createHttpsServer(
          {
            cert: tls.cert,
            key: tls.key,
            // Agents are refused by the tunnel server, with a reason; peers come with a credential instead.
            ...(tls.clientCa === undefined
              ? {}
              : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: false }),
          },
          answer,
        )
      : createHttpServer(answer);
    const { sessionsMax, tunnelConnectionsPerAddressMax } = this.#config;
    limitServer(server, {
      connectionsMax: 2 * sessionsMax + PEERS_CONNECTIONS_MAX,
      connectionsPerAddressMax: tunnelConnectionsPerAddressMax,
    });
    server.on(
      'upgrade',
      guardListener(
        (request, socket, head) => this.#upgrade(request, socket, head),
        (error, _request, socket) => {
          this.#log.error({ event: 'broker.upgrade-failed', error: String(error) });
          socket.destroy();
        },
      ),
    );
    return server;
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => undefined);
    const [, kind, id] = /^\/(tunnel|peer)\/([A-Za-z0-9._~-]{1,128})$/.exec(request.url ?? '') ?? [];
    if (kind === 'tunnel' && id !== undefined) await this.#tunnelServer.upgrade(request, socket, head, id);
    else if (kind === 'peer' && id !== undefined) {
      await acceptPeer(request, socket, {
        clusterId: id,
        head,
        router: this.#router,
        credential: this.#config.credential,
        accepts: (id) => this.#directory.accepts(id),
      });
    } else
      refuseUpgrade(socket, 404, {
        code: 'not-found',
        message: 'There is nothing here; tunnels are at /tunnel/{id}.',
      });
  }

  #createMetricsServer(): Server {
    const server = createHttpServer((request, response) => {
      if (request.url !== '/metrics') return void response.writeHead(404).end();
      void this.#metrics.registry.metrics().then((text) => {
        response.writeHead(200, { 'content-type': this.#metrics.registry.contentType });
        response.end(text + printTunnels(this.#sessions.newest));
      });
    });
    limitServer(server, METRICS_LIMITS);
    return server;
  }
}
