/** Bounds on what one public connection may take and how long it may take for it. */
export interface EdgeLimits {
  /** A whole request head, or a whole ClientHello. */
  readonly headMs: number;
  /** Silence between two requests. */
  readonly idleMs: number;
  /** Silence in the middle of a request's body, of a client that does not read its response or has ended its half. */
  readonly stallMs: number;
  readonly connectionsMax: number;
  /** Of one IPv4 address, or one /64 network of IPv6 addresses. */
  readonly connectionsPerAddressMax: number;
  readonly connectionsPerClusterMax: number;
}

export const EDGE_LIMITS: EdgeLimits = {
  headMs: 10_000,
  idleMs: 65_000,
  stallMs: 60_000,
  connectionsMax: 20_000,
  connectionsPerAddressMax: 5_000,
  connectionsPerClusterMax: 10_000,
};
