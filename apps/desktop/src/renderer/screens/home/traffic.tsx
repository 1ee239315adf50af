import type { Figures } from '@portolan/contract/telemetry';
import { formatNumber } from '@portolan/console/kinds/format';
import { useMemo } from 'react';
import { Card } from '@portolan/ui/card';
import { Loading } from '@portolan/ui/loading';
import { SmallSeries } from '../../charts/small-series.tsx';
import { ErrorPanel } from '../../data/error-panel.tsx';
import { useNow } from '../../data/times.ts';
import { KindLink } from '../../lists/kind-link.tsx';
import { spanOf } from '../metrics/ranges.ts';
import { useMetrics } from '../metrics/use-metrics.ts';

/** Requests of all APIs together, over the last half hour. */
export function Traffic() {
  const span = spanOf('30m', null, useNow());
  const { data, error, refetch } = useMetrics({ kind: 'api' }, span);
  const sums = useMemo(() => {
    if (data === undefined) return null;
    const sum = (value: (point: Figures) => number) =>
      data.times.map((_, at) => {
        const points = data.series.flatMap((one) => one.points[at] ?? []);
        return points.length === 0 ? null : points.reduce((total, point) => total + value(point), 0);
      });
    return [
      { label: 'Requests', values: sum((point) => point.requestsPerSecond) },
      { label: 'Errors', values: sum((point) => point.errorsPerSecond) },
    ];
  }, [data]);
  if (error !== null && data === undefined)
    return (
      <Card title="Traffic of the last 30 minutes">
        <ErrorPanel error={error} onRetry={() => void refetch()} />
      </Card>
    );
  if (data === undefined || sums === null) return <Loading className="h-64 w-full" />;
  if (data.series.length === 0)
    return (
      <Card title="Traffic of the last 30 minutes">
        <p className="text-muted">
          No requests yet. Call an API at its public address, which its page shows under <em>Routes</em>.
        </p>
      </Card>
    );
  return (
    <div className="flex flex-col gap-1">
      <SmallSeries
        title="Traffic of the last 30 minutes"
        unit="per second, one point per minute"
        times={data.times}
        series={sums}
        format={formatNumber}
      />
      <KindLink kind="metrics" className="self-end text-sm text-accent hover:underline">
        All metrics
      </KindLink>
    </div>
  );
}
