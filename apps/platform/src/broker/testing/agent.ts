import { createServer, type RequestListener, type Server } from 'node:http';
import type { TunnelEndpoint } from '@portolan/contract/agent';
import { dialTunnel, type DialOptions } from '@portolan/tunnel/websocket/dial';
import { PORTOLAN_V1, readStreamHeader, type StreamHeader } from '@portolan/tunnel/session/typed-streams';
import type { RawStream } from '@portolan/tunnel/streams/raw-stream';
import type { TestCredential } from '../../testing/agent-key.ts';
import type { Session } from '@portolan/tunnel/session/session';
import type { TunnelStream } from '@portolan/tunnel/streams/tunnel-stream';

export type EdgeHeader = Extract<StreamHeader, { kind: 'edge' }>;

/** The far end of tunnels, as an agent is: serves HTTP on the public connections that come down. */
export class TestAgent {
  readonly headers: EdgeHeader[] = [];
  readonly sessions: Session[] = [];
  readonly #server: Server;
  readonly #agent: Pick<TestCredential, 'ticket'>;
  /** Takes a stream instead of the HTTP server. */
  onEdge: (stream: TunnelStream, header: EdgeHeader) => void;

  constructor(agent: Pick<TestCredential, 'ticket'>, listener: RequestListener) {
    this.#agent = agent;
    this.#server = createServer({ keepAliveTimeout: 30_000 }, listener);
    this.onEdge = (stream) => void this.#server.emit('connection', stream);
  }

  async dial(
    endpoint: TunnelEndpoint,
    { url = endpoint.url, ...tls }: Partial<Pick<DialOptions, 'url' | 'ca' | 'cert' | 'key'>> = {},
  ): Promise<Session> {
    const session = await dialTunnel({
      url: `${url}/tunnel/${endpoint.id}`,
      ...tls,
      token: this.#agent.ticket({ tunnelId: endpoint.id }),
      subprotocol: PORTOLAN_V1,
      proxy: false,
    });
    this.sessions.push(session);
    session.on('rawStream', (stream) => void this.#accept(stream));
    return session;
  }

  close(): void {
    for (const session of this.sessions) session.destroy();
    this.#server.closeAllConnections();
  }

  async #accept(stream: RawStream): Promise<void> {
    const header = await readStreamHeader(stream);
    if (header.kind !== 'edge') return stream.destroy();
    this.headers.push(header);
    this.onEdge(stream.toDuplex(), header);
  }
}
