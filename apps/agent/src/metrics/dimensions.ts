import { OTHER, UNMATCHED, type Labels, type MetricPart } from '@portolan/contract/telemetry';
import type { Operation } from '@portolan/resources/decide/operations';
import type { Identity } from '@portolan/resources/model/request';
import type { FinishedExchange } from '../gateway/exchange/finished-exchange.ts';
import { BoundedNames } from './bounded-names.ts';
import type { PartCounter, SeriesCounter } from './series-counter.ts';

/** Operations of one API that are counted by name. */
const OPERATIONS_MAX = 200;
/** Pairs of operation and status of one API and minute; beyond, statuses are counted by their class. */
const OPERATION_PARTS_MAX = 1000;
/** Callers of an agent's APIs in one minute that are counted by name without a key of the platform's or a resource's. */
const CALLERS_MAX = 2000;
/** Callers with such a key: usage that may be billed or limited is never folded below this. */
const KEYS_MAX = 100_000;
const VALUE_LENGTH_MAX = 128;

const ANONYMOUS = '(anonymous)';

/** What the requests of one route count in for a minute, with parts that were found once instead of for each request. */
export interface CountingTarget {
  readonly counter: SeriesCounter;
  /** By reason or source, then class of status. */
  readonly outcomes: Map<string, PartCounter[]>;
  /** By path and method of the template, then status. */
  readonly operations: Map<string, Map<string, PartCounter[]>>;
  /** Identities of API keys live as long as the keys. */
  readonly callers: WeakMap<Identity, PartCounter>;
}

export function countingTarget(counter: SeriesCounter): CountingTarget {
  return { counter, outcomes: new Map(), operations: new Map(), callers: new WeakMap() };
}

/**
 * Divides the traffic of series into parts, each request into exactly one of each division, so that parts always add up to
 * all of it. Where there are too many, labels are given up one at a time: the key, then the user, then groups and application.
 */
export class Dimensions {
  readonly #operations = new Map<string, Set<string>>();
  readonly #callers = new BoundedNames(CALLERS_MAX);
  readonly #keys = new BoundedNames(KEYS_MAX);
  #day = '';

  /** Counts a request in a series and in its parts. */
  count(target: CountingTarget, exchange: FinishedExchange): void {
    target.counter.count(exchange);
    this.#outcome(target, exchange).count(exchange);
    if (target.counter.series.kind !== 'api') return;
    this.#operation(target, exchange).count(exchange);
    this.#caller(target, exchange).count(exchange);
  }

  #outcome({ counter, outcomes }: CountingTarget, { source, refusal, status, version }: FinishedExchange) {
    const word = refusal ?? source;
    let byClass = outcomes.get(word);
    if (byClass === undefined) outcomes.set(word, (byClass = []));
    const known = byClass[Math.floor(status / 100)];
    if (known !== undefined) return known;
    const labels = {
      class: classOf(status),
      source,
      ...(refusal === null ? {} : { reason: refusal }),
      ...(counter.series.kind === 'api' ? versioned(version?.name ?? '') : {}),
    };
    const part = counter.part('outcome', partKey('outcome', labels), () => labels);
    byClass[Math.floor(status / 100)] = part;
    return part;
  }

  #operation({ counter, operations }: CountingTarget, exchange: FinishedExchange): PartCounter {
    const { operation, status } = exchange;
    const [path, method] = operation === null ? ['', ''] : [operation.path, operation.method];
    const known = operations.get(path)?.get(method)?.[status];
    if (known !== undefined) return known;
    const labels = {
      ...versioned(exchange.version?.name ?? ''),
      operation: this.#operationName(counter, operation),
      status: String(status),
    };
    const isFull =
      counter.parts.size >= OPERATION_PARTS_MAX && !counter.hasPart(partKey('operation', labels));
    if (isFull) labels.status = classOf(status);
    const part = counter.part('operation', partKey('operation', labels), () => labels);
    // What is folded is found again each time: the names of a hostile document would fill the memory.
    if (labels.operation === OTHER) return part;
    let byMethod = operations.get(path);
    if (byMethod === undefined) operations.set(path, (byMethod = new Map()));
    let byStatus = byMethod.get(method);
    if (byStatus === undefined) byMethod.set(method, (byStatus = []));
    byStatus[status] = part;
    return part;
  }

  #caller({ counter, callers }: CountingTarget, { identity, version }: FinishedExchange): PartCounter {
    const versionName = version?.name ?? '';
    if (identity?.keyId === undefined) return this.#consumer(counter, versionName, identity);
    let part = callers.get(identity);
    if (part === undefined) callers.set(identity, (part = this.#consumer(counter, versionName, identity)));
    return part;
  }

  /** Restores a part that an earlier process had counted. */
  restore(counter: SeriesCounter, part: MetricPart): void {
    counter.part(part.by, partKey(part.by, part.labels), () => part.labels).add(part);
  }

  /** Begins another minute; callers that were counted by name stay so before newcomers. */
  endMinute(now: number): void {
    this.#callers.endMinute();
    this.#keys.endMinute();
    const day = new Date(now).toISOString().slice(0, 10);
    if (day !== this.#day) this.#operations.clear();
    this.#day = day;
  }

  #consumer(counter: SeriesCounter, version: string, identity: Identity | null): PartCounter {
    const full = { ...versioned(version), ...callerOf(identity) };
    const names = identity?.keyId === undefined ? this.#callers : this.#keys;
    const { namespace, name } = counter.series;
    for (const labels of foldings(full)) {
      const key = partKey('consumer', labels);
      if (counter.hasPart(key) || names.admit(`${namespace}\n${name}\n${key}`))
        return counter.part('consumer', key, () => labels);
    }
    const rest = { ...versioned(version), user: OTHER };
    return counter.part('consumer', partKey('consumer', rest), () => rest);
  }

  #operationName({ series }: SeriesCounter, operation: Operation | null): string {
    if (operation === null) return UNMATCHED;
    const name = printable(`${operation.method.toUpperCase()} ${operation.path}`);
    const api = `${series.namespace}/${series.name}`;
    let listed = this.#operations.get(api);
    if (listed === undefined) this.#operations.set(api, (listed = new Set()));
    if (listed.has(name)) return name;
    if (listed.size >= OPERATIONS_MAX) return OTHER;
    listed.add(name);
    return name;
  }
}

/** Yields the labels of a caller with fewer and fewer of them. */
function* foldings(labels: Labels): Generator<Labels> {
  yield labels;
  if (labels.key !== undefined) yield { ...labels, key: OTHER };
  yield { ...labels, ...(labels.key === undefined ? {} : { key: OTHER }), user: OTHER };
}

function callerOf(identity: Identity | null): Labels {
  if (identity === null) return { user: ANONYMOUS };
  const { kind, userId, groups, application, keyId } = identity;
  const of = kind === 'application' ? (application?.id ?? userId) : application?.id;
  return {
    ...(kind === 'user' ? { user: printable(userId) } : {}),
    ...(groups.length === 0 ? {} : { groups: printable(groups.toSorted().join(',')) }),
    ...(of === undefined ? {} : { application: printable(of) }),
    ...(keyId === undefined ? {} : { key: printable(keyId) }),
  };
}

function versioned(version: string): Labels {
  return version === '' ? {} : { version };
}

/** Returns what tells a part of a series from its others. */
function partKey(by: MetricPart['by'], labels: Labels): string {
  const { version = '', operation = '', status = '' } = labels;
  if (by === 'operation') return `operation\n${version}\n${operation}\n${status}`;
  if (by === 'outcome') {
    const { class: statusClass = '', source = '', reason = '' } = labels;
    return `outcome\n${statusClass}\n${source}\n${reason}\n${version}`;
  }
  const { user = '', groups = '', application = '', key = '' } = labels;
  return `consumer\n${version}\n${user}\n${groups}\n${application}\n${key}`;
}

function classOf(status: number): string {
  return `${Math.min(5, Math.max(1, Math.floor(status / 100)))}xx`;
}

/** Names come from documents and tokens that others wrote: without characters that break lines, and bounded. */
function printable(text: string): string {
  return (/[\p{Cc}\p{Cf}]/u.test(text) ? text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '') : text).slice(
    0,
    VALUE_LENGTH_MAX,
  );
}
