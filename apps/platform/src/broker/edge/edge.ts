import { createServer, type Server, type Socket } from 'node:net';
import { CLIENT_SOCKETS } from '@portolan/process/client-sockets';
import { ConnectionShares, type SharedConnection } from './connection-shares.ts';
import { Deadlines, type Timed } from './deadlines.ts';
import type { EdgeLimits } from './edge-limits.ts';
import type { EdgeRouter } from './edge-target.ts';
import type { EdgeEvents } from './http-connection.ts';

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
  /** Port of the TLS edge as clients reach it, if not 443; for redirects. */
  readonly httpsPort?: string;
}

export interface EdgeConnectionOptions extends EdgeOptions {
  /** Counts the connection for a cluster; false when the cluster has its share of connections. */
  readonly claim: (clusterId: string) => boolean;
}

/** What the protocol of a listener decides. */
interface EdgeProtocol<Connection> {
  /** Number by which refused connections are counted, and the bytes that tell the client. */
  readonly refusal: { readonly code: number; readonly bytes: string | Buffer };
  connect(socket: Socket, options: EdgeConnectionOptions): Connection;
  drain(open: Iterable<Connection>): void;
}

/** Returns a public listener that does not listen yet. Its limits are shared by all of its connections. */
export function createEdge<Connection extends SharedConnection & Timed>(
  options: EdgeOptions,
  protocol: EdgeProtocol<Connection>,
): Edge {
  const open = new ConnectionShares<Connection>(options.limits);
  const deadlines = new Deadlines();
  const server = createServer(CLIENT_SOCKETS, (socket) => {
    const address = socket.remoteAddress ?? '';
    if (!open.admits(address)) {
      options.events.refused(protocol.refusal.code);
      socket.on('error', () => undefined);
      socket.end(protocol.refusal.bytes);
      socket.destroySoon();
      return;
    }
    const connection = protocol.connect(socket, {
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
      protocol.drain(open);
    },
    close() {
      server.close();
      for (const connection of open) connection.close();
      deadlines.close();
    },
  };
}
