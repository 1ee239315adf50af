import { openTypedRaw } from '@portolan/tunnel/session/typed-streams';
import type { RawStream } from '@portolan/tunnel/streams/raw-stream';
import type { Directory } from './directory.ts';
import type { EdgeClient, EdgeRouter, EdgeTarget, Upstream } from './edge/edge-target.ts';
import { openPeerStream } from './peer/client.ts';
import type { AgentSession, SessionTable } from './sessions.ts';

/** A tunnel that has not taken a stream by then is not worth waiting for. */
const OPEN_MS = 5_000;
const PEERS_MAX = 2;

export interface RouterOptions {
  readonly sessions: SessionTable;
  readonly directory: Directory;
  readonly peerCa: string | undefined;
  readonly streamsPerSessionMax: number;
  readonly isDraining: () => boolean;
}

/** Finds the path from a public connection to an agent: a tunnel held here, else a peer's, at most one hop away. */
export class Router implements EdgeRouter {
  readonly #options: RouterOptions;
  readonly #names = new WeakMap<AgentSession, string>();
  #named = 0;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  findTarget(host: string): EdgeTarget | null {
    return this.#options.directory.find(host);
  }

  findChallenge(host: string, token: string): string | null {
    return this.#options.directory.findChallenge(host, token);
  }

  isDraining(): boolean {
    return this.#options.isDraining();
  }

  isReady(): boolean {
    return this.#options.directory.isSynced;
  }

  async open(clusterId: string, client: EdgeClient, tried: ReadonlySet<string>): Promise<Upstream | null> {
    const own = await this.openOwn(clusterId, client, tried);
    if (own) return own;
    const { peerCa: ca } = this.#options;
    const peers = this.#options.directory.peersWith(clusterId);
    for (const { brokerId, url, credential } of peers.slice(0, PEERS_MAX)) {
      const pathId = `peer:${brokerId}`;
      if (tried.has(pathId) || credential === undefined) continue;
      const stream = await openPeerStream(url, clusterId, { client, credential, ca });
      if (stream) return { stream, pathId, isUsable: () => this.#options.sessions.countOf(clusterId) === 0 };
    }
    return null;
  }

  /** Only by a tunnel held here: what a peer asks for goes no further. */
  async openOwn(clusterId: string, client: EdgeClient, tried: ReadonlySet<string>): Promise<Upstream | null> {
    for (const entry of this.#options.sessions.usable(clusterId)) {
      const pathId = this.#nameOf(entry);
      if (tried.has(pathId) || entry.session.stats().streams >= this.#options.streamsPerSessionMax) continue;
      const stream = await openStream(entry, client);
      if (stream) return { stream, pathId, isUsable: () => !entry.session.closed && !entry.session.draining };
    }
    return null;
  }

  #nameOf(entry: AgentSession): string {
    const known = this.#names.get(entry);
    if (known) return known;
    this.#named += 1;
    const name = `session:${this.#named}`;
    this.#names.set(entry, name);
    return name;
  }
}

async function openStream({ session, isTyped }: AgentSession, client: EdgeClient): Promise<RawStream | null> {
  const { address, port, host, protocol } = client;
  const opening: Promise<RawStream> = isTyped
    ? openTypedRaw(session, {
        kind: 'edge',
        client: { address, port },
        host,
        tls: protocol === 'tls',
        openedAt: Date.now(),
      })
    : session.openRaw();
  const { promise, resolve } = Promise.withResolvers<RawStream | null>();
  const timer = setTimeout(() => resolve(null), OPEN_MS);
  opening.then(
    (stream) => {
      resolve(stream);
    },
    () => resolve(null),
  );
  const opened = await promise.finally(() => clearTimeout(timer));
  if (opened === null)
    opening.then(
      (late) => late.destroy(),
      () => undefined,
    );
  return opened;
}
