import { findKind, type Generation } from '@portolan/resources/kinds/registry';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { Problem } from '@portolan/resources/problem';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import pLimit from 'p-limit';
import type { AgentLogger } from '../../logger.ts';
import { hasCode } from '../client/api-error.ts';
import { formatResource, resourceOf } from '../client/api-resource.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { NotLeading, type Leadership } from '../leader/leadership.ts';
import { contains } from '../writer/made-object.ts';
import { WriteBudget } from '../writer/write-budget.ts';
import { readConditions, transitionsBetween, type Condition } from './conditions.ts';
import type { ObjectFacts } from './findings.ts';
import { isStatusAsWanted, statusOf, type ObservedState, type WantedStatus } from './object-status.ts';

/** Manager of the fields of status, which another program than the one of the objects may write. */
const STATUS_MANAGER = 'portolan-agent-status';
const CONCURRENT_WRITES = 4;
/** What could not be written is tried again. */
const RETRY_MS = 60_000;
const PACE_MS = 250;

export interface StatusWriterOptions {
  readonly client: KubeClient;
  readonly leadership: Leadership;
  readonly log: AgentLogger;
  readonly generation: Generation;
  /** Returns all objects whose status is to be written, with what is known about each. */
  readonly facts: () => Iterable<readonly [key: string, facts: ObjectFacts]>;
  /** Returns the state of an object as the cluster last reported it; null for one that it does not have. */
  readonly observed: (key: string) => ObservedState | null;
  readonly hasCertificate: (host: string) => boolean;
  readonly onTransition: (object: KubernetesObject, condition: Condition, isFirst: boolean) => void;
}

/** Writes the status of Hub resources, while this replica leads, where it differs from what the cluster has. */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #job: IntervalJob;
  readonly #budget = new WriteBudget();
  /** Statuses written that the cluster has not reported back yet, by uid. */
  readonly #written = new Map<string, unknown>();
  readonly #refused = new Map<string, Problem>();
  #soon: NodeJS.Timeout | null = null;
  #writes = 0;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
    this.#job = startInterval({
      everyMs: RETRY_MS,
      run: (signal) => this.#writeAll(signal),
      onError: (error) =>
        options.log.error({ event: 'status.failed', error: String(error) }, 'Statuses cannot be written.'),
    });
  }

  /** Kinds whose status the agent may not write. */
  get problems(): readonly Problem[] {
    return [...this.#refused.values()];
  }

  get writes(): number {
    return this.#writes;
  }

  /** Looks at all objects again, soon: changes come in groups. */
  update(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      this.#job.trigger();
    }, PACE_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#soon !== null) clearTimeout(this.#soon);
    await this.#job.close();
  }

  async #writeAll(signal: AbortSignal): Promise<void> {
    const { facts, leadership } = this.#options;
    if (!leadership.isLeading) return;
    this.#refused.clear();
    const limit = pLimit(CONCURRENT_WRITES);
    const uids = new Set<string>();
    const tasks: Promise<void>[] = [];
    for (const [key, each] of facts()) {
      const observed = this.#options.observed(key);
      if (observed === null || observed.uid === '') continue;
      uids.add(observed.uid);
      const wanted = this.#wantedOf(each, observed);
      if (wanted !== null)
        tasks.push(limit(() => (signal.aborted ? undefined : this.#write(key, each, observed, wanted))));
    }
    await Promise.all(tasks);
    for (const uid of this.#written.keys()) if (!uids.has(uid)) this.#written.delete(uid);
    this.#budget.keep(uids);
  }

  /** Null when nothing is to be written. */
  #wantedOf(facts: ObjectFacts, observed: ObservedState): WantedStatus | null {
    const { uid } = observed;
    const written = this.#written.get(uid);
    const isReported = written === undefined || contains(observed.status, written);
    if (isReported) this.#written.delete(uid);
    const seen = isReported ? observed : { ...observed, status: written };
    const wanted = statusOf(facts, seen, {
      now: new Date(),
      hasCertificate: this.#options.hasCertificate,
    });
    return isStatusAsWanted(seen.status, wanted) ? null : wanted;
  }

  async #write(
    key: string,
    facts: ObjectFacts,
    observed: ObservedState,
    wanted: WantedStatus,
  ): Promise<void> {
    const { client, leadership, generation, onTransition, log } = this.#options;
    const { apiVersion, kind, metadata } = facts.object;
    const info = findKind(apiVersion, kind, generation);
    if (info === null) return;
    const resource = resourceOf(info);
    const { uid } = observed;
    const intent = JSON.stringify(wanted.status);
    if (this.#refused.has(formatResource(resource)) || !this.#budget.allows(uid, intent)) return;
    const { name, namespace } = metadata;
    // The uid keeps an object that was deleted meanwhile from coming back.
    const identity = { name, ...(namespace === undefined ? {} : { namespace }), uid };
    const object = { apiVersion, kind, metadata: identity, status: wanted.status };
    const known = readConditions(this.#written.get(uid) ?? observed.status);
    try {
      await leadership.write((limits) => {
        this.#writes += 1;
        return client.apply(resource, object, {
          fieldManager: STATUS_MANAGER,
          force: true,
          subresource: 'status',
          ...limits,
        });
      });
      log.debug({ event: 'status.written', object: key, status: wanted.status }, 'status written');
      this.#budget.count(uid, intent);
      this.#written.set(uid, wanted.status);
      for (const condition of transitionsBetween(known, wanted.conditions))
        onTransition(facts.object, condition, known.length === 0);
    } catch (error) {
      if (error instanceof NotLeading) return;
      if (hasCode(error, 404, 409)) {
        log.debug({ event: 'status.outdated', object: key }, error.message);
        return;
      }
      if (hasCode(error, 403)) this.#refused.set(formatResource(resource), refusal(formatResource(resource)));
      const reason = error instanceof Error ? error.message : String(error);
      log.warn(
        { event: 'status.not-written', object: key, reason },
        'The status of an object cannot be written.',
      );
    }
  }
}

function refusal(resource: string): Problem {
  return {
    code: 'missing-right',
    severity: 'warning',
    message: `The agent may not patch ${resource}/status, so it reports nothing there.`,
    fix: 'grant the right that portolan-agent rights prints',
  };
}
