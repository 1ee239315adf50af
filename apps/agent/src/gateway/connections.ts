import type { Duplex } from 'node:stream';
import type { Handshake } from './tls/demands.ts';
import { parseAddress, type AddressSet } from './http/addresses.ts';
import type { Client } from './exchange/exchange.ts';

/** A client connection and its number of unfinished requests. */
export interface Connection {
  readonly socket: Duplex;
  readonly client: Client;
  inFlight: number;
  /** When a broker's edge opened its stream; null once its first request has it. */
  edgeOpenedAt: number | null;
  /** Called when the last of them has its response. */
  onIdle: (() => void) | null;
}

/** Every open client connection, whether it came from a listener or through a tunnel. */
export class Connections {
  readonly #trusted: AddressSet;
  readonly #open = new Map<Duplex, Connection>();

  constructor(trusted: AddressSet) {
    this.#trusted = trusted;
  }

  add(
    socket: Duplex,
    from: { address: string; port: number; openedAt?: number | undefined; scheme: 'http' | 'https' },
    handshake: Handshake | null = null,
  ): Connection {
    const address = parseAddress(from.address) ?? from.address;
    const client: Client = {
      address,
      port: from.port,
      scheme: from.scheme,
      isTrusted: this.#trusted.has(address),
      handshake,
    };
    const edgeOpenedAt = from.openedAt ?? null;
    const connection: Connection = { socket, client, inFlight: 0, edgeOpenedAt, onIdle: null };
    this.#open.set(socket, connection);
    socket.once('close', () => this.#open.delete(socket));
    return connection;
  }

  find(socket: Duplex): Connection | undefined {
    return this.#open.get(socket);
  }

  closeIdle(): void {
    for (const { socket, inFlight } of this.#open.values()) if (inFlight === 0) socket.destroy();
  }

  closeAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  /** Resolves when the last one has closed or `ms` have passed. */
  untilEmpty(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#open.size === 0) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, ms);
      for (const socket of this.#open.keys()) {
        socket.once('close', () => {
          if (this.#open.size > 0) return;
          clearTimeout(timer);
          resolve();
        });
      }
    });
  }
}

/**
 * Gives a tunnel stream what `node:http` expects of a socket: the peer's address, and a timeout, without which idle
 * keep-alive connections would stay for ever.
 */
export function asSocket(stream: Duplex, client: { address: string; port: number }): Duplex {
  let timer: NodeJS.Timeout | undefined;
  // The HTTP server, TLS and a joined upstream each listen for several of its events.
  stream.setMaxListeners(30);
  const same = (): Duplex => stream;
  Object.assign(stream, {
    remoteAddress: client.address,
    remotePort: client.port,
    remoteFamily: client.address.includes(':') ? 'IPv6' : 'IPv4',
    setNoDelay: same,
    setKeepAlive: same,
    ref: same,
    unref: same,
    setTimeout: (ms: number): Duplex => {
      clearTimeout(timer);
      if (ms > 0) timer = setTimeout(() => stream.emit('timeout'), ms).unref();
      return stream;
    },
  });
  stream.once('close', () => clearTimeout(timer));
  return stream;
}
