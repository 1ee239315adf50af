import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Generation } from '@portolan/resources/kinds/registry';
import type { Problem } from '@portolan/resources/problem';
import type { AgentLogger } from '../logger.ts';
import type { KubeClient } from '../kubernetes/client/kube-client.ts';
import type { ClusterAddress } from '../kubernetes/client/open-connection.ts';
import { Admission, type AdmissionListen } from '../kubernetes/admission/admission.ts';
import { EventRecorder } from '../kubernetes/events/event-recorder.ts';
import { Leadership } from '../kubernetes/leader/leadership.ts';
import type { ObservedState } from '../kubernetes/status/object-status.ts';
import { StatusWriter } from '../kubernetes/status/status-writer.ts';
import { eventOf } from '../kubernetes/status/transition-event.ts';
import { ObjectWriter } from '../kubernetes/writer/object-writer.ts';
import type { Served } from '../serving/serving.ts';
import { ACCESS_CONTROL_RESOURCES, accessControl } from './access-control/access-control.ts';
import { StateSecrets } from './shared-state/state-secrets.ts';
import type { SentCommand } from '@portolan/contract/cluster-commands';
import type { CommandResult } from '../platform/cluster-commands/cluster-commands.ts';
import type { Desired } from '../platform/state/desired.ts';
import { copiedResources, platformCopies } from './platform-copies.ts';
import { runPolicyCommand } from './policy-command.ts';
import type { ApiResource } from '../kubernetes/client/api-resource.ts';
import { TRAEFIK_ROUTE_RESOURCES, TRAEFIK_TLS_RESOURCES } from './traefik-routes/traefik-objects.ts';
import { traefikRoutes, type TraefikRoutesOptions } from './traefik-routes/traefik-routes.ts';
import { ObjectFactsOf, type KnownState } from './object-facts.ts';

export interface ClusterControlOptions {
  readonly client: KubeClient;
  readonly address: ClusterAddress;
  readonly generation: Generation;
  /** Namespaces that are served; null for all. */
  readonly namespaces: readonly string[] | null;
  readonly log: AgentLogger;
  /** Returns the state of an object as the cluster last reported it. */
  readonly observed: (key: string) => ObservedState | null;
  /** Where ingress controllers of the cluster reach the agent's auth service; null where none shall ask. */
  readonly authUrl: string | null;
  /** Entry points of Traefik on which it carries routes; with none, the agent's own gateway alone does. */
  readonly traefik: Pick<TraefikRoutesOptions, 'entryPoints' | 'tlsEntryPoints' | 'tunnelEntryPoint'>;
  /** Called when what cannot be written has changed. */
  readonly onProblems: () => void;
}

/** Writes to the cluster what becomes of its resources, while this replica is the one that writes. */
export class ClusterControl {
  readonly #options: ClusterControlOptions;
  readonly #leadership: Leadership;
  readonly #status: StatusWriter;
  readonly #events: EventRecorder;
  readonly #writer: ObjectWriter;
  readonly #state: StateSecrets;
  readonly #facts: ObjectFactsOf;
  readonly #hubResources: readonly ApiResource[];
  #admission: Admission | null = null;
  #served: Served | null = null;
  /** Hosts of which the cluster has everything that Traefik needs to serve them. */
  #carriedHosts: ReadonlySet<string> = new Set();
  #accessProblems: readonly Problem[] = [];

  constructor(options: ClusterControlOptions) {
    const { client, address, log, generation, namespaces, observed, onProblems } = options;
    this.#options = options;
    const identity = `${hostname()}_${randomBytes(5).toString('hex')}`;
    this.#leadership = new Leadership({
      cluster: address,
      namespace: client.connection.namespace,
      identity,
      log,
      onChange: (isLeading) => {
        if (isLeading) this.#restart();
      },
    });
    const leadership = this.#leadership;
    this.#hubResources = copiedResources(generation, namespaces);
    this.#facts = new ObjectFactsOf(namespaces);
    this.#events = new EventRecorder({ client, leadership, log, instance: identity });
    this.#writer = new ObjectWriter({ client, leadership, log, namespaces, onProblems });
    this.#state = new StateSecrets({ client, leadership, log });
    this.#status = new StatusWriter({
      client,
      leadership,
      log,
      generation,
      facts: () => this.#facts.list(),
      observed,
      hasCertificate: (host) => this.#facts.hasCertificate(host),
      onTransition: (...transition) => {
        const event = eventOf(...transition);
        if (event !== null) this.#events.record(event);
      },
    });
  }

  get isLeading(): boolean {
    return this.#leadership.isLeading;
  }

  get problems(): readonly Problem[] {
    return [
      this.#accessProblems,
      this.#writer.problems,
      this.#status.problems,
      this.#state.problems,
      this.#admission?.problems ?? [],
    ].flat();
  }

  /** Requests sent that change the cluster, but for those of the Lease and Events. */
  get writes(): number {
    return this.#writer.writes + this.#status.writes;
  }

  /** Returns whether Traefik serves a host, as far as the cluster shows it. */
  carries(host: string): boolean {
    return this.#carriedHosts.has(host);
  }

  /** Answers the API server's questions about resources. Rejects when the port cannot be had. */
  async admit(listen: AdmissionListen): Promise<void> {
    const { client, log, generation, onProblems } = this.#options;
    const leadership = this.#leadership;
    this.#admission = await Admission.start({ client, leadership, log, generation, listen, onProblems });
  }

  /** Sets or removes the policy of a route, if this replica writes. Rejects when it may succeed later. */
  runPolicyCommand(command: SentCommand): Promise<CommandResult> {
    const { client } = this.#options;
    const served = () => this.#served;
    return runPolicyCommand({ client, leadership: this.#leadership, served }, command);
  }

  /** Notes what is served and known now; the cluster follows. */
  show(state: Partial<KnownState>): void {
    this.#facts.update(state);
    this.#status.update();
    if (state.served) this.#served = state.served;
    if (this.#served === null) return;
    this.#guard(this.#served);
    // Before anything is known of the platform, what depends on it is left as it is.
    if (!this.#facts.isDesiredKnown) return;
    this.#carry(this.#served);
    this.#writer.want('platform', this.#hubResources, platformCopies(this.#served, this.#options.namespaces));
  }

  /** Keeps a desired state for replicas with an empty disk. */
  keep(desired: Desired): void {
    this.#state.keep(desired);
    this.show({ desired: desired.sections });
  }

  async close(): Promise<void> {
    await this.#admission?.close();
    await this.#state.close();
    await this.#status.close();
    await this.#writer.close();
    await this.#events.close();
    await this.#leadership.close();
  }

  /** Lets Traefik carry what the agent's own gateway serves. */
  #carry({ model, source }: Served): void {
    const { authUrl, traefik, namespaces, client } = this.#options;
    const isTls = traefik.tlsEntryPoints.length > 0;
    if (authUrl === null || (traefik.entryPoints.length === 0 && !isTls)) return;
    const own = client.connection.namespace;
    const ownNamespace = namespaces === null || namespaces.includes(own) ? own : null;
    const { objects, hosts } = traefikRoutes(model, { ...traefik, authUrl, ownNamespace });
    this.#writer.want('traefik', isTls ? TRAEFIK_TLS_RESOURCES : TRAEFIK_ROUTE_RESOURCES, objects);
    const ready = [...hosts].filter(([, routes]) => routes.every((key) => source.has(key)));
    this.#carriedHosts = new Set(ready.map(([host]) => host));
  }

  /** Lets ingress controllers ask before they forward to what names a policy. */
  #guard(served: Served): void {
    if (this.#options.authUrl === null) return;
    const ofPlatform = [...served.objects.values()].filter(({ origin }) => origin.kind === 'platform');
    const objects = [...served.source.values(), ...ofPlatform].map(({ object }) => object);
    const { made, changes, problems } = accessControl(objects, this.#options.authUrl);
    this.#accessProblems = problems;
    this.#writer.want('access-control', ACCESS_CONTROL_RESOURCES, made);
    this.#writer.wantShared('access-control', changes);
  }

  #restart(): void {
    this.#writer.restart();
    this.#state.restart();
    this.#admission?.restart();
    this.#status.update();
  }
}
