import type { TunnelIdentity } from '@portolan/contract/broker-link';
import type { sessionReport } from '@portolan/contract/broker-link';
import type { z } from 'zod';
import type { Session } from '@portolan/tunnel/session/session';

/** One agent's tunnel that ends here. */
export interface AgentSession {
  readonly tunnelId: string;
  readonly identity: TunnelIdentity;
  readonly session: Session;
  /** The agent speaks typed streams; else it gets raw public connections only. */
  readonly isTyped: boolean;
  readonly remoteAddress: string;
}

/** All tunnels that end here. */
export class SessionTable {
  readonly #all = new Set<AgentSession>();
  /** By tunnel. */
  readonly #newest = new Map<string, AgentSession>();
  readonly #byCluster = new Map<string, Set<AgentSession>>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#all.size;
  }

  countOf(clusterId: string): number {
    return this.#byCluster.get(clusterId)?.size ?? 0;
  }

  [Symbol.iterator](): IterableIterator<AgentSession> {
    return this.#all.values();
  }

  /** Adds a tunnel until it closes. An older one of the same id finishes what it carries and goes: the agent replaced it. */
  add(entry: AgentSession): void {
    void this.#newest.get(entry.tunnelId)?.session.close('Replaced by a newer connection.');
    this.#newest.set(entry.tunnelId, entry);
    this.#all.add(entry);
    const siblings = this.#byCluster.get(entry.identity.clusterId);
    if (siblings) siblings.add(entry);
    else this.#byCluster.set(entry.identity.clusterId, new Set([entry]));
    entry.session.on('close', () => this.#remove(entry));
    entry.session.on('goAway', () => this.#onChange());
    this.#onChange();
  }

  /** Tunnels to a cluster that take new streams: who answers, the least busy, the nearest first. */
  usable(clusterId: string): AgentSession[] {
    const entries = [...(this.#byCluster.get(clusterId) ?? [])].filter(
      ({ session }) => !session.closed && !session.draining,
    );
    if (entries.length < 2) return entries;
    return entries
      .map((entry) => ({ entry, stats: entry.session.stats() }))
      .toSorted(
        (a, b) =>
          Number(a.entry.session.isUnresponsive) - Number(b.entry.session.isUnresponsive) ||
          a.stats.streams - b.stats.streams ||
          rttOf(a.stats) - rttOf(b.stats),
      )
      .map(({ entry }) => entry);
  }

  /** The newest session of each tunnel: an older one only finishes what it carries. */
  get newest(): Iterable<AgentSession> {
    return this.#newest.values();
  }

  /** Returns the session of a tunnel that is up since then, as it was reported. */
  find(tunnelId: string, since: string): AgentSession | undefined {
    const entry = this.#newest.get(tunnelId);
    return entry && sinceOf(entry) === since ? entry : undefined;
  }

  /** Returns the newest session of each tunnel, for reports to the platform. */
  report(): z.input<typeof sessionReport>[] {
    return [...this.#newest.values()].map((entry) => {
      const { tunnelId, identity, session, remoteAddress } = entry;
      const stats = session.stats();
      return {
        tunnelId,
        clusterId: identity.clusterId,
        credentialId: identity.credentialId,
        since: sinceOf(entry),
        remoteAddress,
        draining: session.draining,
        rttMs: stats.rttMs ?? null,
        streams: stats.streams,
        streamsTotal: stats.streamsOpened + stats.streamsAccepted,
        bytesIn: stats.bytesIn,
        bytesOut: stats.bytesOut,
        resets: stats.resets,
        windowStalls: stats.windowStalls,
      };
    });
  }

  #remove(entry: AgentSession): void {
    this.#all.delete(entry);
    if (this.#newest.get(entry.tunnelId) === entry) this.#newest.delete(entry.tunnelId);
    const siblings = this.#byCluster.get(entry.identity.clusterId);
    siblings?.delete(entry);
    if (siblings?.size === 0) this.#byCluster.delete(entry.identity.clusterId);
    this.#onChange();
  }
}

function sinceOf({ session }: AgentSession): string {
  return new Date(session.stats().openedAt).toISOString();
}

function rttOf(stats: { readonly rttMs: number | undefined }): number {
  return stats.rttMs ?? Number.MAX_SAFE_INTEGER;
}
