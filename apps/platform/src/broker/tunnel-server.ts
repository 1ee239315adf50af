import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { acceptTunnel } from '@portolan/tunnel/websocket/accept';
import { PORTOLAN_V1, readStreamHeader } from '@portolan/tunnel/session/typed-streams';
import { Session } from '@portolan/tunnel/session/session';
import type { RawStream } from '@portolan/tunnel/streams/raw-stream';
import type { Transport } from '@portolan/tunnel/yamux/transport';
import type { Logger } from 'pino';
import type { AgentRelay } from './agent-relay.ts';
import type { Authenticator, Verdict } from './authenticator.ts';
import type { TunnelIdentity } from '@portolan/contract/broker-link';
import type { AgentSession, SessionTable } from './sessions.ts';
import { bearerOf, refuseUpgrade, remoteAddressOf } from './upgrades.ts';

export interface TunnelServerOptions {
  readonly sessions: SessionTable;
  readonly authenticator: Authenticator;
  readonly relay: AgentRelay;
  readonly log: Logger;
  readonly sessionsMax: number;
  readonly sessionsPerClusterMax: number;
  readonly streamsPerSessionMax: number;
  /** Agents must show a certificate of the authority this broker was given. */
  readonly needsCertificate: boolean;
  readonly isDraining: () => boolean;
  /** Counts what was refused, by status. */
  readonly onRefused: (status: number) => void;
}

/** Tunnels that may be in the middle of their authentication. */
const PENDING_MAX = 4_096;

/** Asks for a session that only answers pings: the way is tried, and the tunnel in use stays. */
const PROBE_HEADER = 'portolan-probe';
const PROBE_MS = 15_000;

/** Lets agents in: `GET /tunnel/{tunnelId}`, a WebSocket upgrade under a ticket of the agent. */
export class TunnelServer {
  readonly #options: TunnelServerOptions;
  #pending = 0;

  constructor(options: TunnelServerOptions) {
    this.#options = options;
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, tunnelId: string): Promise<void> {
    const ticket = bearerOf(request);
    const verdict =
      this.#refusalBefore(request, ticket) ?? (await this.#authenticate(ticket ?? '', tunnelId));
    if (!('identity' in verdict)) return this.#refuse(socket, verdict);
    const limit = this.#refusalByLimit(verdict.identity);
    if (limit) return this.#refuse(socket, limit);
    if (socket.destroyed) return;
    const remoteAddress = remoteAddressOf(socket);
    const isTyped = offeredBy(request).includes(PORTOLAN_V1);
    const subprotocol = isTyped ? PORTOLAN_V1 : undefined;
    const transport = acceptTunnel(request, socket, head, { subprotocol, remoteAddress });
    if (!transport) return;
    if (request.headers[PROBE_HEADER] !== undefined) probe(transport);
    else this.#admit(transport, { tunnelId, identity: verdict.identity, remoteAddress, isTyped });
  }

  #refusalBefore(request: IncomingMessage, ticket: string | null): Refused | null {
    if (this.#options.isDraining()) return busy('This broker is draining; take another one.');
    if (ticket === null) {
      return {
        status: 401,
        code: 'invalid-token',
        message: 'A ticket of an agent is required (Authorization: Bearer).',
      };
    }
    if (this.#options.needsCertificate && !isCertified(request)) {
      const message = 'This broker takes agents with a client certificate of its authority only (mTLS).';
      return { status: 401, code: 'invalid-token', message };
    }
    const known = offeredBy(request).filter((name) => name === PORTOLAN_V1 || name === '');
    if (known.length === 0) {
      const message = `None of the offered subprotocols is known here; offer ${PORTOLAN_V1}, or none for plain streams.`;
      return { status: 400, code: 'invalid-request', message };
    }
    return this.#pending >= PENDING_MAX ? busy('Too many agents are connecting at once.') : null;
  }

  async #authenticate(ticket: string, tunnelId: string): Promise<Verdict> {
    this.#pending += 1;
    try {
      return await this.#options.authenticator.check(ticket, tunnelId);
    } finally {
      this.#pending -= 1;
    }
  }

  #refusalByLimit({ clusterId }: TunnelIdentity): Refused | null {
    const { sessions, sessionsMax, sessionsPerClusterMax } = this.#options;
    if (sessions.size >= sessionsMax) return busy('This broker is full; take another one.');
    return sessions.countOf(clusterId) >= sessionsPerClusterMax
      ? {
          status: 429,
          code: 'too-many-requests',
          message: 'This cluster holds too many tunnels to this broker.',
        }
      : null;
  }

  #refuse(socket: Duplex, refusal: Refused): void {
    this.#options.onRefused(refusal.status);
    refuseUpgrade(socket, refusal.status, refusal);
  }

  #admit(transport: Transport, who: Omit<AgentSession, 'session'>): void {
    const { sessions, log, streamsPerSessionMax } = this.#options;
    const { isTyped } = who;
    const session = new Session(transport, { role: 'server', streamsMax: streamsPerSessionMax });
    const { tunnelId, identity } = who;
    session.on('listenerError', (error) =>
      log.error({ event: 'tunnel.listener-failed', tunnelId, err: error }),
    );
    session.on('rawStream', (stream) => void this.#accept(stream, isTyped));
    session.on('close', ({ code, message }) => {
      log.info({
        event: 'tunnel.closed',
        tunnelId,
        clusterId: identity.clusterId,
        why: code,
        reason: message,
      });
    });
    sessions.add({ ...who, session });
    log.info({
      event: 'tunnel.opened',
      tunnelId,
      clusterId: identity.clusterId,
      from: who.remoteAddress,
      isTyped,
    });
  }

  async #accept(stream: RawStream, isTyped: boolean): Promise<void> {
    if (!isTyped) return stream.destroy();
    try {
      const header = await readStreamHeader(stream);
      if (header.kind === 'agent-http') this.#options.relay.relay(stream);
      else stream.destroy();
    } catch {
      stream.destroy(); // already counted by the session as a reset
    }
  }
}

interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function busy(message: string): Refused {
  return { status: 503, code: 'unavailable', message };
}

function probe(transport: Transport): void {
  const session = new Session(transport, { role: 'server', streamsMax: 1 });
  const timer = setTimeout(() => session.destroy(), PROBE_MS);
  session.on('rawStream', (stream) => stream.destroy());
  session.on('close', () => clearTimeout(timer));
}

function isCertified({ socket }: IncomingMessage): boolean {
  return socket instanceof TLSSocket && socket.authorized;
}

function offeredBy(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
}
