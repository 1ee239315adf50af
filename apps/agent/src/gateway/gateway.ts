import { isIPv6, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ApiKeyRecord } from '@portolan/contract/desired-state';
import type { Router } from '@portolan/resources/decide/router';
import type { RedisSettings } from '@portolan/resources/model/redis-settings';
import type { Grant, Model } from '@portolan/resources/model/model';
import { Authenticators } from './auth/authenticator.ts';
import { KeyStore, type KnownKey } from './auth/key-store.ts';
import type { Identity } from '@portolan/resources/model/request';
import type { Exchange } from './exchange/exchange.ts';
import { finishedExchange } from './exchange/finished-exchange.ts';
import type { Reply } from './http/reply.ts';
import { AddressSet } from './http/addresses.ts';
import { AuxiliaryClient } from './http/auxiliary-client.ts';
import { Limiter, type LimiterStatus } from './limits/limiter.ts';
import type { MemoryPlanCounters, PlanTake } from './limits/plan-counters.ts';
import { planLeft } from './limits/plan-requests.ts';
import { RedisStores } from './limits/redis-stores.ts';
import { DEFAULT_LIMITS } from './http/limits.ts';
import type { GatewayOptions, ListenAddress } from './options.ts';
import { HealthChecks } from './upstreams/health-checks.ts';
import { Upstreams } from './upstreams/upstreams.ts';
import { RoutingTable } from './routing-table.ts';
import type { GatewayRuntime } from './runtime.ts';
import { Servers } from './servers.ts';
import { TlsChallenges, type ChallengeCertificate } from './tls/tls-challenges.ts';
import { SharedStages } from './shared-stages.ts';
import { AuthService } from './subrequest/auth-service.ts';

export interface ListeningAddresses {
  readonly http?: ListenAddress;
  readonly https?: ListenAddress;
  readonly portal?: ListenAddress;
  readonly auth?: ListenAddress;
}

export interface KeyPatch {
  readonly upsert: readonly ApiKeyRecord[];
  readonly remove: readonly string[];
}

const NOTHING: Model = {
  routes: [],
  services: new Map(),
  certificates: new Map(),
  tlsOptions: new Map(),
  apiAuth: { kind: 'apiKey', source: {} },
  applicationKeys: new Map(),
  catalogue: new Map(),
  problems: [],
};

/** The data plane: serves its current model on listeners and on connections that come through tunnels. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #keys = new KeyStore();
  readonly #runtime: GatewayRuntime;
  readonly #servers: Servers;
  /** The listener of portals alone, for an ingress controller in front of them. */
  readonly #portalServers: Servers;
  /** For proxies that ask whether a request may pass. */
  readonly #auth: AuthService;
  readonly #health: HealthChecks;
  #table: RoutingTable;
  #portalTable: RoutingTable;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const auxiliary = new AuxiliaryClient();
    const findOperation = options.findOperation ?? (() => null);
    this.#runtime = {
      limits,
      logger: options.logger,
      onDone: (exchange, status) => options.metrics.record(finishedExchange(exchange, status, findOperation)),
      upstreams: new Upstreams(limits, (error) =>
        options.logger.error({ event: 'gateway.fault', err: error }, 'closing idle connections failed'),
      ),
      authenticators: new Authenticators(
        this.#keys,
        { auxiliary, logger: options.logger },
        options.ownCredentials ?? null,
      ),
      portals: options.portals ?? null,
      tracing: options.tracing ?? { mode: 'accept', sampleRatio: null },
      limiter: new Limiter(options.redis, options.logger),
      stores: new RedisStores(options.logger),
      shared: new SharedStages(),
      auxiliary,
      isDraining: false,
      challenges: new TlsChallenges(),
    };
    this.#table = new RoutingTable(NOTHING, this.#runtime, null);
    this.#portalTable = new RoutingTable(NOTHING, this.#runtime, null);
    this.#health = new HealthChecks(options.logger);
    const trusted = new AddressSet(options.trustedProxies ?? []);
    this.#servers = new Servers(this.#runtime, () => this.#table, trusted);
    this.#portalServers = new Servers(this.#runtime, () => this.#portalTable, trusted);
    this.#auth = new AuthService(this.#runtime, () => this.#table, options.findPolicy ?? (() => null));
  }

  /** Opens the listeners; port 0 takes a free one. @throws Error naming the address that cannot be used and why. */
  async start(): Promise<ListeningAddresses> {
    const { http, https, portal, auth } = this.#options.listen;
    const addresses: { -readonly [Name in keyof ListeningAddresses]: ListenAddress } = {};
    if (http !== undefined) addresses.http = toListenAddress(await this.#servers.listenHttp(http));
    if (https !== undefined) addresses.https = toListenAddress(await this.#servers.listenHttps(https));
    if (portal !== undefined)
      addresses.portal = toListenAddress(await this.#portalServers.listenHttp(portal));
    if (auth !== undefined) addresses.auth = toListenAddress(await this.#auth.listen(auth));
    return addresses;
  }

  /** Replaces the model, from the next request on; requests under way finish with the one they began with. */
  swap(model: Model): void {
    this.#keys.setApplications(model.applicationKeys);
    const table = new RoutingTable(model, this.#runtime, this.#table);
    this.#table = table;
    if (this.#options.listen.portal !== undefined) {
      const routes = model.routes.filter(({ target }) => target.kind === 'portal');
      this.#portalTable = new RoutingTable({ ...model, routes }, this.#runtime, this.#portalTable);
    }
    this.#runtime.stores.keepOnly(storesOf(model));
    this.#health.watch(model.routes, (target) => table.resolve(target));
  }

  /** Replaces all API keys, or applies a change to them; in effect at once. */
  setKeys(keys: readonly ApiKeyRecord[] | KeyPatch): void {
    if ('upsert' in keys) this.#keys.patch(keys);
    else this.#keys.replace(keys);
  }

  /** Replaces the certificates that answer challenges of authorities, by host; in effect at once. */
  setChallenges(challenges: ReadonlyMap<string, ChallengeCertificate>): void {
    this.#runtime.challenges.replace(challenges);
  }

  /** Serves a public plain-HTTP connection that came through a tunnel. */
  acceptPlain(
    stream: Duplex,
    client: { address: string; port: number; openedAt?: number | undefined },
  ): void {
    this.#servers.acceptPlain(stream, client);
  }

  /** Serves a connection of the agent's own in memory, as if it had come from that client over that scheme. */
  acceptInternal(stream: Duplex, client: { address: string; port: number }, scheme: 'http' | 'https'): void {
    this.#servers.acceptPlain(stream, client, scheme);
  }

  /** Returns the identity that a request proves by the way API routes are authenticated, or the response for one that proves none. */
  authenticate(exchange: Exchange): Identity | Reply | Promise<Identity | Reply> {
    return this.#runtime.authenticators.get(this.#table.apiAuth)(exchange);
  }

  /** Serves a public TLS connection that came through a tunnel, still encrypted. */
  acceptTls(
    stream: Duplex,
    client: { address: string; port: number; openedAt?: number | undefined },
    serverName: string,
  ): void {
    const { relay } = this.#options;
    const accept = () => this.#servers.acceptTls(stream, client, serverName);
    // RFC 8737: only the agent has the certificate that answers a challenge.
    const isRelayed =
      relay?.serves(serverName) === true && this.#runtime.challenges.find(serverName) === null;
    if (isRelayed && !this.#runtime.isDraining) relay.pass(stream, client, accept);
    else accept();
  }

  /** Finds the routes of the model served now. */
  get router(): Router {
    return this.#table.router;
  }

  /** Returns the API keys of a user, as the gateway knows them. */
  keysOf(userId: string): readonly KnownKey[] {
    return this.#keys.ofUser(userId);
  }

  /** Returns whether distributed limits are counted in Redis now, and what happens if not. */
  get limiterStatus(): LimiterStatus {
    return this.#runtime.limiter.status;
  }

  /** Returns what the plan of a grant has left for a caller now; null without limits. */
  planLeft(grant: Grant, identity: Identity): PlanTake | null | Promise<PlanTake> {
    return planLeft(this.#runtime.limiter, { grant, identity });
  }

  /** Counters of plans that this process keeps by itself. */
  get planCounters(): MemoryPlanCounters {
    return this.#runtime.limiter.plans;
  }

  /** Origins of the endpoints that get no traffic now. */
  get unhealthyEndpoints(): readonly string[] {
    return this.#runtime.upstreams.listUnavailable();
  }

  /** Stops accepting, lets requests under way finish for up to `graceMs`, then closes everything. */
  async stop(graceMs = 30_000): Promise<void> {
    this.#runtime.isDraining = true;
    await Promise.all([this.#servers.drain(graceMs), this.#portalServers.drain(graceMs), this.#auth.close()]);
    this.#options.relay?.close();
    this.#health.close();
    this.#runtime.limiter.close();
    this.#runtime.stores.close();
    await Promise.all([this.#runtime.upstreams.close(), this.#runtime.auxiliary.close()]);
  }
}

/** Returns the stores in which middlewares of a model count, or keep sessions. */
function storesOf({ routes }: Model): readonly RedisSettings[] {
  return routes.flatMap(({ middlewares }) =>
    middlewares.flatMap((middleware) => {
      if (middleware.kind === 'distributedRateLimit') return [middleware.store];
      if (middleware.kind !== 'policy' || middleware.policy.kind !== 'oidc') return [];
      return middleware.policy.more?.store ?? [];
    }),
  );
}

function toListenAddress({ address, port }: AddressInfo): ListenAddress {
  return { host: isIPv6(address) ? `[${address}]` : address, port };
}
