import type { RequestRecord } from '@portolan/contract/requests';
import type { FinishedExchange } from '../gateway/exchange/finished-exchange.ts';
import { requestRecord } from './request-record.ts';

const MINUTE_MS = 60_000;
const KEPT_MS = 24 * 60 * MINUTE_MS;
/** Of each operation and minute. */
const SLOWEST_MAX = 3;
const FAILING_MAX = 3;
/** Operations of one minute; further ones share a place. */
const OPERATIONS_MAX = 500;
/** Of all kept minutes, of each kind: about 5 MB. */
const RECORDS_MAX = 5_000;

interface Minute {
  /** Slowest first. */
  readonly slowest: FinishedExchange[];
  /** In order of arrival; server errors and refused callers have separate places. */
  readonly serverErrors: FinishedExchange[];
  readonly clientErrors: FinishedExchange[];
}

/**
 * The slowest and the first failing requests of each operation and minute, of 24 hours, in bounded memory: what a spike on a chart was made of
 * can be looked at although nothing was logged.
 */
export class Exemplars {
  readonly #now: () => number;
  #minute = 0;
  #byOperation = new Map<string, Minute>();
  /** Oldest first. */
  #slowest: RequestRecord[] = [];
  #failing: RequestRecord[] = [];

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  offer(exchange: FinishedExchange): void {
    this.#turn();
    const minute = this.#minuteOf(keyOf(exchange));
    // The time of a conversation says nothing about how fast anything is.
    if (!exchange.isUpgraded && !exchange.isEventStream) keepSlowest(minute.slowest, exchange);
    if (exchange.status < 400) return;
    const failing = exchange.status >= 500 ? minute.serverErrors : minute.clientErrors;
    if (failing.length < FAILING_MAX) failing.push(exchange);
  }

  get slowest(): readonly RequestRecord[] {
    this.#turn();
    return [...this.#slowest, ...this.#ofMinute(({ slowest }) => slowest)];
  }

  get failing(): readonly RequestRecord[] {
    this.#turn();
    return [
      ...this.#failing,
      ...this.#ofMinute((minute) => [...minute.serverErrors, ...minute.clientErrors]),
    ];
  }

  /** Exchanges become records when their minute is over: most are pushed out of their place before. */
  #turn(): void {
    const minute = Math.floor(this.#now() / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#slowest = this.#kept([...this.#slowest, ...this.#ofMinute(({ slowest }) => slowest)]);
    this.#failing = this.#kept([
      ...this.#failing,
      ...this.#ofMinute((one) => [...one.serverErrors, ...one.clientErrors]),
    ]);
    this.#byOperation = new Map();
  }

  #kept(records: readonly RequestRecord[]): RequestRecord[] {
    const since = new Date(this.#now() - KEPT_MS).toISOString();
    return records.slice(-RECORDS_MAX).filter(({ time }) => time >= since);
  }

  #ofMinute(pick: (minute: Minute) => readonly FinishedExchange[]): RequestRecord[] {
    return [...this.#byOperation.values()].flatMap(pick).map(requestRecord);
  }

  #minuteOf(key: string): Minute {
    const known = this.#byOperation.get(key);
    if (known !== undefined) return known;
    const place = this.#byOperation.size < OPERATIONS_MAX ? key : OTHER;
    const found = this.#byOperation.get(place) ?? { slowest: [], serverErrors: [], clientErrors: [] };
    this.#byOperation.set(place, found);
    return found;
  }
}

const OTHER = '';

/** Made of what is configured alone: callers cannot make more of them. */
function keyOf({ route, operation }: FinishedExchange): string {
  return operation === null ? `${route?.id}` : `${route?.id} ${operation.method} ${operation.path}`;
}

function keepSlowest(slowest: FinishedExchange[], exchange: FinishedExchange): void {
  const last = slowest.at(-1);
  if (slowest.length >= SLOWEST_MAX && last !== undefined && exchange.durationMs <= last.durationMs) return;
  const at = slowest.findIndex(({ durationMs }) => durationMs < exchange.durationMs);
  slowest.splice(at === -1 ? slowest.length : at, 0, exchange);
  if (slowest.length > SLOWEST_MAX) slowest.pop();
}
