import { getMetrics, type Figures, type SERIES_KINDS } from '@portolan/contract/telemetry';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSession } from '../../session/session-context.tsx';
import { stepsOf, type Span } from './ranges.ts';

type SeriesKind = (typeof SERIES_KINDS)[number];

export interface MeasuredSeries {
  readonly label: string;
  readonly requests: number;
  /** One per step of the span; null where nothing was measured. */
  readonly points: readonly (Figures | null)[];
}

export interface Metrics {
  readonly times: readonly number[];
  /** The busiest first. */
  readonly series: readonly MeasuredSeries[];
}

export interface Watched {
  readonly kind: SeriesKind;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly cluster?: string | undefined;
}

const POLL_MS = 15_000;

/** Returns the figures of a kind of series, or of one object, over a span. */
export function useMetrics(watched: Watched, span: Span, enabled = true) {
  const { client, workspace } = useSession();
  const { kind, namespace, name, cluster } = watched;
  return useQuery({
    enabled,
    // The end moves all the time: what is asked for is the length.
    queryKey: [
      'metrics',
      workspace,
      kind,
      namespace,
      name,
      cluster,
      span.step,
      Math.round(span.from / POLL_MS),
      Math.round(span.until / POLL_MS),
    ],
    queryFn: async ({ signal }): Promise<Metrics> => {
      const query = {
        kind,
        step: span.step,
        since: new Date(span.from).toISOString(),
        until: new Date(span.until).toISOString(),
        ...(namespace === undefined ? {} : { namespace }),
        ...(name === undefined ? {} : { name }),
        ...(cluster === undefined ? {} : { cluster }),
      };
      const { series } = await client.call(getMetrics, { params: { workspace }, query }, signal);
      const times = stepsOf(span);
      const measured = series.map((one): MeasuredSeries => {
        const byTime = new Map(one.points.map((point) => [Date.parse(point.timestamp), point]));
        return {
          label: one.namespace === '' ? one.name : `${one.namespace}/${one.name}`,
          requests: one.points.reduce((sum, point) => sum + point.requests, 0),
          points: times.map((time) => byTime.get(time) ?? null),
        };
      });
      return { times, series: measured.toSorted((a, b) => b.requests - a.requests) };
    },
    placeholderData: keepPreviousData,
  });
}
