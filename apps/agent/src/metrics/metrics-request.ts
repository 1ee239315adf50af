import { countOf, HISTOGRAM_SCALE, type Histogram } from '@portolan/contract/histogram';
import { VERSION } from '@portolan/process/version';
import { attributesOf, GATEWAY_RESOURCE, unixNano, type KeyValue } from '../otlp/attributes.ts';
import { estimatedSum, type CollectedSeries } from './request-totals.ts';

/** `AggregationTemporality` of opentelemetry/proto/metrics/v1/metrics.proto: since the start of the process. */
const CUMULATIVE = 2;

/** The time that counts are of, in milliseconds since 1970. */
export interface CountedTime {
  readonly startedAt: number;
  readonly now: number;
}

/**
 * Returns an `ExportMetricsServiceRequest` in JSON: times as exponential histograms, whose buckets are those of the counters, with names of
 * OpenTelemetry's semantic conventions for HTTP where they have one. What callers choose is in no attribute.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
export function metricsRequest(series: readonly CollectedSeries[], time: CountedTime): string {
  const metrics = [
    histogramMetric('http.server.request.duration', series, time, (one) => ({
      histogram: one.total,
      sum: one.durationSeconds,
    })),
    histogramMetric('http.client.request.duration', series, time, (one) => ({
      histogram: one.upstream,
      sum: estimatedSum(one.upstream),
    })),
    sumMetric('portolan.requests', '{request}', series.flatMap(outcomePoints), time),
    sumMetric(
      'portolan.request.bytes',
      'By',
      series.map((one) => [seriesAttributes(one), one.bytesIn]),
      time,
    ),
    sumMetric(
      'portolan.response.bytes',
      'By',
      series.map((one) => [seriesAttributes(one), one.bytesOut]),
      time,
    ),
  ];
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: GATEWAY_RESOURCE,
        scopeMetrics: [{ scope: { name: 'portolan', version: VERSION }, metrics }],
      },
    ],
  });
}

type SumPoint = readonly [attributes: KeyValue[], value: number];

function outcomePoints(one: CollectedSeries): SumPoint[] {
  return one.outcomes.map(({ labels, requests }) => [
    [
      ...seriesAttributes(one),
      ...attributesOf({
        'portolan.response.class': labels.class,
        'portolan.response.source': labels.source,
        'error.type': labels.reason,
      }),
    ],
    requests,
  ]);
}

function seriesAttributes({ series: { kind, namespace, name } }: CollectedSeries): KeyValue[] {
  return attributesOf({ 'portolan.kind': kind, 'k8s.namespace.name': namespace, 'portolan.name': name });
}

function sumMetric(name: string, unit: string, points: readonly SumPoint[], time: CountedTime) {
  const dataPoints = points.map(([attributes, value]) => ({
    attributes,
    ...timesOf(time),
    asInt: String(Math.round(value)),
  }));
  return { name, unit, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
}

function histogramMetric(
  name: string,
  series: readonly CollectedSeries[],
  time: CountedTime,
  of: (one: CollectedSeries) => { readonly histogram: Histogram; readonly sum: number },
) {
  const dataPoints = series.flatMap((one) => {
    const { histogram, sum } = of(one);
    const [offset, ...bucketCounts] = histogram;
    if (offset === undefined) return [];
    return [
      {
        attributes: seriesAttributes(one),
        ...timesOf(time),
        count: String(countOf(histogram)),
        sum,
        scale: HISTOGRAM_SCALE,
        zeroCount: '0',
        // Bucket i holds times in (base^i, base^(i+1)], as the counters' buckets do.
        positive: { offset, bucketCounts: bucketCounts.map(String) },
      },
    ];
  });
  return {
    name,
    unit: 's',
    exponentialHistogram: { aggregationTemporality: CUMULATIVE, dataPoints },
  };
}

function timesOf({ startedAt, now }: CountedTime) {
  return { startTimeUnixNano: unixNano(startedAt), timeUnixNano: unixNano(now) };
}
