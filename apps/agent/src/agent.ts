import { join } from 'node:path';
import type { FinishedExchange } from './gateway/exchange/finished-exchange.ts';
import type { Problem } from '@portolan/resources/problem';
import { createAgentMetrics } from './admin/agent-metrics.ts';
import { startAdminServer } from './admin/admin-server.ts';
import { sharedState } from './cluster-control/shared-state/shared-state.ts';
import { ClusterControl } from './cluster-control/cluster-control.ts';
import { Gateway, type ListeningAddresses } from './gateway/gateway.ts';
import { KeptPlanCounts, planCounts } from './gateway/limits/kept-plan-counts.ts';
import { OpenApiDocuments } from './gateway/openapi/documents.ts';
import { findOperationIn } from './gateway/openapi/find-operation.ts';
import { documentSources } from './gateway/openapi/sources.ts';
import { readClusterUid } from './kubernetes/cluster-identity.ts';
import { KubeClient } from './kubernetes/client/kube-client.ts';
import { openConnection } from './kubernetes/client/open-connection.ts';
import { PlatformError } from '@portolan/contract/client';
import type { ChangeOwnObjects } from './portal/applications/own-objects.ts';
import { Portals } from './portal/portals.ts';
import { WaitingLogs } from './platform/reports/log-report.ts';
import { Closers } from '@portolan/process/closers';
import { createLogger } from '@portolan/process/logger';
import { StartupError } from '@portolan/process/startup-error';
import type { AgentLogger } from './logger.ts';
import { MinuteCounter } from './metrics/minute-counter.ts';
import { MetricsSpool } from './metrics/spool.ts';
import type { AgentOptions } from './options.ts';
import { connectToPlatform, type PlatformConnection } from './platform/connection.ts';
import { PlatformCommands } from './cluster-control/platform-commands.ts';
import { entryPointsOf, relayToTraefik } from './cluster-control/traefik-routes/relay-to-traefik.ts';
import { RestartTurn } from './cluster-control/restart-turn.ts';
import type { Desired } from './platform/state/desired.ts';
import { logProblems } from './log-problems.ts';
import { KeptFile } from './kept-file.ts';
import { LastValidObjects } from './serving/last-valid-objects.ts';
import { registerTunnelMetrics } from './platform/tunnels/tunnel-metrics.ts';
import { Observers } from './observers.ts';
import { prepareStateDirectory, warnOfOpenDirectory } from './state-directory.ts';
import { Serving, type Served } from './serving/serving.ts';
import { openSource } from './sources/open-source.ts';
import type { Source } from './sources/source.ts';

export interface RunningAgent {
  readonly addresses: ListeningAddresses;
  readonly log: AgentLogger;
  /** Resolves once requests are answered by what is wanted now, or was when the platform last spoke. */
  readonly ready: Promise<void>;
  /** Resolves when the platform has asked for a restart, and it is this replica's turn. */
  readonly restarting: Promise<void>;
  /** Serves a change that removes every route and was held back for it. */
  confirmEmpty(): void;
  stop(): Promise<void>;
}

/** Starts an agent. Rejects with `StartupError` for what its user can mend. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  await prepareStateDirectory(options.stateDir);
  const waitingLogs = new WaitingLogs();
  const log = createLogger({
    app: 'agent',
    level: options.logLevel,
    onWarning: (line) => waitingLogs.add(line),
  });
  await warnOfOpenDirectory(options.stateDir, log);
  const spool = new MetricsSpool(join(options.stateDir, 'metrics-spool'), log);
  await spool.open();
  const observers = await Observers.open(options, log);
  const agent = new Agent({ options, log, spool, waitingLogs, observers });
  await agent.start();
  return agent;
}

interface AgentBase {
  readonly options: AgentOptions;
  readonly log: AgentLogger;
  readonly spool: MetricsSpool;
  readonly waitingLogs: WaitingLogs;
  readonly observers: Observers;
}

class Agent implements RunningAgent {
  readonly log: AgentLogger;
  readonly #base: AgentBase;
  readonly #lastValid: LastValidObjects;
  readonly #documents: OpenApiDocuments;
  readonly #portals: Portals;
  readonly #metrics = createAgentMetrics(() => this.#state());
  readonly #closers = new Closers();
  #platform: PlatformConnection | null = null;
  #served: Served | null = null;
  #addresses: ListeningAddresses = {};
  #serving: Serving | null = null;
  #source: Source | null = null;
  #control: ClusterControl | null = null;
  readonly #restarting = Promise.withResolvers<void>();
  #commands: PlatformCommands | null = null;
  /** Problems of what could not be written to the cluster. */
  #notWritten: readonly Problem[] = [];

  constructor(base: AgentBase) {
    this.log = base.log;
    this.#base = base;
    registerTunnelMetrics(this.#metrics.registry, () => this.#platform?.tunnelStats ?? []);
    this.#lastValid = new LastValidObjects(base.options.stateDir, (path) =>
      base.log.error(
        { event: 'last-valid.damaged', path },
        `The last valid versions of objects in ${path} are damaged; invalid objects are not served until they are corrected.`,
      ),
    );
    this.#documents = new OpenApiDocuments({
      logger: base.log,
      onChange: () => this.#documentsChanged(),
    });
    this.#closers.add(() => this.#documents.close());
    this.#portals = new Portals({
      log: base.log,
      documents: (key) => this.#documents.find(key),
      platformUrl: base.options.platformUrl ?? null,
      signInSettings: () => this.#platform?.portalSignIn ?? null,
      changeOwnObjects: (body, signal) => this.#changeOwnObjects(body, signal),
    });
  }

  get addresses(): ListeningAddresses {
    return this.#addresses;
  }

  get ready(): Promise<void> {
    return this.#platform?.ready ?? Promise.resolve();
  }

  get restarting(): Promise<void> {
    return this.#restarting.promise;
  }

  async start(): Promise<void> {
    const { options, log } = this.#base;
    const lastValid = await this.#lastValid.load();
    this.#closers.add(() => this.#lastValid.settled());
    const { generation, namespaces, stateDir } = options;
    const cluster = await this.#openCluster();
    const source = await openSource({
      from: cluster === null ? { directory: options.resources ?? '' } : { cluster },
      namespaces,
      generation,
      lastValid,
      stateDir,
      log,
      onMissed: (count) => this.#metrics.watchMissed.inc(count),
    });
    this.#source = source;
    this.#control = cluster === null || options.readOnly ? null : await this.#startControl(cluster, source);
    this.#commands = this.#openCommands(cluster);
    const gateway = await this.#startGateway();
    const serving = new Serving({
      generation,
      allowCrossNamespace: options.allowCrossNamespace,
      log,
      allowEmpty: options.allowEmpty,
      swap: (model) => gateway.swap(model),
      onServed: (served) => this.#onServed(served),
    });
    this.#serving = serving;
    serving.restore(lastValid);
    const addresses = this.#addresses;
    this.#platform = await connectToPlatform({
      ...this.#base,
      gateway,
      requests: this.#base.observers.requests,
      serving,
      addresses,
      source: source.description,
      clusterUid: async (signal) =>
        // Rights in some namespaces do not reach it.
        cluster === null || namespaces.length > 0 ? null : readClusterUid(cluster, signal),
      documents: () => (this.#served === null ? null : this.#documents.documents),
      onDesired: (desired, isKept) => this.#onDesired(desired, isKept),
      shared: cluster === null || options.readOnly ? null : sharedState(cluster, stateDir, log),
      onAcknowledged: () => this.#control?.show({}),
    });
    const platform = this.#platform;
    if (platform !== null) this.#control?.show({ isSynced: (key) => platform.isAcknowledged(key) });
    this.#closers.add(
      () => this.#platform?.stop(),
      () => gateway.stop(STOP_GRACE_MS),
      () => source.close(),
      () => this.#control?.close(),
    );
    await this.#startAdmin();
    await source.start((update) => {
      try {
        serving.updateSource(update);
      } catch (error) {
        log.error(
          { event: 'serving.update-failed', error: String(error) },
          'A change of the resources cannot be served; the routes served so far are kept.',
        );
      }
    });
  }

  confirmEmpty(): void {
    this.#serving?.confirmEmpty();
  }

  async stop(): Promise<void> {
    await this.#closers.close((error) =>
      this.log.error({ event: 'agent.stop-failed', error: String(error) }, 'A part could not be stopped.'),
    );
  }

  /** Returns a client for the cluster whose resources are served; null when they come from a directory. */
  async #openCluster(): Promise<KubeClient | null> {
    const { resources, kubeconfig, context } = this.#base.options;
    if (resources !== undefined) return null;
    const client = new KubeClient(await openConnection({ kubeconfig, context }));
    this.#closers.add(() => client.close());
    return client;
  }

  async #startControl(client: KubeClient, source: Source): Promise<ClusterControl> {
    const { kubeconfig, context, generation, namespaces, authUrl } = this.#base.options;
    const control = new ClusterControl({
      client,
      address: { kubeconfig, context },
      generation,
      namespaces: namespaces.length === 0 ? null : namespaces,
      log: this.log,
      authUrl: authUrl ?? null,
      traefik: entryPointsOf(this.#base.options),
      observed: (key) => source.observed?.(key) ?? null,
      onProblems: () => this.#showProblems(),
    });
    const { host, admissionPort: port, admissionNames: names } = this.#base.options;
    if (port !== undefined)
      await control.admit({ host, port, names }).catch((error: unknown) => refuseListening(error));
    return control;
  }

  #openCommands(cluster: KubeClient | null): PlatformCommands {
    const commands = new PlatformCommands({
      log: this.log,
      allowed: this.#base.options.commands,
      // A replica that may write shares a Secret with the others.
      turn: cluster === null || this.#control === null ? null : new RestartTurn(cluster),
      restart: () => this.#restarting.resolve(),
      setPolicy: async (command) => (await this.#control?.runPolicyCommand(command)) ?? null,
      writesTo: this.#control !== null,
      report: (report) => this.#platform?.reportCommand(report),
    });
    this.#closers.add(() => commands.close());
    return commands;
  }

  #onDesired(desired: Desired, isKept: boolean): void {
    this.#control?.keep(desired);
    this.#commands?.apply(desired.sections.commands ?? [], isKept);
  }

  async #startGateway(): Promise<Gateway> {
    const { options, log, spool, observers } = this.#base;
    const counter = await MinuteCounter.open(options.stateDir, (points) => {
      void spool.add(observers.totals.add(points)).then(() => this.#platform?.metricsAdded());
    });
    observers.totals.unfinished = () => counter.unfinished;
    this.#closers.add(
      () => counter.close(),
      () => observers.close(),
    );
    const record = (request: FinishedExchange): void => {
      counter.record(request);
      observers.record(request);
      this.#metrics.recorder.record(request);
      if (request.keyId !== null) this.#platform?.keyUsed(request.keyId);
    };
    const { redisUrl, redisFailure } = options;
    const relay = relayToTraefik(options, log, (host) => this.#control?.carries(host) ?? false);
    const gateway = new Gateway({
      listen: listenOf(options),
      logger: log,
      metrics: { record },
      trustedProxies: options.trustedProxies,
      tracing: observers.tracing,
      findPolicy: (name) => this.#serving?.findPolicy(name) ?? null,
      portals: this.#portals,
      ownCredentials: this.#portals.tokens,
      findOperation: (key, method, path) => {
        const document = this.#documents.find(key);
        return document === null ? null : findOperationIn(document, method, path);
      },
      ...(redisUrl === undefined ? {} : { redis: { url: redisUrl, onFailure: redisFailure } }),
      ...(relay === null ? {} : { relay }),
    });
    await this.#keepPlanCounts(gateway);
    this.#portals.attach(gateway);
    this.#closers.add(() => this.#portals.close());
    this.#addresses = await gateway.start().catch((error: unknown) => refuseListening(error));
    return gateway;
  }

  /** Counters are restored before the first request is counted, and kept once more after the last one. */
  async #keepPlanCounts(gateway: Gateway): Promise<void> {
    const { options, log } = this.#base;
    const file = new KeptFile(join(options.stateDir, 'plan-counts'), planCounts, (path) =>
      log.error(
        { event: 'plan-counts.damaged', path },
        `The counts of plans in ${path} are damaged; they start anew.`,
      ),
    );
    const kept = await KeptPlanCounts.open(
      gateway.planCounters,
      { load: async () => (await file.load())?.value ?? null, save: (counts) => file.save(counts) },
      (error) =>
        log.error(
          { event: 'plan-counts.not-kept', error: String(error) },
          'cannot write the counts of plans to disk; a restart would begin quotas anew',
        ),
    );
    this.#closers.add(() => kept.close());
  }

  async #startAdmin(): Promise<void> {
    const { host, adminPort } = this.#base.options;
    if (adminPort === undefined) return;
    const server = await startAdminServer({
      host,
      port: adminPort,
      metrics: this.#metrics.registry,
      requestMetrics: () => this.#base.observers.totals.format(),
      readiness: () => ({
        notServing: this.#served === null ? 'resources are being read' : (this.#platform?.notReady ?? null),
        tunnels: this.#platform && {
          live: this.#platform.liveTunnels,
          wanted: this.#platform.tunnelStats.length,
        },
      }),
    }).catch((error: unknown) => refuseListening(error));
    this.#closers.add(() => {
      server.close();
      server.closeAllConnections();
    });
  }

  async #changeOwnObjects(...[body, signal]: Parameters<ChangeOwnObjects>): ReturnType<ChangeOwnObjects> {
    if (this.#platform !== null) return this.#platform.changePortalObjects(body, signal);
    const message = 'This agent has no platform, which keeps applications and subscriptions.';
    throw new PlatformError({ code: 'unavailable', message }, 503);
  }

  #onServed(served: Served): void {
    const known = this.#served?.problems ?? [];
    this.#served = served;
    // Logged once it is on disk: a last valid version that is said to be served is served after a kill -9 too.
    void this.#keep(served.lastValid).then(() => logProblems(this.log, known, served.problems));
    this.#source?.wantSecrets?.(served.secrets);
    this.#documents.want(documentSources(served.objects.values(), served.model));
    this.#documentsChanged();
  }

  async #keep(lastValid: Served['lastValid']): Promise<void> {
    await this.#lastValid.save(lastValid).catch((error: unknown) => {
      this.log.error(
        { event: 'last-valid.not-kept', error: String(error) },
        'cannot write the last valid versions of objects to disk; a restart would not serve them',
      );
    });
  }

  // OpenAPI documents do not affect routing: their problems are reported, and requests are still served.
  #documentsChanged(): void {
    const served = this.#served;
    if (served === null) return;
    const { documents, problems } = this.#documents;
    this.#control?.show({ served, documents, documentProblems: problems });
    this.#platform?.documentsChanged();
    void this.#portals.prepare();
    this.#showProblems();
  }

  /** What is wrong with documents, and what cannot be written to the cluster, decides nothing either. */
  #showProblems(): void {
    const served = this.#served;
    if (served === null) return;
    const written = this.#control?.problems ?? [];
    logProblems(this.log, this.#notWritten, written);
    this.#notWritten = written;
    const problems = [...this.#documents.problems, ...written];
    this.#platform?.show({ ...served, problems: [...served.problems, ...problems] });
  }

  #state() {
    return {
      routes: this.#served?.model.routes.length ?? 0,
      problems: (this.#served?.problems.length ?? 0) + this.#documents.problems.length,
      tunnels: this.#platform?.liveTunnels ?? 0,
      revision: this.#platform?.revision ?? 0,
      certificates: this.#served?.model.certificates ?? new Map(),
      metricsDropped: this.#base.spool.dropped,
      accessLogDropped: this.#base.observers.dropped.accessLog,
      spansDropped: this.#base.observers.dropped.spans,
    };
  }
}

const STOP_GRACE_MS = 10_000;

function listenOf(options: AgentOptions) {
  const { host, gatewayPort, gatewayTlsPort, authPort, portalPort } = options;
  return {
    http: { host, port: gatewayPort },
    ...(gatewayTlsPort === undefined ? {} : { https: { host, port: gatewayTlsPort } }),
    ...(authPort === undefined ? {} : { auth: { host, port: authPort } }),
    ...(portalPort === undefined ? {} : { portal: { host, port: portalPort } }),
  };
}

function refuseListening(error: unknown): never {
  const why = error instanceof Error ? error.message : String(error);
  throw new StartupError(`Cannot listen: ${why}.`, 'Choose another port; 0 takes any free one.');
}
