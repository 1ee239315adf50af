import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { AgentIdentity } from '@portolan/contract/agent';
import { notFound } from '../../app-error.ts';
import type { AgentSockets } from '../../auth/agents.ts';
import type { Api } from '../../platform.ts';

/** Serves HTTP/1.1 on connections that brokers relay, each bound to one agent for as long as it lives. */
export class AgentConnections {
  readonly #sockets: AgentSockets;
  readonly #open = new Set<Duplex>();
  // Agents keep connections open between calls; the tunnel below notices when one is dead.
  readonly #server: Server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 });

  constructor(sockets: AgentSockets) {
    this.#sockets = sockets;
  }

  /** Lets the application respond to agents: to their own calls alone. */
  serve(app: Api['app']): void {
    const fetch: typeof app.fetch = (request, ...rest) => {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/agent/v1/')) return app.fetch(request, ...rest);
      return Response.json(notFound(`agent call ${request.method} ${pathname}`).body, { status: 404 });
    };
    this.#server.on('request', getRequestListener(fetch, { overrideGlobalObjects: false }));
  }

  /** Takes over a connection whose handshake is done. */
  accept(connection: Duplex, identity: AgentIdentity): void {
    this.#sockets.bind(connection, identity);
    this.#open.add(connection);
    connection.once('close', () => this.#open.delete(connection));
    this.#server.emit('connection', connection);
  }

  close(): void {
    for (const connection of this.#open) connection.destroy();
    this.#server.close();
  }
}
