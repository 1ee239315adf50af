import type { Figures } from '@portolan/contract/telemetry';
import { formatBytes, formatMs, formatNumber } from '@portolan/console/kinds/format';
import { EmptyState } from '@portolan/ui/empty-state';
import { Loading } from '@portolan/ui/loading';
import { ChartLine } from 'lucide-react';
import { useMemo } from 'react';
import { TimeSeries } from '../../charts/time-series.tsx';
import { ErrorPanel } from '../../data/error-panel.tsx';
import { spanBefore, type Span } from './ranges.ts';
import type { Mark } from '../../charts/chart-frame.tsx';
import { useChanges } from './use-changes.ts';
import { useMetrics, type Metrics, type Watched } from './use-metrics.ts';

const SHOWN_MAX = 4;

const percent = (value: number) => `${formatNumber(value * 100)} %`;
const milliseconds = (value: number) => formatMs(value * 1000);

interface MetricChartsProps {
  readonly watched: Watched;
  readonly span: Span;
  readonly onSelect: (from: number, to: number) => void;
}

/** Requests, errors and response times of the busiest objects, each in a curve. */
export function MetricCharts({ watched, span, onSelect }: MetricChartsProps) {
  const { data, error, refetch } = useMetrics(watched, span);
  const marks = useChanges(watched, span);
  const before = useMetrics(watched, spanBefore(span), watched.name !== undefined).data;
  if (error !== null && data === undefined)
    return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading className="h-56 w-full" />;
  return <Charts data={data} before={before} marks={marks} span={span} onSelect={onSelect} />;
}

interface ChartsProps extends Omit<MetricChartsProps, 'watched'> {
  readonly data: Metrics;
  /** Figures of the period of the same length before, to compare with; absent where several objects are shown. */
  readonly before: Metrics | undefined;
  readonly marks: readonly Mark[];
}

function Charts({ data, before, marks, span, onSelect }: ChartsProps) {
  const { times, series } = data;
  const shown = useMemo(() => {
    const [only, ...others] = series;
    const former = before?.series.find(({ label }) => label === only?.label);
    if (only === undefined || others.length > 0 || former === undefined) return series.slice(0, SHOWN_MAX);
    // Periods of the same length have as many steps, give or take one at the end.
    const points = only.points.map((_, at) => former.points[at] ?? null);
    return [only, { ...former, points, label: 'the period before' }];
  }, [series, before]);
  const charts = useMemo(() => curvesOf(shown), [shown]);
  const common = { times, onSelect, marks };
  if (series.length === 0)
    return (
      <EmptyState icon={<ChartLine size={32} />} title="Nothing was measured in this range">
        Figures appear within a minute of the first request. Choose a longer range to look further back.
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-3">
      {series.length > SHOWN_MAX && (
        <p className="text-sm text-muted">
          The {SHOWN_MAX} busiest of {series.length} are shown; filter by name to see others.
        </p>
      )}
      <div className="grid gap-3 xl:grid-cols-2">
        <TimeSeries title="Requests" unit="requests/s" series={charts.requests} {...common} />
        <TimeSeries
          title="Errors of the API (5xx)"
          unit="of requests"
          series={charts.errors}
          format={percent}
          {...common}
        />
        <TimeSeries
          title="Average response time"
          unit=""
          series={charts.time}
          format={milliseconds}
          {...common}
        />
        <TimeSeries
          title="Errors of callers (4xx)"
          unit="of requests"
          series={charts.clientErrors}
          format={percent}
          {...common}
        />
        <TimeSeries
          title="Response time p99"
          unit="within 4.4 %"
          series={charts.p99}
          format={milliseconds}
          {...common}
        />
        <TimeSeries title="Upstream p99" unit="" series={charts.upstream} format={milliseconds} {...common} />
        <TimeSeries
          title="Bytes sent"
          unit="per second"
          series={charts.bytes}
          format={formatBytes}
          {...common}
        />
      </div>
      <p className="text-sm text-muted">
        One point per {span.step}. A gap means that nothing was measured. Drag over a chart to look closer.
        {marks.length > 0 && ' Dashed lines mark changes.'}
      </p>
      <Changes marks={marks} />
    </div>
  );
}

/** Returns the curves of each chart. */
function curvesOf(shown: Metrics['series']) {
  const of = (value: (point: Figures) => number | null) =>
    shown.map(({ label, points }) => ({ label, values: points.map((point) => point && value(point)) }));
  return {
    requests: of((point) => point.requestsPerSecond),
    errors: of((point) => point.errorRatio),
    clientErrors: of((point) => point.clientErrorRatio),
    time: of((point) => point.averageResponseTime),
    p99: of((point) => point.p99),
    upstream: of((point) => point.upstreamP99),
    bytes: of((point) => point.bytesOut / point.seconds),
  };
}

/** What the dashed lines of the charts are, the latest first. */
function Changes({ marks }: { readonly marks: readonly Mark[] }) {
  if (marks.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1.5 font-semibold">What changed</h3>
      <ul className="max-h-60 overflow-auto text-sm" tabIndex={0} aria-label="What changed">
        {marks.toReversed().map(({ at, text }) => (
          <li key={`${at} ${text}`}>{text}</li>
        ))}
      </ul>
    </section>
  );
}
