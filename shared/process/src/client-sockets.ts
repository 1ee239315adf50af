import type { ServerOpts } from 'node:net';

/**
 * Options of servers that the public reaches. A client that has vanished without a word is noticed by probes, as in Go's servers:
 * an idle WebSocket or event stream would hold its connection, and the one behind it, for ever.
 */
export const CLIENT_SOCKETS = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 15_000,
} as const satisfies ServerOpts;
