import {
  countOf,
  countUpTo,
  HistogramCounter,
  upperEdge,
  type Histogram,
} from '@portolan/contract/histogram';
import type { MinutePoint } from '@portolan/contract/telemetry';

/** Bucket boundaries that OpenTelemetry's conventions advise for `http.server.request.duration`, in seconds. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

type Series = MinutePoint['series'];

/** What was counted of a series since the process began. */
class SeriesTotal {
  readonly series: Series;
  readonly #total = new HistogramCounter();
  readonly #upstream = new HistogramCounter();
  readonly outcomes = new Map<string, number>();
  durationSeconds = 0;
  bytesIn = 0;
  bytesOut = 0;

  constructor(series: Series) {
    this.series = series;
  }

  add({ latency, parts = [], ...sums }: MinutePoint, isFirst: boolean): void {
    for (const { by, labels, requests } of parts) {
      if (by !== 'outcome') continue;
      const key = labelText({ class: labels.class, source: labels.source, reason: labels.reason });
      this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + requests);
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

  /** Returns the text format of Prometheus (0.0.4), with the minute that is being counted. */
  format(): string {
    const now = new Map<string, SeriesTotal>();
    addTo(now, this.unfinished());
    const all = new Map<string, readonly SeriesTotal[]>(
      [...this.#totals].map(([key, total]) => [
        key,
        [total, now.get(key)].filter((one) => one !== undefined),
      ]),
    );
    for (const [key, total] of now) if (!all.has(key)) all.set(key, [total]);
    const series = [...all.values()];
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

function histogramLines(
  name: string,
  help: string,
  series: readonly (readonly SeriesTotal[])[],
  of: (total: SeriesTotal) => Histogram,
): string[] {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const totals of series) {
    const labels = labelText(totals[0]?.series ?? {});
    const histograms = totals.map(of);
    const sum = (value: (histogram: Histogram) => number) =>
      histograms.reduce((added, one) => added + value(one), 0);
    for (const boundary of BOUNDARIES)
      lines.push(`${name}_bucket{${labels},le="${boundary}"} ${sum((one) => countUpTo(one, boundary))}`);
    const count = sum(countOf);
    lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
    const isServer = name.startsWith('http_server');
    const seconds = isServer
      ? totals.reduce((added, { durationSeconds }) => added + durationSeconds, 0)
      : sum(estimatedSum);
    lines.push(`${name}_sum{${labels}} ${seconds}`, `${name}_count{${labels}} ${count}`);
  }
  return lines;
}

function estimatedSum([first = 0, ...counts]: Histogram): number {
  return counts.reduce((sum, count, at) => sum + count * upperEdge(first + at - 0.5), 0);
}

function outcomeLines(totals: readonly SeriesTotal[]): string[] {
  const labels = labelText(totals[0]?.series ?? {});
  const counts = new Map<string, number>();
  for (const { outcomes } of totals)
    for (const [outcome, requests] of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + requests);
  return [...counts].map(
    ([outcome, requests]) => `portolan_requests_total{${labels},${outcome}} ${requests}`,
  );
}

function counterLines(
  name: string,
  help: string,
  series: readonly (readonly SeriesTotal[])[],
  of: (total: SeriesTotal) => number,
): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} counter`,
    ...series.map(
      (totals) =>
        `${name}{${labelText(totals[0]?.series ?? {})}} ${totals.reduce((sum, one) => sum + of(one), 0)}`,
    ),
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
