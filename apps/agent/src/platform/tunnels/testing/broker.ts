import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TunnelEndpoint } from '@portolan/contract/agent';
import { PORTOLAN_V1, readStreamHeader } from '@portolan/tunnel/session/typed-streams';
import { Session } from '@portolan/tunnel/session/session';
import { WEBSOCKET_OPTIONS, websocketTransport } from '@portolan/tunnel/testing/ws-transport';
import { WebSocketServer } from 'ws';

/** The near end of tunnels, as a broker and the platform behind it are. */
export class TestBroker {
  readonly id: string;
  readonly sessions: Session[] = [];
  readonly dials: number[] = [];
  /** Status to respond to dials with, instead of accepting them. */
  refuse: { status: number; message: string } | null = null;
  readonly #server: Server;
  readonly #api: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(id: string, api: RequestListener) {
    this.id = id;
    this.#api = createServer(api);
    this.#server = createServer();
    const webSockets = new WebSocketServer({
      noServer: true,
      ...WEBSOCKET_OPTIONS,
      handleProtocols: () => PORTOLAN_V1,
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.dials.push(performance.now());
      if (this.refuse) {
        const body = JSON.stringify({ error: { code: 'x', message: this.refuse.message } });
        socket.end(
          `HTTP/1.1 ${this.refuse.status} No\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
        );
        return;
      }
      webSockets.handleUpgrade(request, socket, head, (ws) => {
        const session = new Session(websocketTransport(ws), { role: 'server' });
        this.sessions.push(session);
        session.on('rawStream', (stream) => {
          void readStreamHeader(stream).then(() => this.#api.emit('connection', stream.toDuplex()));
        });
      });
    });
  }

  static async start(
    id: string,
    api: RequestListener = (_request, answer) => answer.end(id),
    port = 0,
  ): Promise<TestBroker> {
    const broker = new TestBroker(id, api);
    broker.#server.listen(port, '127.0.0.1');
    await once(broker.#server, 'listening');
    return broker;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get endpoint(): TunnelEndpoint {
    return {
      id: `tunnel-${this.id}`,
      brokerId: this.id,
      region: this.id,
      url: `ws://127.0.0.1:${this.port}`,
    };
  }

  /** Sessions that still live. */
  get live(): Session[] {
    return this.sessions.filter(({ closed }) => !closed);
  }

  /** As a killed process: every connection breaks, nothing listens. */
  kill(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    for (const session of this.sessions) session.destroy();
  }

  close(): void {
    this.kill();
    this.#api.closeAllConnections();
  }
}
