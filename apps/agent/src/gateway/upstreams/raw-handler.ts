import type { LookupFunction } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import type { HeaderList } from '../http/header-list.ts';

/** A request as it goes out, whatever carries it. */
export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  /** The host comes first. */
  readonly headers: HeaderList;
  readonly body: Buffer | Readable | null;
  /** The client waits for 100 (Continue) before it sends the body. */
  readonly expectsContinue: boolean;
  /** gRPC needs HTTP/2 from end to end; all else goes by HTTP/1.1 unless the Service speaks nothing else. */
  readonly needsHttp2: boolean;
  /** What followed the body, read once it has ended; null when nothing was announced. */
  readonly trailers: (() => HeaderList) | null;
}

/** undici's interface of raw header lists (decision 0042); what else carries requests speaks it too. */
export interface RawHandler {
  /** Connected: from here on the request may have been seen. */
  onConnect(abort: (reason?: Error) => void): void;
  onUpgrade?(status: number, raw: readonly Buffer[] | readonly string[] | null, socket: Duplex): void;
  /** Also called for interim responses, which others follow. */
  onHeaders(status: number, raw: readonly Buffer[], resume: () => void): boolean;
  onData(chunk: Buffer): boolean;
  onComplete(trailers: readonly (Buffer | string)[] | null): void;
  onBodySent?(chunk: unknown): void;
  onError(error: Error): void;
}

export interface Timeouts {
  readonly connectTimeoutMs: number;
  /** To the response headers; 0 = none. */
  readonly headersTimeoutMs: number;
  /** Of a connection that carries nothing. */
  readonly idleTimeoutMs: number;
}

/** How a connection is made, as Node's net and tls modules take it. */
export interface ConnectOptions {
  readonly lookup?: LookupFunction;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string[];
  readonly cert?: string[];
  readonly key?: string[];
}

export function toBuffers(list: readonly string[]): Buffer[] {
  return list.map((text) => Buffer.from(text, 'latin1'));
}
