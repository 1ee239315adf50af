import type { AgentSession } from './sessions.ts';

type SessionStats = ReturnType<AgentSession['session']['stats']>;
type Figure = readonly [name: string, help: string, valueOf: (stats: SessionStats) => number | undefined];

const FIGURES: readonly Figure[] = [
  ['rtt_seconds', 'Round trip', ({ rttMs }) => (rttMs === undefined ? undefined : rttMs / 1000)],
  ['streams', 'Streams open', ({ streams }) => streams],
  ['streams_total', 'Streams opened since it is up', (stats) => stats.streamsOpened + stats.streamsAccepted],
  ['received_bytes_total', 'Bytes received since it is up', ({ bytesIn }) => bytesIn],
  ['sent_bytes_total', 'Bytes sent since it is up', ({ bytesOut }) => bytesOut],
  ['resets_total', 'Streams that ended by a reset', ({ resets }) => resets],
  ['window_stalls_total', 'Times a stream waited for its window', ({ windowStalls }) => windowStalls],
  ['age_seconds', 'Since when it is up', ({ openedAt }) => (Date.now() - openedAt) / 1000],
];

/** Figures of each tunnel as Prometheus reads them; printed here, for ten thousand tunnels are too many for a registry. */
export function printTunnels(sessions: Iterable<AgentSession>): string {
  const rows = Array.from(sessions, ({ tunnelId, identity, session }) => ({
    labels: `{tunnel="${tunnelId}",cluster="${identity.clusterId}"}`,
    stats: session.stats(),
  }));
  return FIGURES.map(([name, help, valueOf]) => {
    const full = `portolan_broker_tunnel_${name}`;
    const lines = rows.flatMap(({ labels, stats }) => {
      const value = valueOf(stats);
      return value === undefined ? [] : [`${full}${labels} ${value}`];
    });
    const type = name.endsWith('_total') ? 'counter' : 'gauge';
    return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...lines, ''].join('\n');
  }).join('');
}
