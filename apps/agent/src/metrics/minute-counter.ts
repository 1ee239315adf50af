import { join } from 'node:path';
import { z } from 'zod';
import { minutePoint, type MinutePoint } from '@portolan/contract/telemetry';
import type { Route } from '@portolan/resources/model/model';
import type { FinishedExchange, RequestRecorder } from '../gateway/exchange/finished-exchange.ts';
import { KeptFile } from '../kept-file.ts';

type Sums = { -readonly [K in Exclude<keyof MinutePoint, 'series' | 'minute'>]: MinutePoint[K] };
type Series = MinutePoint['series'];

interface Counted {
  readonly series: Series;
  readonly sums: Sums;
}

const MINUTE_MS = 60_000;

/** How much of the current minute a killed process loses at most. */
const KEEP_EACH_MS = 5_000;

type OnMinute = (points: readonly MinutePoint[]) => void;

/** Counts requests of the current minute by series; minutes that are over are handed on, once. */
export class MinuteCounter implements RequestRecorder {
  readonly #onMinute: OnMinute;
  readonly #now: () => number;
  readonly #keep: (points: readonly MinutePoint[]) => Promise<void>;
  #minute: number;
  #counts = new Map<string, Counted>();
  /** What the requests of a route and service count in, for this minute: found once instead of for each request. */
  #sums = new WeakMap<Route, Map<string | null, readonly Sums[]>>();
  #timer: NodeJS.Timeout | null = null;
  #keeping: NodeJS.Timeout | null = null;

  /** A counter that goes on where an earlier process left off within the same minute. */
  static async open(
    stateDir: string,
    onMinute: OnMinute,
    now: () => number = Date.now,
  ): Promise<MinuteCounter> {
    const file = new KeptFile(join(stateDir, 'unfinished-minute'), z.array(minutePoint));
    const kept = (await file.load())?.value ?? [];
    const counter = new MinuteCounter(onMinute, now, (points) => file.save([...points]));
    const minute = new Date(counter.#minute).toISOString();
    const [current, earlier] = [
      kept.filter((point) => point.minute === minute),
      kept.filter((point) => point.minute !== minute),
    ];
    for (const { series, minute: _, ...sums } of current)
      counter.#counts.set(keyOf(series), { series, sums: { ...sums } });
    // Kept before what was handed on was noted as gone: sent twice at worst, which changes nothing.
    if (earlier.length > 0) onMinute(earlier);
    return counter;
  }

  private constructor(
    onMinute: OnMinute,
    now: () => number,
    keep: (points: readonly MinutePoint[]) => Promise<void>,
  ) {
    this.#onMinute = onMinute;
    this.#now = now;
    this.#keep = keep;
    this.#minute = minuteOf(now());
    this.#scheduleEnd();
  }

  record(request: FinishedExchange): void {
    this.#turn();
    for (const sums of this.#sumsFor(request.route, request.service)) count(sums, request);
    this.#keeping ??= setTimeout(() => void this.#keepNow(), KEEP_EACH_MS).unref();
  }

  /** Keeps what was counted of the unfinished minute for the next process. */
  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#turn();
    await this.#keepNow();
  }

  async #keepNow(): Promise<void> {
    if (this.#keeping) clearTimeout(this.#keeping);
    this.#keeping = null;
    // A disk that refuses costs the current minute if the process is killed, nothing else.
    await this.#keep(this.#points()).catch(() => {});
  }

  #sumsFor(route: Route | null, service: string | null): readonly Sums[] {
    if (route === null) return seriesOf(null, service).map((series) => this.#sumsOf(series));
    let byService = this.#sums.get(route);
    if (byService === undefined) this.#sums.set(route, (byService = new Map()));
    let sums = byService.get(service);
    if (sums === undefined) {
      sums = seriesOf(route, service).map((series) => this.#sumsOf(series));
      byService.set(service, sums);
    }
    return sums;
  }

  #sumsOf(series: Series): Sums {
    const key = keyOf(series);
    let counted = this.#counts.get(key);
    if (!counted) {
      counted = { series, sums: emptySums() };
      this.#counts.set(key, counted);
    }
    return counted.sums;
  }

  #turn(): void {
    const minute = minuteOf(this.#now());
    if (minute === this.#minute) return;
    this.#flush();
    this.#minute = minute;
  }

  #flush(): void {
    if (this.#counts.size === 0) return;
    const points = this.#points();
    this.#counts = new Map();
    this.#sums = new WeakMap();
    this.#onMinute(points);
  }

  #points(): MinutePoint[] {
    const minute = new Date(this.#minute).toISOString();
    return [...this.#counts.values()].map(({ series, sums }) => ({ series, minute, ...sums }));
  }

  #scheduleEnd(): void {
    const endsInMs = MINUTE_MS - (this.#now() % MINUTE_MS);
    this.#timer = setTimeout(() => {
      this.#turn();
      this.#scheduleEnd();
    }, endsInMs);
    this.#timer.unref();
  }
}

function count(sums: Sums, request: FinishedExchange): void {
  sums.requests += 1;
  if (request.status >= 500) sums.errors += 1;
  else if (request.status >= 400) sums.clientErrors += 1;
  sums.responseTimeSum += request.durationMs / 1000;
  sums.responseTimeCount += 1;
  sums.bytesIn += request.bytesIn;
  sums.bytesOut += request.bytesOut;
}

function keyOf(series: Series): string {
  return `${series.kind}/${series.namespace}/${series.name}`;
}

function minuteOf(time: number): number {
  return time - (time % MINUTE_MS);
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

/** Every series a request counts in. */
function seriesOf(route: Route | null, service: string | null): Series[] {
  const series: Series[] = [];
  if (route) series.push(...seriesOfRoute(route));
  if (service !== null) {
    const [namespace = '', name = ''] = service.split('/');
    series.push({ kind: 'service', namespace, name });
  }
  return series;
}

function seriesOfRoute(route: Route): Series[] {
  const { owner, guard } = route;
  if (guard.kind === 'api') {
    const { api, version } = guard.api;
    const ofApi = { kind: 'api', namespace: api.namespace, name: api.name } as const;
    if (version === null) return [ofApi];
    return [ofApi, { kind: 'api-version', namespace: version.namespace, name: version.name }];
  }
  if (route.kind === 'portal') return [];
  const kind = route.kind === 'edge-ingress' ? 'edge-ingress' : 'ingress';
  return [{ kind, namespace: owner.namespace, name: owner.name }];
}
