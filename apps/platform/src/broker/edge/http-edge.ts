import { createServer, type Server } from 'node:net';
import { CLIENT_SOCKETS } from '@portolan/process/client-sockets';
import { edgeAnswer } from './answers.ts';
import { ConnectionShares } from './connection-shares.ts';
import { Deadlines } from './deadlines.ts';
import type { EdgeLimits } from './edge-limits.ts';
import type { EdgeRouter } from './edge-target.ts';
import { HttpConnection, type EdgeEvents } from './http-connection.ts';

export interface Edge {
  readonly server: Server;
  readonly connections: number;
  /** Takes no new connection; idle ones end, others after what they are doing. */
  drain(): void;
  /** Ends everything at once. */
  close(): void;
}

export interface EdgeOptions {
  readonly router: EdgeRouter;
  readonly limits: EdgeLimits;
  readonly events: EdgeEvents;
  /** Where the public reaches the TLS edge, if not at 443; for redirects. */
  readonly httpsPort?: string;
}

/** The public plain-HTTP listener, not listening yet. */
export function createHttpEdge(options: EdgeOptions): Edge {
  const open = new ConnectionShares<HttpConnection>(options.limits);
  const deadlines = new Deadlines();
  const server = createServer(CLIENT_SOCKETS, (socket) => {
    const address = socket.remoteAddress ?? '';
    if (!open.admits(address)) {
      options.events.refused(503);
      socket.on('error', () => undefined);
      socket.end(edgeAnswer(503, 'Too many connections.', ['Retry-After: 1']));
      socket.destroySoon();
      return;
    }
    const connection = new HttpConnection(socket, {
      ...options,
      claim: (clusterId) => open.claim(connection, clusterId),
    });
    open.add(connection, address);
    deadlines.add(connection);
    socket.on('close', () => {
      open.remove(connection);
      deadlines.remove(connection);
    });
  });
  return {
    server,
    get connections() {
      return open.size;
    },
    drain() {
      server.close();
      for (const connection of open) connection.drain();
    },
    close() {
      server.close();
      for (const connection of open) connection.close();
      deadlines.close();
    },
  };
}
