import type { Server } from 'node:https';
import { openAuthority } from '@portolan/process/certificate-authority';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { Generation } from '@portolan/resources/kinds/registry';
import type { Problem } from '@portolan/resources/problem';
import type { AgentLogger } from '../../logger.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { NotLeading, type Leadership } from '../leader/leadership.ts';
import { OwnSecret } from '../own-secret.ts';
import { ADMISSION_SECRET, webhookName } from '../rights/own-names.ts';
import { startAdmissionServer } from './admission-server.ts';
import {
  bundleOf,
  parseRing,
  RING_TIMING,
  rotateRing,
  signerOf,
  type AuthorityRing,
  type RingEntry,
  type RingTiming,
} from './authority-ring.ts';
import { WebhookConfiguration } from './webhook-configuration.ts';

const ENTRY = 'authorities';

/** Where the API server reaches the webhook. */
export interface AdmissionListen {
  readonly host: string;
  readonly port: number;
  /** Host names or addresses for the certificate; none: the Service `portolan-agent-admission` of the agent's namespace. */
  readonly names: readonly string[];
}

export interface AdmissionOptions {
  readonly client: KubeClient;
  readonly leadership: Leadership;
  readonly log: AgentLogger;
  readonly generation: Generation;
  readonly listen: AdmissionListen;
  /** Called when `problems` has changed. */
  readonly onProblems: () => void;
  readonly timing?: RingTiming & { readonly checkMs: number };
}

const TIMING = { ...RING_TIMING, checkMs: 60_000 };

/**
 * Serves the validating admission webhook: every replica answers, the leader keeps its authorities (a Secret of the agent's
 * namespace) and the bundle that API servers trust. The bundle holds an old authority as long as a certificate of it may be in use, and
 * a new one before its first certificate.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #timing: RingTiming & { readonly checkMs: number };
  readonly #secret: OwnSecret;
  readonly #configuration: WebhookConfiguration;
  readonly #server: Server;
  readonly #job: IntervalJob;
  #ring: AuthorityRing = [];
  #leaf: { readonly signer: RingEntry; readonly renewAt: number } | null = null;
  #problem: Problem | null = null;

  /** Resolves when it listens; it has a certificate soon after. Rejects when the port cannot be had. */
  static async start(options: AdmissionOptions): Promise<Admission> {
    const { host, port } = options.listen;
    const server = await startAdmissionServer({ host, port, generation: options.generation });
    return new Admission(options, server);
  }

  private constructor(options: AdmissionOptions, server: Server) {
    const { client, leadership } = options;
    this.#options = options;
    this.#timing = options.timing ?? TIMING;
    this.#secret = new OwnSecret(client, ADMISSION_SECRET);
    this.#configuration = new WebhookConfiguration(
      client,
      leadership,
      webhookName(client.connection.namespace),
    );
    this.#server = server;
    this.#job = startInterval({
      everyMs: this.#timing.checkMs,
      isImmediate: true,
      run: () => this.#check(),
      onError: (error) => {
        if (error instanceof NotLeading) return;
        const why = error instanceof Error ? error.message : String(error);
        this.#setProblem(
          `the certificate of the admission webhook cannot be kept: ${why}`,
          'grant the rights that portolan-agent rights prints with feature admission; it is tried again each minute',
        );
      },
    });
  }

  get problems(): readonly Problem[] {
    return this.#problem === null ? [] : [this.#problem];
  }

  /** Port that it listens on. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Looks at authorities and bundle now: this replica has become the one that writes. */
  restart(): void {
    this.#job.trigger();
  }

  async close(): Promise<void> {
    await this.#job.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #check(): Promise<void> {
    const { leadership } = this.#options;
    this.#ring = leadership.isLeading ? await this.#rotate() : await this.#read();
    const trusted = await this.#configuration.trusted();
    if (trusted !== null && leadership.isLeading) await this.#configuration.trust(bundleOf(this.#ring));
    await this.#renewLeaf(trusted);
    if (trusted !== null) this.#setProblem(null);
    else
      this.#setProblem(
        `ValidatingWebhookConfiguration "${webhookName(this.#options.client.connection.namespace)}" does not exist, so that the API server does not ask`,
        'install the chart with admission.enabled, or create it',
      );
  }

  async #read(): Promise<AuthorityRing> {
    const kept = (await this.#secret.read())?.get(ENTRY);
    return kept === undefined ? this.#ring : parseRing(kept);
  }

  async #rotate(): Promise<AuthorityRing> {
    const now = Date.now();
    const known = await this.#read();
    const wanted = await rotateRing(known, this.#timing, now);
    const encoded = Buffer.from(JSON.stringify(wanted));
    // One that another replica has changed meanwhile counts, and is looked at again the next time.
    const before = JSON.stringify(known);
    const kept = await this.#secret.update(ENTRY, (current) =>
      current === null || JSON.stringify(parseRing(current)) === before ? encoded : current,
    );
    return parseRing(kept);
  }

  async #renewLeaf(trusted: string | null): Promise<void> {
    const now = Date.now();
    const { overlapMs, leafMs } = this.#timing;
    const signer = signerOf(this.#ring, { overlapMs, trusted: trusted || null, now });
    if (signer === null) return;
    if (this.#leaf?.signer.cert === signer.cert && now < this.#leaf.renewAt) return;
    const { namespace } = this.#options.client.connection;
    const service = `portolan-agent-admission.${namespace}`;
    const { names } = this.#options.listen;
    const authority = await openAuthority(signer);
    const issued = await authority.issue({
      commonName: 'portolan-agent-admission',
      hosts: names.length > 0 ? names : [`${service}.svc`, `${service}.svc.cluster.local`, service],
      usage: 'server',
      notAfter: new Date(now + leafMs),
    });
    this.#server.setSecureContext({ cert: issued.cert, key: issued.key ?? '' });
    this.#leaf = { signer, renewAt: now + (leafMs * 2) / 3 };
    this.#options.log.info(
      { event: 'admission.certificate' },
      'The admission webhook has a new certificate.',
    );
  }

  #setProblem(message: string | null, fix = ''): void {
    const problem: Problem | null =
      message === null ? null : { code: 'admission-off', severity: 'warning', message, fix };
    const hasChanged = problem?.message !== this.#problem?.message;
    this.#problem = problem;
    if (hasChanged) this.#options.onProblems();
  }
}
