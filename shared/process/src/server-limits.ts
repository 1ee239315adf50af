import type { Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { networkOf } from '@portolan/contract/address-class';

export interface ServerLimits {
  readonly connectionsMax: number;
  /** Of one IPv4 address, or one /64 network of IPv6 addresses. */
  readonly connectionsPerAddressMax: number;
}

/** Time for the head of a request, and for all of it. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;

/**
 * Limits a server that the public can reach but that expects small requests: connections in total and per address, upgraded ones
 * included, and the time for a request. A connection beyond a limit is closed at once.
 */
export function limitServer(
  server: Server,
  { connectionsMax, connectionsPerAddressMax }: ServerLimits,
): void {
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.maxConnections = connectionsMax;
  const counts = new Map<string, number>();
  server.on('connection', (socket: Duplex) => {
    const address = socket instanceof Socket ? socket.remoteAddress : undefined;
    if (address === undefined) return;
    const network = networkOf(address);
    const count = (counts.get(network) ?? 0) + 1;
    if (count > connectionsPerAddressMax) return void socket.destroy();
    counts.set(network, count);
    socket.once('close', () => {
      const left = (counts.get(network) ?? 1) - 1;
      if (left > 0) counts.set(network, left);
      else counts.delete(network);
    });
  });
}
