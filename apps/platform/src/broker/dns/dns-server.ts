import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6, createServer, type Server, type Socket } from 'node:net';
import type { DirectoryDns } from '@portolan/contract/broker-link';
import { guardListener } from '@portolan/process/guard-listener';
import { ConnectionShares, type SharedConnection } from '../edge/connection-shares.ts';
import { RCODE } from '../../dns/codes.ts';
import { encodeMalformed, encodeResponse, encodeTruncated, readQuery, type Query } from './query.ts';
import { ResponseRate } from './response-rate.ts';
import { ChallengeZone } from './zone.ts';

/** A message over TCP has a length of 16 bits (RFC 1035 §4.2.2). */
const TCP_BYTES_MAX = 65_535;
const QUERY_BYTES_MAX = 1_024;
const RESPONSES_PER_SECOND = 50;
/** RFC 7766 §6.2.3: seconds are enough. */
const TCP_IDLE_MS = 5_000;
const TCP_QUERIES_MAX = 100;
const TCP_LIMITS = {
  connectionsMax: 1_000,
  connectionsPerAddressMax: 50,
  connectionsPerClusterMax: 1_000,
} as const;

/** Answers queries for the zone of DNS-01 challenges over UDP and TCP, and refuses all others. */
export class DnsServer {
  readonly #address: { readonly host: string; readonly port: number };
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #connections = new ConnectionShares<TcpConnection>(TCP_LIMITS);
  readonly #rate = new ResponseRate(RESPONSES_PER_SECOND);
  readonly #onFailure: (error: unknown) => void;
  #zone: ChallengeZone | null = null;

  /** @param onFailure Called for errors of sockets, which end nothing but the exchange. */
  constructor(
    address: { readonly host: string; readonly port: number },
    onFailure: (error: unknown) => void,
  ) {
    this.#address = address;
    this.#onFailure = onFailure;
    this.#udp = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4');
    this.#udp.on(
      'message',
      guardListener((bytes: Buffer, from: RemoteInfo) => this.#onDatagram(bytes, from), onFailure),
    );
    this.#tcp = createServer(guardListener((socket: Socket) => this.#accept(socket), onFailure));
  }

  /** Replaces what is answered; null: every query is refused. */
  serve(dns: DirectoryDns | null): void {
    this.#zone = dns === null ? null : new ChallengeZone(dns, Math.floor(Date.now() / 1000));
  }

  /** Listens on the same port of both. Returns it. */
  async listen(): Promise<number> {
    const { host, port } = this.#address;
    this.#tcp.listen({ host, port });
    await once(this.#tcp, 'listening');
    const bound = this.#tcp.address();
    const chosen = typeof bound === 'object' && bound !== null ? bound.port : port;
    this.#udp.bind({ address: host, port: chosen });
    await once(this.#udp, 'listening');
    for (const socket of [this.#tcp, this.#udp]) socket.on('error', this.#onFailure);
    return chosen;
  }

  close(): void {
    this.#tcp.close();
    for (const connection of this.#connections) connection.close();
    try {
      this.#udp.close();
    } catch {
      // It never listened.
    }
  }

  #onDatagram(bytes: Buffer, { address, port }: RemoteInfo): void {
    const query = readQuery(bytes);
    if (query === null) return;
    const sent = this.#rate.decide(address, Date.now());
    if (sent === 'none') return;
    this.#udp.send(
      'rcode' in query
        ? encodeMalformed(query)
        : sent === 'truncated'
          ? encodeTruncated(query)
          : this.#respond(query, query.udpBytes),
      port,
      address,
      (error) => {
        if (error !== null) this.#onFailure(error);
      },
    );
  }

  #respond(query: Query, bytesMax: number): Buffer {
    const refused = { rcode: RCODE.REFUSED, isAuthoritative: false, answers: [], authorities: [] };
    return encodeResponse(query, this.#zone?.answer(query) ?? refused, bytesMax);
  }

  #accept(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    socket.on('error', () => undefined);
    if (!this.#connections.admits(address)) {
      socket.destroy();
      return;
    }
    const connection = new TcpConnection(socket, (bytes) => {
      const query = readQuery(bytes);
      if (query === null) return null;
      return 'rcode' in query ? encodeMalformed(query) : this.#respond(query, TCP_BYTES_MAX);
    });
    this.#connections.add(connection, address);
    socket.on('close', () => this.#connections.remove(connection));
  }
}

/** Answers the queries of one connection, one after another. */
class TcpConnection implements SharedConnection {
  readonly #socket: Socket;
  readonly #answer: (query: Buffer) => Buffer | null;
  #received: Buffer = Buffer.alloc(0);
  #queries = 0;

  constructor(socket: Socket, answer: (query: Buffer) => Buffer | null) {
    this.#socket = socket;
    this.#answer = answer;
    socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());
    socket.on(
      'data',
      guardListener(
        (chunk: Buffer) => this.#onData(chunk),
        () => socket.destroy(),
      ),
    );
    socket.on('end', () => socket.end());
  }

  get isIdle(): boolean {
    return this.#received.length === 0;
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 2) {
      const length = this.#received.readUInt16BE(0);
      if (length > QUERY_BYTES_MAX) return this.close();
      if (this.#received.length < 2 + length) return;
      const query = this.#received.subarray(2, 2 + length);
      this.#received = this.#received.subarray(2 + length);
      this.#queries += 1;
      const answer = this.#answer(query);
      // A client that does not read its responses is not sent more of them.
      if (answer === null || this.#queries > TCP_QUERIES_MAX || this.#socket.writableNeedDrain)
        return this.close();
      const size = Buffer.alloc(2);
      size.writeUInt16BE(answer.length, 0);
      this.#socket.write(Buffer.concat([size, answer]));
    }
  }
}
