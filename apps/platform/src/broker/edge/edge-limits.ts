/** Bounds on what one public connection may take and how long it may take for it. */
export interface EdgeLimits {
  /** A whole request head, or a whole ClientHello. */
  readonly headMs: number;
  /** Silence between two requests. */
  readonly idleMs: number;
  /** Silence in the middle of a request's body, and of a client that does not read its answer. */
  readonly stallMs: number;
  readonly connectionsMax: number;
  readonly connectionsPerClusterMax: number;
}

export const EDGE_LIMITS: EdgeLimits = {
  headMs: 10_000,
  idleMs: 65_000,
  stallMs: 60_000,
  connectionsMax: 20_000,
  connectionsPerClusterMax: 10_000,
};
