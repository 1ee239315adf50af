import { connect, isIPv6, type Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';

/** A proxy that hosts can be left to lives in the same cluster: one that does not accept by then is away. */
const CONNECT_TIMEOUT_MS = 2_000;
const PUBLIC_PORT = 443;

export interface TlsRelayOptions {
  readonly address: { readonly host: string; readonly port: number };
  /** Whether connections begin with the address of their client, by the PROXY protocol. */
  readonly hasProxyProtocol: boolean;
  /** Returns whether the proxy serves a host. */
  readonly serves: (host: string) => boolean;
  /** Called when the proxy could not be reached, with the reason. */
  readonly onUnreachable: (reason: string) => void;
}

interface ClientAddress {
  readonly address: string;
  readonly port: number;
}

/** Passes TLS connections on, still encrypted, to a proxy beside the agent that terminates them. */
export class TlsRelay {
  readonly #options: TlsRelayOptions;
  readonly #open = new Set<Duplex>();

  constructor(options: TlsRelayOptions) {
    this.#options = options;
  }

  serves(host: string): boolean {
    return this.#options.serves(host.toLowerCase());
  }

  /** Passes a connection on; `otherwise` is called in its place while the proxy cannot be reached. */
  pass(stream: Duplex, client: ClientAddress, otherwise: () => void): void {
    const { address, hasProxyProtocol } = this.#options;
    const socket = connect({ host: address.host, port: address.port, noDelay: true, allowHalfOpen: true });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`)),
      CONNECT_TIMEOUT_MS,
    );
    this.#keep(stream);
    const refused = (error: Error): void => {
      clearTimeout(timer);
      this.#open.delete(stream);
      this.#options.onUnreachable(error.message);
      if (!stream.destroyed) otherwise();
    };
    socket.once('error', refused);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', refused);
      this.#keep(socket);
      // Its client went away meanwhile: there is nothing to join.
      if (stream.destroyed) return void socket.destroy();
      if (hasProxyProtocol) socket.write(proxyHeader(client));
      join(stream, socket);
    });
  }

  /** Ends every connection. */
  close(): void {
    for (const stream of this.#open) stream.destroy();
  }

  #keep(stream: Duplex): void {
    this.#open.add(stream);
    stream.on('error', () => stream.destroy());
    stream.once('close', () => this.#open.delete(stream));
  }
}

/** Bytes pass in both directions until both have ended; an error of one side ends the other. */
function join(stream: Duplex, socket: Socket): void {
  const ended = (error: Error | null | undefined): void => {
    if (!error) return;
    stream.destroy();
    socket.destroy();
  };
  pipeline(stream, socket, ended);
  pipeline(socket, stream, ended);
}

/** Returns the header of version 1 of the PROXY protocol (haproxy's `proxy-protocol.txt`, §2.1). */
function proxyHeader({ address, port }: ClientAddress): string {
  const [family, own] = isIPv6(address) ? ['TCP6', '::1'] : ['TCP4', '127.0.0.1'];
  return `PROXY ${family} ${address} ${own} ${port} ${PUBLIC_PORT}\r\n`;
}
