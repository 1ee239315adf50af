import type { CertificateReport, PublicCertificates } from '@portolan/contract/certificates';
import type { DesiredState } from '@portolan/contract/desired-state';
import { getIssuedChain, reportCertificates } from '@portolan/contract/certificates';
import { Backoff } from '@portolan/process/retry';
import { WakeSignal } from '@portolan/process/wake-signal';
import type { ChallengeCertificate } from '../../gateway/tls/tls-challenges.ts';
import type { AgentLogger } from '../../logger.ts';
import { Outbox } from '../uplink/outbox.ts';
import { callPlatform, type Uplink } from '../uplink/uplink.ts';
import type { CertificateFiles, KeptCertificate } from './certificate-files.ts';
import { challengeCertificate, generateKey, signingRequest } from './signing-request.ts';

const RETRY = { baseMs: 1_000, capMs: 60_000, floor: 0.1 };
/** What is no longer wanted is kept for this time: an older state may come back from a copy. */
const KEPT_MS = 7 * 24 * 3600_000;

type Served = DesiredState['certificates'];

export interface AgentCertificatesOptions {
  readonly files: CertificateFiles;
  readonly uplink: Uplink;
  readonly log: AgentLogger;
  /** Serves these certificates in place of those from before. */
  readonly serve: (certificates: Served) => void;
  readonly setChallenges: (challenges: ReadonlyMap<string, ChallengeCertificate>) => void;
}

/**
 * Makes keys for the certificates that the platform orders and serves what was issued for them. A key never leaves the files that
 * replicas of this agent share.
 */
export class AgentCertificates {
  readonly outbox: Outbox;
  readonly #options: AgentCertificatesOptions;
  readonly #kept = new Map<string, KeptCertificate>();
  readonly #challenges = new Map<string, ChallengeCertificate>();
  readonly #requests = new Map<string, string>();
  #wanted: PublicCertificates | null = null;
  #waiting: CertificateReport | null = null;
  readonly #changed = new WakeSignal();

  constructor(options: AgentCertificatesOptions) {
    this.#options = options;
    this.outbox = new Outbox({
      log: options.log,
      what: 'certificate requests',
      giveUp: async () => {
        this.#waiting = null;
      },
      sendNext: async (signal) => {
        const report = this.#waiting;
        if (report === null) return false;
        await callPlatform(options.uplink, reportCertificates, { body: report }, signal);
        if (this.#waiting === report) this.#waiting = null;
        return true;
      },
    });
  }

  /** Serves what is kept of a state, without the platform. */
  async restore(wanted: PublicCertificates | null): Promise<void> {
    this.#wanted = wanted;
    if (wanted === null) return;
    await this.#loadKept(wanted).catch((error: unknown) => this.#warn(error));
    this.#options.serve(this.#servable(wanted));
  }

  /** Brings keys, certificates and answers to what the platform wants, soon. */
  apply(wanted: PublicCertificates | null): void {
    if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) return;
    this.#wanted = wanted;
    this.#changed.wake();
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(RETRY);
    let done: PublicCertificates | null = null;
    while (!signal.aborted) {
      const wanted = this.#wanted;
      if (wanted === done) {
        await this.#changed.wait(signal);
        continue;
      }
      try {
        await this.#follow(wanted ?? { requests: [], issued: [], challenges: [] }, signal);
        done = wanted;
        backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        this.#warn(error);
        await backoff.wait(signal);
      }
    }
  }

  async #follow(wanted: PublicCertificates, signal: AbortSignal): Promise<void> {
    await this.#answerChallenges(wanted);
    await this.#makeRequests(wanted);
    await this.#loadKept(wanted);
    // What can be answered is reported before chains are fetched: authorities wait for it.
    this.#report(wanted);
    this.#options.serve(this.#servable(wanted));
    await this.#fetchChains(wanted, signal);
    this.#options.serve(this.#servable(wanted));
    this.#report(wanted);
    await this.#prune(wanted);
  }

  async #answerChallenges({ challenges }: PublicCertificates): Promise<void> {
    const answers = new Map<string, ChallengeCertificate>();
    for (const { host, token, digest } of challenges) {
      const known = this.#challenges.get(token) ?? (await challengeCertificate(host, digest));
      this.#challenges.set(token, known);
      answers.set(host, known);
    }
    const pending = new Set(challenges.map(({ token }) => token));
    for (const token of this.#challenges.keys()) if (!pending.has(token)) this.#challenges.delete(token);
    this.#options.setChallenges(answers);
  }

  async #makeRequests({ requests }: PublicCertificates): Promise<void> {
    const wanted = new Set(requests.map(({ id }) => id));
    for (const id of this.#requests.keys()) if (!wanted.has(id)) this.#requests.delete(id);
    for (const { id, hosts } of requests) {
      if (this.#requests.has(id)) continue;
      const made = { key: generateKey(), chain: null, createdAt: new Date().toISOString() };
      const kept = await this.#options.files.update(id, (current) => current ?? made);
      this.#kept.set(id, kept);
      this.#requests.set(id, await signingRequest(kept.key, hosts));
    }
  }

  async #loadKept({ issued }: PublicCertificates): Promise<void> {
    for (const { id } of issued) {
      if (this.#kept.get(id)?.chain != null) continue;
      const kept = await this.#options.files.load(id);
      if (kept !== null) this.#kept.set(id, kept);
    }
  }

  async #fetchChains({ issued }: PublicCertificates, signal: AbortSignal): Promise<void> {
    for (const { id } of issued) {
      const kept = this.#kept.get(id);
      if (kept === undefined || kept.chain !== null) continue;
      const { chain } = await callPlatform(this.#options.uplink, getIssuedChain, { query: { id } }, signal);
      const next = await this.#options.files.update(id, (current) => ({ ...(current ?? kept), chain }));
      this.#kept.set(id, next);
    }
  }

  /** Returns one certificate for each host: the first whose key and chain are here. */
  #servable({ issued }: PublicCertificates): Served {
    const taken = new Set<string>();
    return issued.flatMap(({ id, hosts }) => {
      const kept = this.#kept.get(id);
      const free = hosts.filter((host) => !taken.has(host));
      if (kept?.chain == null || free.length === 0) return [];
      for (const host of free) taken.add(host);
      return [{ hosts: free, cert: kept.chain, key: kept.key }];
    });
  }

  #report({ requests, issued, challenges }: PublicCertificates): void {
    const csrOf = (id: string) => {
      const csr = this.#requests.get(id);
      return csr === undefined ? [] : [{ id, csr }];
    };
    this.#waiting = {
      requests: requests.flatMap(({ id }) => csrOf(id)),
      challenges: challenges.map(({ token }) => token),
      served: issued.map(({ id }) => id).filter((id) => this.#kept.get(id)?.chain != null),
      missing: issued.map(({ id }) => id).filter((id) => !this.#kept.has(id)),
    };
    this.outbox.wake();
  }

  async #prune({ requests, issued }: PublicCertificates): Promise<void> {
    const wanted = new Set([...requests, ...issued].map(({ id }) => id));
    for (const id of await this.#options.files.list()) {
      if (wanted.has(id)) continue;
      const kept = this.#kept.get(id) ?? (await this.#options.files.load(id));
      if (kept !== null && Date.now() - Date.parse(kept.createdAt) < KEPT_MS) continue;
      this.#kept.delete(id);
      await this.#options.files.remove(id);
    }
  }

  #warn(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#options.log.warn(
      { event: 'certificates.not-current', error: why },
      `Certificates of public authorities are not current: ${why}. It is tried again.`,
    );
  }
}
