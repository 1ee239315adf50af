import type { ByteStream } from '@portolan/tunnel/streams/byte-stream';

/** Origin and target of a public connection, as sent to the agent. */
export interface EdgeClient {
  readonly protocol: 'http' | 'tls';
  readonly address: string;
  readonly port: number;
  /** Host of the request or server name of the ClientHello. */
  readonly host: string;
}

/** Where a host leads. */
export interface EdgeTarget {
  readonly clusterId: string;
  /** Plain HTTP is answered by a redirect to https. */
  readonly isHttpsOnly: boolean;
}

/** One path to the agent: a stream of a tunnel held here, or of a peer broker's. */
export interface Upstream {
  readonly stream: ByteStream;
  /** Names the path, so that a retry takes another one. */
  readonly pathId: string;
  /** False once the tunnel drains: the next request should take another path. */
  isUsable(): boolean;
}

/** What the edge asks of the broker. */
export interface EdgeRouter {
  findTarget(host: string): EdgeTarget | null;
  /** Returns the response to an HTTP-01 challenge (RFC 8555 §8.3); null unless host and token are exactly those of one. */
  findChallenge(host: string, token: string): string | null;
  /** Opens a path not in `tried`; null where none is live. Never rejects, never waits long. */
  open(clusterId: string, client: EdgeClient, tried: ReadonlySet<string>): Promise<Upstream | null>;
  isDraining(): boolean;
  /** False until it is known which hosts there are. */
  isReady(): boolean;
}
