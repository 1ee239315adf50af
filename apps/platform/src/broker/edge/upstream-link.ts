import type { Duplex } from 'node:stream';
import type { EdgeClient, EdgeRouter, Upstream } from './edge-target.ts';

/** Below the 5 s after which node:http servers close an idle connection: a request never races with that. */
const REUSE_MS = 3_000;

interface LinkEvents {
  data(chunk: Buffer): void;
  /** Ended or broke; not called for a stream that was dropped here. */
  end(): void;
  drain(): void;
}

/** The way to the agent that a client connection uses at the moment; at most one at a time. */
export class UpstreamLink {
  readonly #router: EdgeRouter;
  readonly #events: LinkEvents;
  #upstream: Upstream | null = null;
  #clusterId = '';
  #usedAt = 0;
  #hasEnded = false;
  #hasEndedCleanly = false;

  constructor(router: EdgeRouter, events: LinkEvents) {
    this.#router = router;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#upstream !== null;
  }

  get hasEndedCleanly(): boolean {
    return this.#hasEndedCleanly;
  }

  get needsDrain(): boolean {
    return this.#upstream?.stream.writableNeedDrain ?? false;
  }

  /** True if the next request to that cluster may take the way already open. Otherwise that way is given up. */
  isUsableFor(clusterId: string): boolean {
    const isUsable =
      this.#upstream !== null &&
      this.#clusterId === clusterId &&
      this.#upstream.isUsable() &&
      !this.#upstream.stream.destroyed &&
      performance.now() - this.#usedAt < REUSE_MS;
    if (!isUsable) this.drop();
    return isUsable;
  }

  /** Opens a way; answers its name, or null where there is none. */
  async open(clusterId: string, client: EdgeClient, tried: ReadonlySet<string>): Promise<string | null> {
    this.drop();
    this.#clusterId = clusterId;
    return this.#attach(await this.#router.open(clusterId, client, tried));
  }

  write(bytes: Buffer): void {
    this.#usedAt = performance.now();
    this.#upstream?.stream.write(bytes);
  }

  pause(): void {
    this.#upstream?.stream.pause();
  }

  resume(): void {
    this.#upstream?.stream.resume();
  }

  /** Gives the stream to somebody else. */
  detach(): Duplex | null {
    const stream = this.#upstream?.stream ?? null;
    this.#upstream = null;
    for (const event of ['data', 'end', 'drain', 'close']) stream?.removeAllListeners(event);
    return stream;
  }

  /** Ends the way: whatever the agent still does on it is for nobody. */
  drop(): void {
    this.detach()?.destroy();
  }

  #attach(upstream: Upstream | null): string | null {
    this.#upstream = upstream;
    this.#hasEnded = false;
    this.#hasEndedCleanly = false;
    if (!upstream) return null;
    const { stream } = upstream;
    this.#usedAt = performance.now();
    stream.on('data', (chunk: Buffer) => {
      this.#usedAt = performance.now();
      this.#events.data(chunk);
    });
    stream.on('drain', () => this.#events.drain());
    stream.on('end', () => this.#end(stream, true));
    stream.on('close', () => this.#end(stream, false));
    stream.on('error', () => undefined);
    return upstream.way;
  }

  #end(stream: Duplex, isClean: boolean): void {
    if (this.#upstream?.stream !== stream || this.#hasEnded) return;
    this.#hasEnded = true;
    this.#hasEndedCleanly = isClean;
    this.drop();
    this.#events.end();
  }
}
