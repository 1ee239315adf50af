import { Counter, Gauge, Registry } from 'prom-client';
import { registerEdgeCounts } from './edge-metrics.ts';
import type { EdgeEvents } from './edge/http-connection.ts';
import type { SessionTable } from './sessions.ts';

export interface BrokerMetrics {
  readonly registry: Registry;
  edge(protocol: 'http' | 'tls'): EdgeEvents;
  tunnelRefused(status: number): void;
}

/** Creates the metrics that a broker serves at `/metrics`. */
export function createMetrics(
  sessions: SessionTable,
  state: {
    readonly connections: () => number;
    readonly isDraining: () => boolean;
    readonly isConnected: () => boolean;
    readonly onEdgeFailure: (error: unknown) => void;
  },
): BrokerMetrics {
  const registry = new Registry();
  const counter = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Counter({ name: `portolan_broker_${name}`, help, labelNames, registers: [registry] });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `portolan_broker_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  const total = (pick: 'streams' | 'unreadBytes') => () => {
    let sum = 0;
    for (const { session } of sessions) sum += session.stats()[pick];
    return sum;
  };
  gauge('tunnels', 'Tunnels that end here', () => sessions.size);
  gauge('streams', 'Streams open in all tunnels', total('streams'));
  gauge('unread_bytes', 'Received bytes nobody has read yet, in all tunnels', total('unreadBytes'));
  gauge('edge_connections', 'Public connections', state.connections);
  gauge('draining', '1 while the broker drains', () => Number(state.isDraining()));
  gauge('platform_connected', '1 while the platform answers', () => Number(state.isConnected()));
  gauge('rss_bytes', 'Resident memory', () => process.memoryUsage.rss());
  const edges = registerEdgeCounts(registry);
  const refused = counter('edge_refused_total', 'Answered by the edge itself', ['protocol', 'status']);
  const retried = counter('edge_retried_total', 'Requests sent again another way');
  const tunnelsRefused = counter('tunnels_refused_total', 'Tunnels refused', ['status']);
  return {
    registry,
    edge: (protocol) => {
      const counts = edges[protocol];
      return {
        request: () => {
          counts.routed += 1;
        },
        refused: (status) => refused.inc({ protocol, status: String(status) }),
        retried: () => retried.inc(),
        failed: state.onEdgeFailure,
        bytes: (received, sent) => {
          counts.in += received;
          counts.out += sent;
        },
      };
    },
    tunnelRefused: (status) => tunnelsRefused.inc({ status: String(status) }),
  };
}
