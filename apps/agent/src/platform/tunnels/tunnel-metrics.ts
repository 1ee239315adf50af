import { Gauge, type Registry } from 'prom-client';
import type { TunnelStats } from './manager.ts';

type Session = NonNullable<TunnelStats['session']>;

const FIGURES: readonly [name: string, help: string, read: (session: Session) => number][] = [
  ['rtt_seconds', 'Round trip', ({ rttMs }) => (rttMs ?? 0) / 1000],
  ['streams', 'Streams open', ({ streams }) => streams],
  ['streams_total', 'Streams since it is up', (session) => session.streamsOpened + session.streamsAccepted],
  ['received_bytes_total', 'Bytes received since it is up', ({ bytesIn }) => bytesIn],
  ['sent_bytes_total', 'Bytes sent since it is up', ({ bytesOut }) => bytesOut],
  ['resets_total', 'Streams that ended by a reset', ({ resets }) => resets],
  ['window_stalls_total', 'Times a stream waited for its window', ({ windowStalls }) => windowStalls],
  ['age_seconds', 'Since when it is up', ({ openedAt }) => (Date.now() - openedAt) / 1000],
];

/** Adds the figures of each tunnel to an agent's metrics, labelled by broker; those that are down show `up` alone. */
export function registerTunnelMetrics(registry: Registry, read: () => readonly TunnelStats[]): void {
  const gauge = (name: string, help: string, valueOf: (tunnel: TunnelStats) => number | null) => {
    const metric: Gauge<'broker' | 'region'> = new Gauge({
      name: `portolan_agent_tunnel_${name}`,
      help,
      labelNames: ['broker', 'region'],
      registers: [registry],
      collect: () => {
        metric.reset();
        for (const tunnel of read()) {
          const value = valueOf(tunnel);
          const { brokerId: broker, region } = tunnel.endpoint;
          if (value !== null) metric.set({ broker, region }, value);
        }
      },
    });
  };
  gauge('up', '1 while it carries traffic', ({ session }) => (session ? 1 : 0));
  gauge('in_flight', 'Requests to the platform under way', ({ inFlight }) => inFlight);
  for (const [name, help, readFigure] of FIGURES) {
    gauge(name, help, ({ session }) => (session ? readFigure(session) : null));
  }
}
