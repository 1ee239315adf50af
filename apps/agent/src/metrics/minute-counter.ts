import { join } from 'node:path';
import { z } from 'zod';
import { minutePoint, type MinutePoint } from '@portolan/contract/telemetry';
import type { Route } from '@portolan/resources/model/model';
import type { FinishedExchange, RequestRecorder } from '../gateway/exchange/finished-exchange.ts';
import { KeptFile } from '../kept-file.ts';
import { countingTarget, Dimensions, type CountingTarget } from './dimensions.ts';
import { SeriesCounter, type Series } from './series-counter.ts';

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
  #counters = new Map<string, SeriesCounter>();
  /** What the requests of a route and service count in, for this minute: found once instead of for each request. */
  #ofRoute = new WeakMap<Route, Map<string | null, readonly CountingTarget[]>>();
  readonly #dimensions = new Dimensions();
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
    for (const point of current) counter.#restore(point);
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

  record(exchange: FinishedExchange): void {
    this.#turn();
    for (const target of this.#targetsFor(exchange.route, exchange.service))
      this.#dimensions.count(target, exchange);
    this.#keeping ??= setTimeout(() => void this.#keepNow(), KEEP_EACH_MS).unref();
  }

  /** Returns what was counted of the unfinished minute. */
  get unfinished(): readonly MinutePoint[] {
    return this.#points();
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

  #restore(point: MinutePoint): void {
    const known = this.#counters.get(keyOf(point.series));
    const counter = known ?? this.#counterOf(point.series);
    // Points of one series repeat its sums where its parts are split.
    if (known === undefined) counter.add(point);
    for (const part of point.parts ?? []) this.#dimensions.restore(counter, part);
  }

  #targetsFor(route: Route | null, service: string | null): readonly CountingTarget[] {
    const targetsOf = () => seriesOf(route, service).map((series) => countingTarget(this.#counterOf(series)));
    if (route === null) return targetsOf();
    let byService = this.#ofRoute.get(route);
    if (byService === undefined) this.#ofRoute.set(route, (byService = new Map()));
    let targets = byService.get(service);
    if (targets === undefined) byService.set(service, (targets = targetsOf()));
    return targets;
  }

  #counterOf(series: Series): SeriesCounter {
    const key = keyOf(series);
    let counter = this.#counters.get(key);
    if (counter === undefined) this.#counters.set(key, (counter = new SeriesCounter(series)));
    return counter;
  }

  #turn(): void {
    const minute = minuteOf(this.#now());
    if (minute === this.#minute) return;
    this.#flush();
    this.#minute = minute;
  }

  #flush(): void {
    this.#dimensions.endMinute(this.#minute);
    if (this.#counters.size === 0) return;
    const points = this.#points();
    this.#counters = new Map();
    this.#ofRoute = new WeakMap();
    this.#onMinute(points);
  }

  #points(): MinutePoint[] {
    const minute = new Date(this.#minute).toISOString();
    return [...this.#counters.values()].flatMap((counter) => counter.toPoints(minute));
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

function keyOf(series: Series): string {
  return `${series.kind}/${series.namespace}/${series.name}`;
}

function minuteOf(time: number): number {
  return time - (time % MINUTE_MS);
}

/** Returns every series a request counts in. */
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
