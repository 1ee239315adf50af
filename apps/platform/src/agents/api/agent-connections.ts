import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Platform } from '../../platform.ts';
import type { DesiredStates } from '../desired-state/desired-states.ts';
import { agentApp } from './agent-app.ts';
import type { AgentIdentity } from './identity.ts';

/** Serves HTTP/1.1 on connections that brokers relay, each bound to one cluster for as long as it lives. */
export class AgentConnections {
  readonly #identities = new WeakMap<object, AgentIdentity>();
  readonly #open = new Set<Duplex>();
  readonly #server: Server;

  constructor(platform: Platform, states: DesiredStates) {
    const app = agentApp({
      platform,
      states,
      identityOf: (c) => {
        const identity = this.#identities.get(c.env.incoming.socket);
        if (!identity) throw new Error('a connection without an identity');
        return identity;
      },
    });
    this.#server = createServer(
      // Agents keep connections open between calls; the tunnel below notices when one is dead.
      { keepAliveTimeout: 0, requestTimeout: 0 },
      getRequestListener(app.fetch, { overrideGlobalObjects: false }),
    );
  }

  /** Takes over a connection whose handshake is done. */
  accept(connection: Duplex, identity: AgentIdentity): void {
    this.#identities.set(connection, identity);
    this.#open.add(connection);
    connection.once('close', () => this.#open.delete(connection));
    this.#server.emit('connection', connection);
  }

  close(): void {
    for (const connection of this.#open) connection.destroy();
    this.#server.close();
  }
}
