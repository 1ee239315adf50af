import { randomBytes } from 'node:crypto';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { AgentLogger } from '../../logger.ts';
import { hasCode } from '../client/api-error.ts';
import type { ApiResource } from '../client/api-resource.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { NotLeading, type Leadership } from '../leader/leadership.ts';
import { monotonicMs } from '../leader/monotonic.ts';
import { EventBudget } from './event-budget.ts';

/** An event about an object. */
export interface ClusterEvent {
  readonly regarding: KubernetesObject;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, why. */
  readonly reason: string;
  /** CamelCase, what the agent did. */
  readonly action: string;
  /** For people. */
  readonly note: string;
}

interface Series {
  readonly namespace: string;
  readonly name: string;
  count: number;
  /** Repeats that were not written yet. */
  pending: number;
  lastSeenMs: number;
  lastWrittenMs: number;
}

const EVENTS: ApiResource = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  isNamespaced: true,
};
const CONTROLLER = 'portolan.dev/agent';
const FIELD_MANAGER = 'portolan-agent-events';
const QUEUED_MAX = 1_000;
const NOTE_BYTES_MAX = 1_024;
/** Times of client-go: a series ends after 6 minutes without a repeat, a long one is refreshed every 30. */
const SERIES_QUIET_MS = 6 * 60_000;
const SERIES_REFRESH_MS = 30 * 60_000;
const FLUSH_MS = 60_000;

export interface EventRecorderOptions {
  readonly client: KubeClient;
  readonly leadership: Leadership;
  readonly log: AgentLogger;
  /** Name of this replica. */
  readonly instance: string;
}

/**
 * Writes Events (events.k8s.io/v1), while this replica leads. Repeats are one Event with a series, as client-go groups them
 * (tools/events/event_broadcaster.go); each object has a budget; without the right, no more are tried.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #budget = new EventBudget();
  readonly #series = new Map<string, Series>();
  readonly #queue: ClusterEvent[] = [];
  readonly #job: IntervalJob;
  #isRefused = false;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#job = startInterval({
      everyMs: FLUSH_MS,
      run: (signal) => this.#drain(signal),
      onError: (error) =>
        options.log.warn({ event: 'events.failed', error: String(error) }, 'Events cannot be written.'),
    });
  }

  /** Notes an event; it is written soon, or dropped when too many are waiting. */
  record(event: ClusterEvent): void {
    if (this.#isRefused || this.#queue.length >= QUEUED_MAX) return;
    this.#queue.push(event);
    this.#job.trigger();
  }

  async close(): Promise<void> {
    await this.#job.close();
  }

  async #drain(signal: AbortSignal): Promise<void> {
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      if (signal.aborted || this.#isRefused) return;
      await this.#guarded(() => this.#write(event));
    }
    await this.#flush();
  }

  async #guarded(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (error instanceof NotLeading) return;
      const { log } = this.#options;
      const reason = error instanceof Error ? error.message : String(error);
      this.#isRefused = hasCode(error, 403);
      log.warn(
        { event: 'events.not-written', reason },
        this.#isRefused ? 'Events may not be written; no more are tried.' : 'An Event cannot be written.',
      );
    }
  }

  async #write(event: ClusterEvent): Promise<void> {
    const now = monotonicMs();
    const { uid = '', name } = event.regarding.metadata;
    const key = JSON.stringify([uid || name, event.type, event.reason, event.action]);
    const series = this.#series.get(key);
    if (series !== undefined) {
      series.count += 1;
      series.pending += 1;
      series.lastSeenMs = now;
      if (series.count === 2) await this.#writeSeries(series);
      return;
    }
    if (!this.#budget.take(uid || name)) return;
    const object = this.#eventOf(event);
    const { namespace = '' } = object.metadata;
    await this.#options.leadership.write((limits) => this.#options.client.create(EVENTS, object, limits));
    this.#series.set(key, {
      namespace,
      name: object.metadata.name,
      count: 1,
      pending: 0,
      lastSeenMs: now,
      lastWrittenMs: now,
    });
  }

  async #flush(): Promise<void> {
    const now = monotonicMs();
    for (const [key, series] of this.#series) {
      const isQuiet = now - series.lastSeenMs > SERIES_QUIET_MS;
      const isOld = now - series.lastWrittenMs > SERIES_REFRESH_MS;
      if (series.pending > 0 && (isQuiet || isOld)) await this.#guarded(() => this.#writeSeries(series));
      if (isQuiet) this.#series.delete(key);
    }
  }

  async #writeSeries(series: Series): Promise<void> {
    const { client, leadership } = this.#options;
    const patch = { series: { count: series.count, lastObservedTime: microTime() } };
    await leadership.write((limits) =>
      client.patch(EVENTS, series, patch, { type: 'merge', fieldManager: FIELD_MANAGER, ...limits }),
    );
    series.pending = 0;
    series.lastWrittenMs = monotonicMs();
  }

  #eventOf({ regarding, type, reason, action, note }: ClusterEvent): KubernetesObject {
    const { apiVersion, kind, metadata } = regarding;
    const { name, namespace, uid } = metadata;
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: {
        name: `${name.slice(0, 230)}.${randomBytes(8).toString('hex')}`,
        namespace: namespace ?? 'default',
      },
      eventTime: microTime(),
      reportingController: CONTROLLER,
      reportingInstance: this.#options.instance.slice(0, 128),
      type,
      reason: reason.slice(0, 128),
      action,
      note: truncate(note),
      regarding: { apiVersion, kind, name, namespace, uid },
    };
  }
}

function truncate(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= NOTE_BYTES_MAX) return note;
  return `${bytes
    .subarray(0, NOTE_BYTES_MAX - 6)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
}

function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
