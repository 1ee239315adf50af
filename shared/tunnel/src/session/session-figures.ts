import type { SessionStats } from './session-stats.ts';

/** A figure of a session for metrics; `read` returns undefined when it is not known yet. */
export interface SessionFigure {
  /** Prometheus name without prefix; counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  read(stats: SessionStats): number | undefined;
}

/** Figures that both ends of a tunnel export. */
export const SESSION_FIGURES: readonly SessionFigure[] = [
  {
    name: 'rtt_seconds',
    help: 'Round-trip time',
    read: ({ rttMs }) => (rttMs === undefined ? undefined : rttMs / 1000),
  },
  { name: 'streams', help: 'Open streams', read: ({ streams }) => streams },
  {
    name: 'streams_total',
    help: 'Streams opened since the tunnel is up',
    read: ({ streamsOpened, streamsAccepted }) => streamsOpened + streamsAccepted,
  },
  {
    name: 'received_bytes_total',
    help: 'Bytes received since the tunnel is up',
    read: ({ bytesIn }) => bytesIn,
  },
  { name: 'sent_bytes_total', help: 'Bytes sent since the tunnel is up', read: ({ bytesOut }) => bytesOut },
  { name: 'resets_total', help: 'Streams that ended with a reset', read: ({ resets }) => resets },
  {
    name: 'window_stalls_total',
    help: 'Times a stream waited for its send window',
    read: ({ windowStalls }) => windowStalls,
  },
  {
    name: 'age_seconds',
    help: 'Time since the tunnel is up',
    read: ({ openedAt }) => (Date.now() - openedAt) / 1000,
  },
];
