import { SESSION_FIGURES } from '@portolan/tunnel/session/session-figures';
import type { AgentSession } from './sessions.ts';

/**
 * Returns the figures of each tunnel in the text format of Prometheus. They are printed here because a registry is too slow for ten
 * thousand tunnels.
 */
export function printTunnels(sessions: Iterable<AgentSession>): string {
  const rows = Array.from(sessions, ({ tunnelId, identity, session }) => ({
    labels: `{tunnel="${tunnelId}",cluster="${identity.clusterId}"}`,
    stats: session.stats(),
  }));
  return SESSION_FIGURES.map(({ name, help, read }) => {
    const full = `portolan_broker_tunnel_${name}`;
    const lines = rows.flatMap(({ labels, stats }) => {
      const value = read(stats);
      return value === undefined ? [] : [`${full}${labels} ${value}`];
    });
    const type = name.endsWith('_total') ? 'counter' : 'gauge';
    return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...lines, ''].join('\n');
  }).join('');
}
