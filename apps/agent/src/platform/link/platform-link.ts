import { Backoff } from '@portolan/process/retry';
import { VERSION } from '@portolan/process/version';
import type { AgentLogger } from '../../logger.ts';
import type { AgentOptions } from '../../options.ts';
import { listNotShared } from '../sharing/shared-data.ts';
import type { StateCache } from '../state/state-cache.ts';
import type { TunnelManager } from '../tunnels/manager.ts';
import { keptClusterUid } from './cluster-uid.ts';
import type { CredentialStore } from './credential-store.ts';
import { linkToPlatform } from './link.ts';

export interface PlatformLinkOptions {
  readonly options: AgentOptions;
  readonly log: AgentLogger;
  readonly credentials: CredentialStore;
  readonly cache: StateCache;
  readonly tunnels: TunnelManager;
  /** Reads what this cluster is recognised by when it links for the first time; null: by something random. */
  readonly clusterUid: (signal: AbortSignal) => Promise<string | null>;
  /** What resources are read from, for people. */
  readonly source: string;
}

/** Brokers may start, and get other addresses, after the platform answered: it is asked again soon while no tunnel is up. */
const NO_BROKERS = { baseMs: 300, capMs: 5_000, floor: 0.1 };

/** Links the agent to its platform, and again whenever the tunnels that were assigned lead nowhere. */
export class PlatformLink {
  readonly #parts: PlatformLinkOptions;
  #linkedAs: string | null = null;
  #askAgain: () => void = () => {};

  constructor(parts: PlatformLinkOptions) {
    this.#parts = parts;
  }

  /** The assigned tunnels lead nowhere: asks the platform for others. */
  askAgain(): void {
    this.#askAgain();
  }

  /** Links until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { cache, tunnels, log } = this.#parts;
    const clusterUid = await this.#clusterUid(signal);
    if (clusterUid === null) return;
    const request = this.#requestOf(clusterUid);
    const backoff = new Backoff(NO_BROKERS);
    while (!signal.aborted) {
      const linked = await linkToPlatform(request, log, signal);
      if (linked === null) return;
      const { clusterName: cluster, workspace } = linked;
      if (this.#linkedAs !== cluster)
        log.info({ event: 'link.made', cluster, workspace }, `linked to the platform as ${cluster}`);
      this.#linkedAs = cluster;
      const { credential: _credential, ...link } = linked;
      cache.saveLink(link);
      tunnels.reconcile(linked.tunnels);
      await backoff.wait(signal);
      if (!tunnels.isReady) continue;
      backoff.reset();
      await this.#untilStale(signal);
    }
  }

  async #clusterUid(signal: AbortSignal): Promise<string | null> {
    const { options, clusterUid } = this.#parts;
    try {
      return await keptClusterUid(options.stateDir, () => clusterUid(signal));
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }

  #requestOf(clusterUid: string) {
    const { options, credentials, source } = this.#parts;
    return {
      platformUrl: options.platformUrl ?? '',
      credentials,
      clusterUid,
      agentVersion: VERSION,
      source,
      generation: options.generation,
      allowCrossNamespace: options.allowCrossNamespace,
      notShared: listNotShared(options.share),
      tunnels: options.tunnels,
    };
  }

  #untilStale(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.#askAgain = end;
      signal.addEventListener('abort', end);
    });
  }
}
