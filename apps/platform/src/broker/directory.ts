import type { DirectoryDns, DirectoryMessage } from '@portolan/contract/broker-link';
import type { EdgeTarget } from './edge/edge-target.ts';
import type { SnapshotState } from './snapshot.ts';

export interface Peer {
  readonly brokerId: string;
  readonly url: string;
  readonly clusters: ReadonlySet<string>;
  /** What to show to it; undefined from platforms of the version before. */
  readonly credential?: string | undefined;
}

type Challenge = NonNullable<Extract<DirectoryMessage, { type: 'hosts' }>['challenges']>[number];

/** Hosts and peers, as the platform last sent them. Kept while the platform is away. */
export class Directory {
  readonly #hosts = new Map<string, EdgeTarget>();
  #peers: readonly Peer[] = [];
  #accepts: ReadonlySet<string> | null = null;
  #challenges: readonly Challenge[] = [];
  #dns: DirectoryDns | null = null;
  #isSynced = false;

  /** Returns whether the platform has sent it since the start: before that, a host that is missing may well exist. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Restores an earlier state: hosts added since are not in it. */
  restore(state: SnapshotState['directory']): void {
    this.apply(state);
    this.#isSynced = false;
  }

  /** Returns where a host leads: by itself, else by its wildcard, which stands for one label. */
  find(host: string): EdgeTarget | null {
    const dot = host.indexOf('.');
    const wildcard = dot === -1 ? undefined : this.#hosts.get(`*${host.slice(dot)}`);
    return this.#hosts.get(host) ?? wildcard ?? null;
  }

  /** Returns the answer to a challenge of an authority (RFC 8555 §8.3); null unless host and token are exactly those of one. */
  findChallenge(host: string, token: string): string | null {
    const found = this.#challenges.find((each) => each.host === host && each.token === token);
    return found?.keyAuthorization ?? null;
  }

  /** Zone of answers to DNS-01 challenges; null where the platform has none. */
  get dns(): DirectoryDns | null {
    return this.#dns;
  }

  /** Tokens of the challenges that are answered. */
  get challengeTokens(): string[] {
    return [...this.#challenges, ...(this.#dns?.texts ?? [])].map(({ token }) => token);
  }

  peersWith(clusterId: string): readonly Peer[] {
    return this.#peers.filter((peer) => peer.clusters.has(clusterId));
  }

  /** Returns whether a broker may relay public connections to this one. Platforms of the version before do not limit that. */
  accepts(brokerId: string): boolean {
    return this.#accepts === null || this.#accepts.has(brokerId);
  }

  /** Returns all of it as the message that would set it. */
  snapshot(): SnapshotState['directory'] {
    return {
      type: 'snapshot',
      hosts: Array.from(this.#hosts, ([host, { clusterId, isHttpsOnly: https }]) => ({
        host,
        clusterId,
        https,
      })),
      peers: this.#peers.map((peer) => ({ ...peer, clusters: [...peer.clusters] })),
      ...(this.#accepts === null ? {} : { accepts: [...this.#accepts] }),
    };
  }

  apply(message: Extract<DirectoryMessage, { type: 'snapshot' | 'hosts' | 'peers' }>): void {
    if (message.type === 'snapshot') {
      this.#hosts.clear();
      this.#isSynced = true;
    }
    if (message.type !== 'peers' && message.challenges !== undefined) this.#challenges = message.challenges;
    if (message.type === 'snapshot') this.#dns = message.dns ?? null;
    if (message.type === 'hosts' && message.dns !== undefined) this.#dns = message.dns;
    if (message.type !== 'peers') {
      for (const { host, clusterId, https } of message.hosts) {
        this.#hosts.set(host, { clusterId, isHttpsOnly: https });
      }
    }
    if (message.type === 'hosts') for (const host of message.removed) this.#hosts.delete(host);
    if (message.type !== 'hosts') {
      this.#peers = message.peers.map((peer) => ({ ...peer, clusters: new Set(peer.clusters) }));
      this.#accepts = message.accepts === undefined ? null : new Set(message.accepts);
    }
  }
}
