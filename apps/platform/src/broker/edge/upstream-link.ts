import type { ByteListener, ByteStream } from '@portolan/tunnel/streams/byte-stream';
import type { EdgeClient, EdgeRouter, Upstream } from './edge-target.ts';

/** Below the 5 s after which node:http servers close an idle connection: a request never races with that. */
const REUSE_MS = 3_000;

interface LinkEvents {
  /** Returns whether the chunk's memory is still needed after the call. */
  data(chunk: Buffer): boolean;
  /** Ended or broke; not called for a stream that was dropped here. */
  end(): void;
  drain(): void;
}

/** The path to the agent that a client connection uses at the moment; at most one at a time. */
export class UpstreamLink implements ByteListener {
  readonly #router: EdgeRouter;
  readonly #events: LinkEvents;
  #upstream: Upstream | null = null;
  #clusterId = '';
  #usedAt = 0;
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
    return this.#upstream?.stream.needsDrain ?? false;
  }

  /** True if the next request to that cluster may take the path already open. Otherwise that path is given up. */
  isUsableFor(clusterId: string): boolean {
    const isUsable =
      this.#upstream !== null &&
      this.#clusterId === clusterId &&
      this.#upstream.isUsable() &&
      performance.now() - this.#usedAt < REUSE_MS;
    if (!isUsable) this.drop();
    return isUsable;
  }

  /** Opens a path; answers its name, or null where there is none. */
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

  /** Gives the stream to somebody else, who must listen to it. */
  detach(): ByteStream | null {
    const stream = this.#upstream?.stream ?? null;
    this.#upstream = null;
    return stream;
  }

  /** Ends the path: whatever the agent still does on it is for nobody. */
  drop(): void {
    this.detach()?.destroy();
  }

  data(chunk: Buffer): boolean {
    this.#usedAt = performance.now();
    return this.#events.data(chunk);
  }

  drain(): void {
    this.#events.drain();
  }

  end(): void {
    this.#endAs(true);
  }

  broken(): void {
    this.#endAs(false);
  }

  #attach(upstream: Upstream | null): string | null {
    this.#upstream = upstream;
    this.#hasEndedCleanly = false;
    if (!upstream) return null;
    this.#usedAt = performance.now();
    upstream.stream.listen(this);
    upstream.stream.resume();
    return upstream.pathId;
  }

  #endAs(isClean: boolean): void {
    this.#hasEndedCleanly = isClean;
    this.drop();
    this.#events.end();
  }
}
