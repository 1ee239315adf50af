/** Why a transport ended; `code` is a WebSocket close code where there is one. */
export interface TransportClose {
  readonly code: number;
  readonly message: string;
}

/** Bytes to send: `slab` from `start` to `end`; the HEADROOM_BYTES before `start` are the transport's to fill. */
export interface Batch {
  readonly slab: Buffer;
  readonly start: number;
  readonly end: number;
}

export interface TransportHandlers {
  /** Bytes of the peer; how they are cut means nothing. Returns whether any of them are still needed after the call. */
  transportData(chunk: Buffer): boolean;
  /** The transport can take more after `isCongested` was true. */
  transportDrain(): void;
  transportClose(reason: TransportClose): void;
}

/** An ordered, reliable byte stream as a session sees it. It is never paused: only windows hold a sender back. */
export interface Transport {
  /** Starts delivery; called once. */
  start(handlers: TransportHandlers): void;
  /** Sends one batch; `sent` is called when the slab is no longer needed. May alter it in place. */
  send(batch: Batch, sent: () => void): void;
  /** Whether so much is waiting that more would only add delay. */
  readonly isCongested: boolean;
  /** Ends after what was sent. */
  close(code: number, reason: string): void;
  /** Ends at once. */
  destroy(): void;
  readonly remoteAddress?: string | undefined;
}
