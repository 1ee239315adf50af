import type { Gateway } from '../gateway/gateway.ts';
import type { AgentLogger } from '../logs/logger.ts';
import { TunnelManager } from '../tunnels/manager.ts';

export interface TunnelsOptions {
  readonly token: string;
  readonly wanted: number;
  readonly gateway: Gateway;
  readonly log: AgentLogger;
}

/** The agent's tunnels: requests go up them to the platform, public connections come down them to the gateway. */
export class Tunnels extends TunnelManager {
  constructor({ token, wanted, gateway, log }: TunnelsOptions) {
    super({
      token,
      wanted,
      logger: log,
      onEdge: (stream, { client, host, tls }) => {
        if (tls) gateway.acceptTls(stream, client, host);
        else gateway.acceptPlain(stream, client);
      },
    });
  }
}
