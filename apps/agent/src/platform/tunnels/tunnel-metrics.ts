import { SESSION_FIGURES } from '@portolan/tunnel/session/session-figures';
import { Gauge, type Registry } from 'prom-client';
import type { TunnelStats } from './manager.ts';

/** Registers the figures of each tunnel, labelled by broker. A tunnel that is down has only `up`. */
export function registerTunnelMetrics(registry: Registry, read: () => readonly TunnelStats[]): void {
  const gauge = (name: string, help: string, valueOf: (tunnel: TunnelStats) => number | undefined) => {
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
          if (value !== undefined) metric.set({ broker, region }, value);
        }
      },
    });
  };
  gauge('up', '1 while it carries traffic', ({ session }) => (session ? 1 : 0));
  gauge('in_flight', 'Requests to the platform under way', ({ inFlight }) => inFlight);
  for (const { name, help, read: readFigure } of SESSION_FIGURES)
    gauge(name, help, ({ session }) => (session ? readFigure(session) : undefined));
}
