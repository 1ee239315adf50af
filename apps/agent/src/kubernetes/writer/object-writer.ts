import { objectKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { Problem } from '@portolan/resources/problem';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import pLimit from 'p-limit';
import type { AgentLogger } from '../../logger.ts';
import { hasCode } from '../client/api-error.ts';
import { formatResource, type ApiResource } from '../client/api-resource.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { NotLeading, type Leadership, type WriteLimits } from '../leader/leadership.ts';
import {
  contains,
  FIELD_MANAGER,
  intentOf,
  isMade,
  partOf,
  prepare,
  type MadeObject,
  type Part,
} from './made-object.ts';
import { MadeView } from './made-view.ts';
import { WriteBudget } from './write-budget.ts';
import { contested, nameTaken, writeProblem } from './write-problems.ts';

const RECONCILE_MS = 60_000;
const CONCURRENT_WRITES = 4;

/** A change of fields of an object that a user made; without force, and only of the object that was seen. */
export interface SharedChange {
  readonly resource: ApiResource;
  /** The object as it was seen. */
  readonly seen: KubernetesObject;
  /** What is wanted, to tell a repeated change from a new one. */
  readonly intent: string;
  /** What it means that the change cannot be made, for people: `so its policy is not enforced`. */
  readonly consequence?: string;
  readonly change:
    /** Server-side apply: fields left out are given up. */
    | { readonly kind: 'apply'; readonly object: KubernetesObject }
    /** RFC 6902, for lists that server-side apply can only take as a whole. */
    | { readonly kind: 'patch'; readonly operations: readonly object[] };
}

export interface ObjectWriterOptions {
  readonly client: KubeClient;
  readonly leadership: Leadership;
  readonly log: AgentLogger;
  /** Namespaces that are served; null for all. */
  readonly namespaces: readonly string[] | null;
  readonly onProblems: () => void;
}

interface Target {
  readonly key: string;
  readonly resource: ApiResource;
  readonly object: KubernetesObject;
  readonly live: KubernetesObject | null;
  readonly intent: string;
  readonly consequence?: string | undefined;
}

interface Wanted {
  readonly made: MadeObject;
  readonly prepared: KubernetesObject;
}

/**
 * Writes what the parts of the agent want to be in the cluster, while this replica leads: objects of the agent's own, which are
 * compared with what is there and deleted when they are no longer wanted, and single fields of users' objects.
 */
export class ObjectWriter {
  readonly #options: ObjectWriterOptions;
  readonly #views = new Map<string, MadeView>();
  readonly #budget = new WriteBudget();
  readonly #wanted = new Map<Part, ReadonlyMap<string, Wanted>>();
  readonly #shared = new Map<Part, readonly SharedChange[]>();
  readonly #problems = new Map<string, Problem>();
  readonly #job: IntervalJob;
  #writes = 0;

  constructor(options: ObjectWriterOptions) {
    this.#options = options;
    this.#job = startInterval({
      everyMs: RECONCILE_MS,
      run: (signal) => this.#reconcile(signal),
      onError: (error) =>
        options.log.error({ event: 'writer.failed', error: String(error) }, 'Writing to the cluster failed.'),
    });
  }

  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  /** Writes sent since the start. */
  get writes(): number {
    return this.#writes;
  }

  /** Replaces the objects that a part wants; `resources` are all it may ever make, so that former ones are found. */
  want(part: Part, resources: readonly ApiResource[], made: readonly MadeObject[]): void {
    for (const resource of resources) this.#view(resource);
    const wanted = new Map(
      made.map((each) => {
        const prepared = prepare(each, part);
        return [objectKey(prepared), { made: each, prepared }];
      }),
    );
    const former = this.#wanted.get(part);
    this.#wanted.set(part, wanted);
    if (former === undefined || !haveSameObjects(former, wanted)) this.#job.trigger();
  }

  /** Replaces the changes to users' objects that a part wants: those that are not made yet. */
  wantShared(part: Part, changes: readonly SharedChange[]): void {
    this.#shared.set(part, changes);
    if (changes.length > 0) this.#job.trigger();
  }

  /** Compares everything again: this replica leads now. */
  restart(): void {
    for (const view of this.#views.values()) view.expire();
    this.#job.trigger();
  }

  async close(): Promise<void> {
    await this.#job.close();
  }

  async #reconcile(signal: AbortSignal): Promise<void> {
    const before = JSON.stringify([...this.#problems]);
    this.#problems.clear();
    if (this.#options.leadership.isLeading) await this.#writeAll(signal);
    if (JSON.stringify([...this.#problems]) !== before) this.#options.onProblems();
  }

  async #writeAll(signal: AbortSignal): Promise<void> {
    const readable = new Map<string, MadeView>();
    for (const [name, view] of this.#views) if (await this.#refresh(view, signal)) readable.set(name, view);
    const limit = pLimit(CONCURRENT_WRITES);
    const keys = new Set<string>();
    const tasks: Promise<void>[] = [];
    for (const [key, each] of [...this.#wanted.values()].flatMap((wanted) => [...wanted])) {
      keys.add(key);
      const view = readable.get(formatResource(each.made.resource));
      if (view !== undefined) tasks.push(limit(() => this.#writeMade(key, each, view, signal)));
    }
    for (const [part, changes] of this.#shared)
      for (const change of changes) {
        keys.add(objectKey(change.seen));
        tasks.push(limit(() => this.#writeShared(part, change)));
      }
    await Promise.all(tasks);
    for (const view of readable.values()) await this.#sweep(view, keys);
    this.#budget.keep(keys);
  }

  async #refresh(view: MadeView, signal: AbortSignal): Promise<boolean> {
    try {
      await view.refresh(signal);
      return true;
    } catch (error) {
      const name = formatResource(view.resource);
      // 404: the CRD is not installed, so that nothing of it can be wanted either.
      if (hasCode(error, 403))
        this.#problems.set(name, {
          code: 'missing-right',
          severity: 'warning',
          message: `The agent may not list ${name}, so it writes none: ${error.message}`,
          fix: 'grant the right that portolan-agent rights prints',
        });
      return false;
    }
  }

  async #writeMade(
    key: string,
    { made: { resource }, prepared }: Wanted,
    view: MadeView,
    signal: AbortSignal,
  ): Promise<void> {
    const live = view.objects.get(key) ?? null;
    if (live !== null && contains(live, prepared)) return;
    await this.#attempt(
      { key, resource, object: prepared, live, intent: JSON.stringify(prepared) },
      async () => {
        const found = live ?? (await view.find(prepared, signal));
        if (found !== null && !isMade(found)) {
          this.#problems.set(key, nameTaken(prepared, found));
          return;
        }
        const written = await this.#send((client, limits) =>
          client.apply(resource, prepared, { fieldManager: FIELD_MANAGER, force: true, ...limits }),
        );
        view.note(key, written);
      },
    );
  }

  async #writeShared(part: Part, wanted: SharedChange): Promise<void> {
    const { resource, seen, change, intent, consequence } = wanted;
    const target = { key: objectKey(seen), resource, object: seen, live: seen, intent, consequence };
    await this.#attempt(target, async () => {
      await this.#send((client, limits) =>
        change.kind === 'apply'
          ? client.apply(resource, change.object, { fieldManager: FIELD_MANAGER, ...limits })
          : client.patch(resource, seen.metadata, change.operations, {
              type: 'json',
              fieldManager: FIELD_MANAGER,
              ...limits,
            }),
      );
      const left = this.#shared.get(part)?.filter((one) => one !== wanted);
      this.#shared.set(part, left ?? []);
    });
  }

  async #attempt(target: Target, write: () => Promise<void>): Promise<void> {
    const { key, object, resource, live, intent, consequence } = target;
    if (!this.#budget.allows(key, intent)) {
      this.#problems.set(key, contested(object, live));
      return;
    }
    try {
      await write();
      this.#budget.count(key, intent);
    } catch (error) {
      if (error instanceof NotLeading) return;
      const problem = writeProblem(object, resource, error);
      if (problem === null) return;
      const message = [problem.message, ...(consequence === undefined ? [] : [consequence])].join(', ');
      this.#problems.set(key, { ...problem, message });
    }
  }

  /** Deletes what agents made and no part wants any more; parts that have not listed what they want yet may still want it. */
  async #sweep(view: MadeView, wanted: ReadonlySet<string>): Promise<void> {
    const parts = new Set<string | undefined>(this.#wanted.keys());
    for (const [key, object] of view.objects) {
      if (wanted.has(key) || !parts.has(partOf(object))) continue;
      const { uid } = object.metadata;
      try {
        await this.#send((client, limits) =>
          client.delete(view.resource, object.metadata, {
            ...(uid === undefined ? {} : { uid }),
            ...limits,
          }),
        );
        view.note(key, null);
      } catch (error) {
        if (error instanceof NotLeading) return;
        // Null: another object of that name by now, which the next look finds.
        const problem = writeProblem(object, view.resource, error);
        if (problem !== null) this.#problems.set(key, problem);
      }
    }
  }

  #send<T>(write: (client: KubeClient, limits: WriteLimits) => Promise<T>): Promise<T> {
    return this.#options.leadership.write((limits) => {
      this.#writes += 1;
      return write(this.#options.client, limits);
    });
  }

  #view(resource: ApiResource): MadeView {
    const name = formatResource(resource);
    const known = this.#views.get(name);
    if (known !== undefined) return known;
    const view = new MadeView(this.#options.client, resource, this.#options.namespaces);
    this.#views.set(name, view);
    return view;
  }
}

function haveSameObjects(a: ReadonlyMap<string, Wanted>, b: ReadonlyMap<string, Wanted>): boolean {
  if (a.size !== b.size) return false;
  return [...b].every(([key, { prepared }]) => {
    const other = a.get(key);
    return other !== undefined && intentOf(other.prepared) === intentOf(prepared);
  });
}
