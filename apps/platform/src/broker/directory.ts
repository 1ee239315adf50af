import type { DirectoryMessage } from '@portolan/contract/broker-link';
import type { EdgeTarget } from './edge/edge-target.ts';
import type { SnapshotState } from './snapshot.ts';

export interface Peer {
  readonly brokerId: string;
  readonly url: string;
  readonly clusters: ReadonlySet<string>;
  /** What to show to it; undefined from platforms of the version before. */
  readonly credential?: string | undefined;
}

/** What this broker knows of hosts and of other brokers. Kept while the platform is away. */
export class Directory {
  readonly #hosts = new Map<string, EdgeTarget>();
  #peers: readonly Peer[] = [];
  #isSynced = false;

  /** Whether the platform has told it since the start: before that, a host that is not in it may well exist. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Takes up what it knew before: hosts that came since are not in it. */
  restore(remembered: SnapshotState['directory']): void {
    this.apply(remembered);
    this.#isSynced = false;
  }

  find(host: string): EdgeTarget | null {
    return this.#hosts.get(host) ?? null;
  }

  peersWith(clusterId: string): readonly Peer[] {
    return this.#peers.filter((peer) => peer.clusters.has(clusterId));
  }

  /** All it knows, as the message that would tell it so. */
  snapshot(): SnapshotState['directory'] {
    return {
      type: 'snapshot',
      hosts: Array.from(this.#hosts, ([host, { clusterId, isHttpsOnly: https }]) => ({
        host,
        clusterId,
        https,
      })),
      peers: this.#peers.map((peer) => ({ ...peer, clusters: [...peer.clusters] })),
    };
  }

  apply(message: Extract<DirectoryMessage, { type: 'snapshot' | 'hosts' | 'peers' }>): void {
    if (message.type === 'snapshot') {
      this.#hosts.clear();
      this.#isSynced = true;
    }
    if (message.type !== 'peers') {
      for (const { host, clusterId, https } of message.hosts) {
        this.#hosts.set(host, { clusterId, isHttpsOnly: https });
      }
    }
    if (message.type === 'hosts') for (const host of message.removed) this.#hosts.delete(host);
    if (message.type !== 'hosts') {
      this.#peers = message.peers.map((peer) => ({ ...peer, clusters: new Set(peer.clusters) }));
    }
  }
}
