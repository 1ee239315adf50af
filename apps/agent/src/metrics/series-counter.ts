import { HistogramCounter, type Histogram } from '@portolan/contract/histogram';
import type { Labels, MetricPart, MinutePoint } from '@portolan/contract/telemetry';
import type { FinishedExchange } from '../gateway/exchange/finished-exchange.ts';

export type Series = MinutePoint['series'];
type Sums = { -readonly [K in Exclude<keyof MetricPart, 'by' | 'labels' | 'latency'>]: MetricPart[K] };

/** Points of more parts than this are split; they are of one series and minute. */
const PARTS_PER_POINT = 2000;

/** Counts a part of the traffic of a series. */
export class PartCounter {
  readonly #by: MetricPart['by'];
  readonly #labels: Labels;
  readonly #sums = emptySums();
  readonly #latency: HistogramCounter | null;

  constructor(by: MetricPart['by'], labels: Labels) {
    this.#by = by;
    this.#labels = labels;
    this.#latency = by === 'operation' ? new HistogramCounter() : null;
  }

  get requests(): number {
    return this.#sums.requests;
  }

  count(exchange: FinishedExchange): void {
    count(this.#sums, exchange);
    if (isTimed(exchange)) this.#latency?.record(exchange.durationMs / 1000);
  }

  add({ by: _by, labels: _labels, latency, ...sums }: MetricPart): void {
    add(this.#sums, sums);
    if (latency !== undefined) this.#latency?.add(latency.total);
  }

  toPart(): MetricPart {
    const latency =
      this.#latency === null ? {} : { latency: { total: writable(this.#latency.toHistogram()) } };
    return { by: this.#by, labels: { ...this.#labels }, ...this.#sums, ...latency };
  }
}

/** Counts the traffic of one series over one minute, and the parts it is divided into. */
export class SeriesCounter {
  readonly series: Series;
  readonly #sums = emptySums();
  readonly #total = new HistogramCounter();
  readonly #upstream = new HistogramCounter();
  readonly #gateway = new HistogramCounter();
  /** By what tells them apart: the division and its labels. */
  readonly #parts = new Map<string, PartCounter>();

  constructor(series: Series) {
    this.series = series;
  }

  count(exchange: FinishedExchange): void {
    count(this.#sums, exchange);
    if (!isTimed(exchange)) return;
    const { durationMs, upstreamMs } = exchange;
    this.#total.record(durationMs / 1000);
    this.#gateway.record(Math.max(0, durationMs - (upstreamMs ?? 0)) / 1000);
    if (upstreamMs !== null) this.#upstream.record(upstreamMs / 1000);
  }

  /** Returns the counter of a part, `labels` being called for one that is new. */
  part(by: MetricPart['by'], key: string, labels: () => Labels): PartCounter {
    let part = this.#parts.get(key);
    if (part === undefined) this.#parts.set(key, (part = new PartCounter(by, labels())));
    return part;
  }

  hasPart(key: string): boolean {
    return this.#parts.has(key);
  }

  get parts(): ReadonlyMap<string, PartCounter> {
    return this.#parts;
  }

  /** Adds what an earlier process had counted of the same minute. */
  add({ series: _series, minute: _minute, latency, parts: _parts, ...sums }: MinutePoint): void {
    add(this.#sums, sums);
    this.#total.add(latency?.total ?? []);
    this.#upstream.add(latency?.upstream ?? []);
    this.#gateway.add(latency?.gateway ?? []);
  }

  /** Returns one point; several where there are many parts. */
  toPoints(minute: string): MinutePoint[] {
    const point: MinutePoint = {
      series: this.series,
      minute,
      ...this.#sums,
      latency: {
        total: writable(this.#total.toHistogram()),
        upstream: writable(this.#upstream.toHistogram()),
        gateway: writable(this.#gateway.toHistogram()),
      },
    };
    const parts = [...this.#parts.values()].map((part) => part.toPart());
    if (parts.length <= PARTS_PER_POINT) return [{ ...point, parts }];
    const count = Math.ceil(parts.length / PARTS_PER_POINT);
    return Array.from({ length: count }, (_, at) => ({
      ...point,
      parts: parts.slice(at * PARTS_PER_POINT, (at + 1) * PARTS_PER_POINT),
    }));
  }
}

/** How long a conversation lasted that was switched to another protocol says nothing of how fast it was. */
function isTimed({ isUpgraded, isEventStream }: FinishedExchange): boolean {
  return !isUpgraded && !isEventStream;
}

function count(sums: Sums, exchange: FinishedExchange): void {
  sums.requests += 1;
  if (exchange.status >= 500) sums.errors += 1;
  else if (exchange.status >= 400) sums.clientErrors += 1;
  if (isTimed(exchange)) {
    sums.responseTimeSum += exchange.durationMs / 1000;
    sums.responseTimeCount += 1;
  }
  sums.bytesIn += exchange.bytesIn;
  sums.bytesOut += exchange.bytesOut;
}

function add(sums: Sums, other: Sums): void {
  sums.requests += other.requests;
  sums.errors += other.errors;
  sums.clientErrors += other.clientErrors;
  sums.responseTimeSum += other.responseTimeSum;
  sums.responseTimeCount += other.responseTimeCount;
  sums.bytesIn += other.bytesIn;
  sums.bytesOut += other.bytesOut;
}

function emptySums(): Sums {
  return {
    requests: 0,
    errors: 0,
    clientErrors: 0,
    responseTimeSum: 0,
    responseTimeCount: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
}

function writable(histogram: Histogram): number[] {
  return [...histogram];
}
