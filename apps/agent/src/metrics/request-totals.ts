import {
  countOf,
  countUpTo,
  HistogramCounter,
  mergeHistograms,
  upperEdge,
  type Histogram,
} from '@portolan/contract/histogram';
import type { Labels, MinutePoint } from '@portolan/contract/telemetry';

/** Bucket boundaries that OpenTelemetry's conventions advise for `http.server.request.duration`, in seconds. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

type Series = MinutePoint['series'];

/** Requests with one class of status, source of the response and reason of a refusal. */
interface OutcomeTotal {
  readonly labels: { readonly [L in 'class' | 'source' | 'reason']: Labels[L] | undefined };
  readonly requests: number;
}

/** What was counted of a series, with the minute that is not over. */
export interface CollectedSeries {
  readonly series: Series;
  readonly total: Histogram;
  readonly upstream: Histogram;
  readonly outcomes: readonly OutcomeTotal[];
  readonly durationSeconds: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What was counted of a series since the process began. */
class SeriesTotal {
  readonly series: Series;
  readonly #total = new HistogramCounter();
  readonly #upstream = new HistogramCounter();
  readonly outcomes = new Map<string, OutcomeTotal>();
  durationSeconds = 0;
  bytesIn = 0;
  bytesOut = 0;

  constructor(series: Series) {
    this.series = series;
  }

  add({ latency, parts = [], ...sums }: MinutePoint, isFirst: boolean): void {
    for (const { by, labels, requests } of parts) {
      if (by !== 'outcome') continue;
      const { class: statusClass, source, reason } = labels;
      const of = { class: statusClass, source, reason };
      const key = labelText(of);
      this.outcomes.set(key, { labels: of, requests: (this.outcomes.get(key)?.requests ?? 0) + requests });
    }
    // Points of one series and minute repeat its sums where its parts are split.
    if (!isFirst) return;
    this.#total.add(latency?.total ?? []);
    this.#upstream.add(latency?.upstream ?? []);
    this.durationSeconds += sums.responseTimeSum;
    this.bytesIn += sums.bytesIn;
    this.bytesOut += sums.bytesOut;
  }

  get total(): Histogram {
    return this.#total.toHistogram();
  }

  get upstream(): Histogram {
    return this.#upstream.toHistogram();
  }
}

/**
 * Totals of requests since the start of the process, for Prometheus: by object, class of status, source and reason. There are as
 * many series as objects in the model; what callers choose is in none of them.
 */
export class RequestTotals {
  readonly #totals = new Map<string, SeriesTotal>();

  /** Returns what was counted of the minute that is not over. */
  unfinished: () => readonly MinutePoint[] = () => [];

  /** Adds minutes that are over, and returns them. */
  add(points: readonly MinutePoint[]): readonly MinutePoint[] {
    addTo(this.#totals, points);
    return points;
  }

  /** Returns what was counted since the start of the process. */
  collect(): readonly CollectedSeries[] {
    const now = new Map<string, SeriesTotal>();
    addTo(now, this.unfinished());
    const keys = new Set([...this.#totals.keys(), ...now.keys()]);
    return [...keys].flatMap((key) => {
      const parts = [this.#totals.get(key), now.get(key)].filter((one) => one !== undefined);
      return parts[0] === undefined ? [] : [collected(parts[0].series, parts)];
    });
  }

  /** Returns the text format of Prometheus (0.0.4). */
  format(): string {
    const series = this.collect();
    return [
      ...histogramLines(
        'http_server_request_duration_seconds',
        'From the head of a request to the last byte of its response; buckets are within 9 % of their bound. Kinds count the same request: choose one.',
        series,
        ({ total }) => total,
      ),
      ...histogramLines(
        'http_client_request_duration_seconds',
        'What upstreams took of it, over all attempts; the sum is estimated from the buckets.',
        series,
        ({ upstream }) => upstream,
      ),
      '# HELP portolan_requests_total Requests by class of status, source of the response and reason of a refusal.',
      '# TYPE portolan_requests_total counter',
      ...series.flatMap(outcomeLines),
      ...counterLines(
        'portolan_request_bytes_total',
        'Bytes of request content.',
        series,
        ({ bytesIn }) => bytesIn,
      ),
      ...counterLines(
        'portolan_response_bytes_total',
        'Bytes of response content.',
        series,
        ({ bytesOut }) => bytesOut,
      ),
      '',
    ].join('\n');
  }
}

function addTo(totals: Map<string, SeriesTotal>, points: readonly MinutePoint[]): void {
  const seen = new Set<string>();
  for (const point of points) {
    const key = labelText(point.series);
    let total = totals.get(key);
    if (total === undefined) totals.set(key, (total = new SeriesTotal(point.series)));
    total.add(point, !seen.has(`${key} ${point.minute}`));
    seen.add(`${key} ${point.minute}`);
  }
}

function collected(series: Series, parts: readonly SeriesTotal[]): CollectedSeries {
  const outcomes = new Map<string, OutcomeTotal>();
  for (const part of parts)
    for (const [key, { labels, requests }] of part.outcomes)
      outcomes.set(key, { labels, requests: (outcomes.get(key)?.requests ?? 0) + requests });
  const sum = (of: (part: SeriesTotal) => number): number =>
    parts.reduce((added, part) => added + of(part), 0);
  return {
    series,
    total: mergeHistograms(parts.map(({ total }) => total)),
    upstream: mergeHistograms(parts.map(({ upstream }) => upstream)),
    outcomes: [...outcomes.values()],
    durationSeconds: sum((part) => part.durationSeconds),
    bytesIn: sum((part) => part.bytesIn),
    bytesOut: sum((part) => part.bytesOut),
  };
}

function histogramLines(
  name: string,
  help: string,
  series: readonly CollectedSeries[],
  of: (one: CollectedSeries) => Histogram,
): string[] {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const one of series) {
    const labels = labelText(one.series);
    const histogram = of(one);
    for (const boundary of BOUNDARIES)
      lines.push(`${name}_bucket{${labels},le="${boundary}"} ${countUpTo(histogram, boundary)}`);
    const count = countOf(histogram);
    const seconds = name.startsWith('http_server') ? one.durationSeconds : estimatedSum(histogram);
    lines.push(
      `${name}_bucket{${labels},le="+Inf"} ${count}`,
      `${name}_sum{${labels}} ${seconds}`,
      `${name}_count{${labels}} ${count}`,
    );
  }
  return lines;
}

/** Returns the sum of times in seconds, each taken for the middle of its bucket. */
export function estimatedSum([first = 0, ...counts]: Histogram): number {
  return counts.reduce((sum, count, at) => sum + count * upperEdge(first + at - 0.5), 0);
}

function outcomeLines({ series, outcomes }: CollectedSeries): string[] {
  const object = labelText(series);
  return outcomes.map(
    ({ labels, requests }) => `portolan_requests_total{${object},${labelText(labels)}} ${requests}`,
  );
}

function counterLines(
  name: string,
  help: string,
  series: readonly CollectedSeries[],
  of: (one: CollectedSeries) => number,
): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} counter`,
    ...series.map((one) => `${name}{${labelText(one.series)}} ${of(one)}`),
  ];
}

/** Escapes values as the exposition format demands: backslash, quote and line feed. */
function labelText(labels: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(labels)
    .map(
      ([name, value = '']) =>
        `${name}="${value.replaceAll(/[\\"\n]/g, (mark) => (mark === '\n' ? '\\n' : `\\${mark}`))}"`,
    )
    .join(',');
}
