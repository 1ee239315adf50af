import type { ApiKeyRecord, PortalSignIn, StateMessage } from '@portolan/contract/desired-state';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandReport } from '@portolan/contract/cluster-commands';
import { renewAgentCredential } from '@portolan/contract/agent';
import { changePortalObjects, type PortalChanged } from '@portolan/contract/portal-changes';
import type { RouteInput } from '@portolan/contract/route';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import { VERSION } from '@portolan/process/version';
import type { Gateway, ListeningAddresses } from '../gateway/gateway.ts';
import type { OpenApiDocument } from '../gateway/openapi/normalise.ts';
import { AgentCertificates } from './certificates/agent-certificates.ts';
import { diskCertificateFiles, type CertificateFiles } from './certificates/certificate-files.ts';
import { diskCredentialFiles, type CredentialFiles } from './link/credential-files.ts';
import { CredentialStore } from './link/credential-store.ts';
import { PlatformLink } from './link/platform-link.ts';
import { readToken, readTunnelTls, type TunnelTls } from './link/token-file.ts';
import { CommandReports } from './cluster-commands/command-reports.ts';
import type { WaitingLogs } from './reports/log-report.ts';
import { PlatformReports } from './reports/platform-reports.ts';
import type { AgentLogger } from '../logger.ts';
import type { MetricsSpool } from '../metrics/spool.ts';
import type { AgentOptions } from '../options.ts';
import type { RequestLog } from '../requests/request-log.ts';
import type { Served, Serving } from '../serving/serving.ts';
import { AppliedReport } from './state/applied-report.ts';
import type { Desired } from './state/desired.ts';
import { StateCache } from './state/state-cache.ts';
import { followDesiredState } from './state/state-follower.ts';
import { ReportBuilder } from './resources/resource-report.ts';
import { ResourceSync } from './resources/resource-sync.ts';
import { secureStream } from './uplink/secure-stream.ts';
import { callPlatform, type Uplink } from './uplink/uplink.ts';
import { isShared } from './sharing/shared-data.ts';
import { SharingUplink } from './sharing/sharing-uplink.ts';
import { ReadyUplink } from './uplink/ready-uplink.ts';
import { TunnelManager, type TunnelStats } from './tunnels/manager.ts';

export interface PlatformConnectionOptions {
  readonly options: AgentOptions;
  readonly log: AgentLogger;
  readonly gateway: Gateway;
  readonly serving: Serving;
  readonly spool: MetricsSpool;
  readonly waitingLogs: WaitingLogs;
  readonly requests: RequestLog;
  readonly addresses: ListeningAddresses;
  /** Reads what this cluster is recognised by when it links for the first time; null: by something random. */
  readonly clusterUid: (signal: AbortSignal) => Promise<string | null>;
  /** What resources are read from, for people. */
  readonly source: string;
  /** OpenAPI documents by API or APIVersion, null for those not had yet; null as a whole while nothing is served. */
  readonly documents: () => ReadonlyMap<string, OpenApiDocument | null> | null;
  /** Called with each desired state that is applied; `isKept` for one that was kept from an earlier run. */
  readonly onDesired: (desired: Desired, isKept: boolean) => void;
  /** State that replicas of this agent share; null without any. */
  readonly shared: SharedState | null;
  /** Called when the platform has acknowledged a report of resources. */
  readonly onAcknowledged: () => void;
}

/** What replicas of one agent share, beside what each keeps on disk. */
export interface SharedState {
  readonly credentials: CredentialFiles;
  readonly certificates: CertificateFiles;
  /** Returns the desired state that was kept for replicas with an empty disk; null when there is none. */
  loadDesired(): Promise<Desired | null>;
}

const SHARED_RETRY_MS = 5_000;
const RENEWAL_CHECK_MS = 3600_000;

/** Everything between this agent and its platform; serving goes on without it. */
export class PlatformConnection {
  readonly #parts: PlatformConnectionOptions;
  readonly #cache: StateCache;
  readonly #credentials: CredentialStore;
  readonly #tunnels: TunnelManager;
  readonly #uplink: ReadyUplink;
  /** What leaves for the platform goes through here. */
  readonly #shared: Uplink;
  readonly #sync: ResourceSync;
  readonly #applied: AppliedReport;
  readonly #certificates: AgentCertificates;
  readonly #commandReports: CommandReports;
  readonly #link: PlatformLink;
  readonly #reports: PlatformReports;
  readonly #reportBuilder = new ReportBuilder();
  readonly #ending = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  #running: Promise<unknown> = Promise.resolve();
  #renewal: IntervalJob | null = null;
  #desired: Desired | null = null;
  #served: Served | null = null;

  constructor(parts: PlatformConnectionOptions, credentials: CredentialStore, tls: TunnelTls) {
    this.#parts = parts;
    const { log, options, gateway } = parts;
    this.#cache = new StateCache(options.stateDir, log);
    this.#credentials = credentials;
    this.#tunnels = new TunnelManager({
      ...tls,
      ticket: (tunnelId) => credentials.ticket({ tunnelId }),
      secure: (stream) => this.#secure(stream),
      wanted: options.tunnels,
      logger: log,
      onEdge: (stream, { client, tls, host, openedAt }) => {
        if (tls) gateway.acceptTls(stream, { ...client, openedAt }, host);
        else gateway.acceptPlain(stream, { ...client, openedAt });
      },
      onUp: () => this.#uplink.proceed(),
      onStale: () => this.#link.askAgain(),
    });
    this.#uplink = new ReadyUplink(this.#tunnels);
    this.#shared = new SharingUplink(this.#uplink, options.share);
    this.#sync = new ResourceSync(this.#shared, log, () => parts.onAcknowledged());
    this.#applied = new AppliedReport(this.#shared, log);
    this.#certificates = new AgentCertificates({
      files: parts.shared?.certificates ?? diskCertificateFiles(options.stateDir),
      uplink: this.#shared,
      log,
      serve: (certificates) => parts.serving.setPublicCertificates(certificates),
      setChallenges: (challenges) => gateway.setChallenges(challenges),
    });
    this.#commandReports = new CommandReports(this.#shared, log);
    this.#link = new PlatformLink({ ...parts, credentials, cache: this.#cache, tunnels: this.#tunnels });
    this.#reports = new PlatformReports({
      ...parts,
      uplink: this.#shared,
      share: options.share,
      heartbeat: () => this.#heartbeat(),
    });
  }

  /** Resolves once a desired state, cached or new, is applied. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get liveTunnels(): number {
    return this.#tunnels.live;
  }

  get tunnelStats(): readonly TunnelStats[] {
    return this.#tunnels.stats();
  }

  get revision(): number {
    return this.#desired?.revision ?? 0;
  }

  /** How users sign in to portals, as the platform last said; the same object until it says otherwise. */
  get portalSignIn(): PortalSignIn | null {
    return this.#desired?.sections.portals ?? null;
  }

  /** Asks the platform for a change of what belongs to a user of a portal. @throws PlatformError. */
  changePortalObjects(
    body: RouteInput<typeof changePortalObjects>['body'],
    signal: AbortSignal,
  ): Promise<PortalChanged> {
    return callPlatform(this.#shared, changePortalObjects, { body }, signal);
  }

  get notReady(): string | null {
    return this.#desired === null ? 'the platform has not said yet what it wants' : null;
  }

  /** Applies the cached state and starts everything that talks to the platform. */
  async start(): Promise<void> {
    const { log } = this.#parts;
    const own = await this.#cache.loadDesired();
    const cached = own.isDamaged || own.desired === null ? await this.#sharedOr(own.desired) : own.desired;
    const link = await this.#cache.loadLink();
    if (cached !== null) {
      await this.#certificates.restore(cached.sections.publicCertificates ?? null);
      this.#apply(cached, null);
    }
    if (this.#credentials.held !== null)
      this.#tunnels.reconcile(cached?.sections.tunnels ?? link?.tunnels ?? []);
    this.#renewal = startInterval({
      everyMs: RENEWAL_CHECK_MS,
      run: (signal) => this.#renewCredential(signal),
      onError: (error) =>
        log.warn({ event: 'credential.not-renewed', error: String(error) }, 'cannot renew the credential'),
    });
    this.#running = Promise.all([
      this.#link.run(this.#ending.signal),
      // What replicas share was put together from several parts: the platform is asked for all of it.
      this.#follow(cached === own.desired ? cached : null),
      this.#sync.run(this.#ending.signal),
      this.#applied.outbox.run(this.#ending.signal),
      this.#certificates.run(this.#ending.signal),
      this.#certificates.outbox.run(this.#ending.signal),
      this.#commandReports.outbox.run(this.#ending.signal),
      this.#awaitShared(this.#ending.signal),
      this.#reports.run(this.#ending.signal),
    ]).catch((error: unknown) =>
      log.fatal(
        { event: 'platform-side.ended', error: String(error) },
        'the connection to the platform is given up',
      ),
    );
  }

  /** Returns what replicas share where it is newer than what was whole on disk. */
  async #sharedOr(own: Desired | null): Promise<Desired | null> {
    const { shared, log } = this.#parts;
    try {
      const kept = (await shared?.loadDesired()) ?? null;
      if (kept === null || (own !== null && own.revision >= kept.revision)) return own;
      log.info(
        { event: 'state.from-cluster', revision: kept.revision },
        'The desired state on disk is missing or damaged; the one kept in the cluster is used.',
      );
      return kept;
    } catch (error) {
      log.warn(
        { event: 'state.not-from-cluster', error: String(error) },
        'The desired state that is kept in the cluster cannot be read.',
      );
      return own;
    }
  }

  /** Looks for what replicas share until there is something to serve by: the API server may come back before the platform. */
  async #awaitShared(signal: AbortSignal): Promise<void> {
    const { shared } = this.#parts;
    if (shared === null) return;
    while (this.#desired === null && !signal.aborted) {
      await delay(SHARED_RETRY_MS, undefined, { signal }).catch(() => undefined);
      if (this.#desired !== null || signal.aborted) return;
      const kept = await this.#sharedOr(null);
      if (kept !== null && this.#desired === null) this.#apply(kept, null);
    }
  }

  /** Reports the served resources to the platform. */
  show(served: Served): void {
    this.#served = served;
    if (isShared('resources', this.#parts.options.share)) this.#sync.show(this.#reportBuilder.build(served));
  }

  /** Returns whether the platform has an object as it was last shown. */
  isAcknowledged(key: string): boolean {
    return this.#sync.isAcknowledged(key);
  }

  /** Reports what became of a command. */
  reportCommand(report: CommandReport): void {
    this.#commandReports.report(report);
  }

  documentsChanged(): void {
    this.#reports.documentsChanged();
  }

  metricsAdded(): void {
    this.#reports.metricsAdded();
  }

  keyUsed(id: string): void {
    this.#reports.keyUsed(id);
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#renewal?.close();
    await this.#tunnels.close();
    await this.#running;
    await this.#cache.close();
  }

  async #secure(stream: Duplex): Promise<Duplex> {
    const { held } = this.#credentials;
    if (held === null) throw new Error('this agent has no credential yet');
    return secureStream(stream, held);
  }

  async #renewCredential(signal: AbortSignal): Promise<void> {
    if (!this.#credentials.isRenewalDue()) return;
    await this.#credentials.renew((publicKey) =>
      callPlatform(this.#shared, renewAgentCredential, { body: { publicKey } }, signal),
    );
    this.#parts.log.info({ event: 'credential.renewed' }, 'renewed the credential of this agent');
  }

  #follow(known: Desired | null): Promise<void> {
    return followDesiredState(
      {
        uplink: this.#shared,
        log: this.#parts.log,
        known,
        onDesired: (desired, message) => this.#apply(desired, message),
      },
      this.#ending.signal,
    );
  }

  // `message` says what of the state is new; without one all of it is, and it comes from the disk.
  #apply(desired: Desired, message: StateMessage | null): void {
    const { gateway, serving } = this.#parts;
    const { revision } = desired;
    this.#desired = desired;
    gateway.setKeys(keyChange(desired, message));
    const sections = message?.type === 'patch' ? message.sections : desired.sections;
    const isModelConcerned =
      'objects' in sections || 'domains' in sections || 'apiAuth' in sections || 'certificates' in sections;
    if (isModelConcerned) serving.setDesired(desired.sections);
    this.#certificates.apply(desired.sections.publicCertificates ?? null);
    this.#parts.onDesired(desired, message === null);
    if ('tunnels' in sections) this.#tunnels.reconcile(desired.sections.tunnels);
    // Said once it is kept: a key that is said to be gone stays gone after a kill -9 too.
    const kept = message === null ? Promise.resolve() : this.#cache.keepDesired(desired, message);
    void kept.then(() => this.#applied.report({ revision }));
    this.#ready.resolve();
  }

  #heartbeat() {
    const { gateway, addresses } = this.#parts;
    const keys = [...(this.#served?.objects.keys() ?? [])];
    const count = (type: string): number => keys.filter((key) => key.startsWith(`${type}/`)).length;
    const { http } = addresses;
    return {
      agentVersion: VERSION,
      counts: {
        nodes: count('Node.'),
        apis: count('API.hub.traefik.io'),
        gateways: count('APIGateway.hub.traefik.io'),
        routes: this.#served?.model.routes.length ?? 0,
      },
      distributedRateLimitAvailable: gateway.limiterStatus.distributed === 'up',
      gateway: http ? `http://${http.host}:${http.port}` : null,
      unhealthy: gateway.unhealthyEndpoints
        .slice(0, 100)
        .map((endpoint) => `endpoint ${endpoint} does not answer`),
    };
  }
}

/** Links to the platform that the options name; null when they name none. */
export async function connectToPlatform(
  parts: PlatformConnectionOptions,
): Promise<PlatformConnection | null> {
  const { platformUrl, tokenFile } = parts.options;
  if (platformUrl === undefined || tokenFile === undefined) return null;
  const files = parts.shared?.credentials ?? diskCredentialFiles(parts.options.stateDir);
  const credentials = await openCredentials(files, tokenFile);
  const side = new PlatformConnection(parts, credentials, await readTunnelTls(parts.options));
  await side.start();
  return side;
}

/** Opens the credential of the agent. Without one, the token file must hold a token; else it need not be there any more. */
async function openCredentials(files: CredentialFiles, tokenFile: string): Promise<CredentialStore> {
  const credentials = await CredentialStore.open(files, () => readToken(tokenFile).catch(() => null));
  if (credentials.held === null) await readToken(tokenFile);
  return credentials;
}

function keyChange(
  { keys }: Desired,
  message: StateMessage | null,
): readonly ApiKeyRecord[] | { upsert: readonly ApiKeyRecord[]; remove: readonly string[] } {
  if (message?.type !== 'patch') return [...keys.values()];
  return message.keys ?? { upsert: [], remove: [] };
}
