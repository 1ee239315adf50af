import { createServer, type Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { notFound } from '../../app-error.ts';
import type { Api, Platform } from '../../platform.ts';
import type { AgentCredentials } from '../link/credentials.ts';

const HANDSHAKE_MS = 10_000;

/**
 * Serves agents on connections that brokers relay: TLS 1.3, in which both ends show a certificate of the platform's own
 * authority, and HTTP/1.1 within. The relaying broker is not trusted.
 */
export class AgentConnections {
  readonly #platform: Platform;
  readonly #credentials: AgentCredentials;
  readonly #open = new Set<Duplex>();
  #app: Api['app'] | null = null;
  #server: Promise<Server> | null = null;

  constructor(platform: Platform, credentials: AgentCredentials) {
    this.#platform = platform;
    this.#credentials = credentials;
  }

  /** Lets the application respond to agents: to their own calls alone. */
  serve(app: Api['app']): void {
    this.#app = app;
  }

  /** Takes over a connection. */
  accept(connection: Duplex): void {
    this.#open.add(connection);
    connection.once('close', () => this.#open.delete(connection));
    this.#server ??= this.#createServer();
    this.#server.then(
      (server) => void server.emit('connection', connection),
      (error: unknown) => {
        this.#server = null;
        this.#platform.log.error({ event: 'agent-connections.not-served', error: String(error) });
        connection.destroy();
      },
    );
  }

  close(): void {
    for (const connection of this.#open) connection.destroy();
    void this.#server?.then((server) => server.close());
  }

  async #createServer(): Promise<Server> {
    const { agentSockets, log } = this.#platform;
    const server = createServer(
      {
        ...(await this.#credentials.serverCredential()),
        minVersion: 'TLSv1.3',
        requestCert: true,
        rejectUnauthorized: true,
        handshakeTimeout: HANDSHAKE_MS,
        // Agents keep connections open between calls; the tunnel below notices when one is dead.
        keepAliveTimeout: 0,
        requestTimeout: 0,
      },
      getRequestListener((request, env) => this.#respond(request, env), { overrideGlobalObjects: false }),
    );
    server.on('secureConnection', (socket) =>
      agentSockets.add(socket, commonNameOf(socket.getPeerCertificate())),
    );
    server.on('tlsClientError', (error, socket) => {
      log.warn({ event: 'agent-connections.refused', error: error.message });
      socket.destroy();
    });
    return server;
  }

  #respond(request: Request, env: object): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (this.#app && pathname.startsWith('/agent/v1/')) return this.#app.fetch(request, env);
    return Response.json(notFound(`agent call ${request.method} ${pathname}`).body, { status: 404 });
  }
}

function commonNameOf({ subject }: { readonly subject: { readonly CN?: string | string[] } }): string {
  return typeof subject.CN === 'string' ? subject.CN : '';
}
