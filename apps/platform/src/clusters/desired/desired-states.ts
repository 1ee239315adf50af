import type { Logger } from 'pino';
import type { StateMessage } from '@portolan/contract/agent';
import type { ChangeEvent, Topic } from '@portolan/contract/events';
import type { ChangeFeed } from '../../events/change-feed.ts';
import { measure, patchBetween, type MeasuredState, type VersionedState } from './versioned-state.ts';

export type StateListener = (message: StateMessage) => void;

export interface DesiredStatesOptions {
  readonly changes: ChangeFeed;
  readonly log: Logger;
  /** Reads what is wanted of a cluster now. */
  readonly compute: (workspace: string, clusterId: string) => Promise<MeasuredState['state']>;
  /** Gives a content its revision. */
  readonly revisionFor: (clusterId: string, hash: string) => Promise<number>;
}

/** Topics whose changes can mean another desired state. */
const RELEVANT: ReadonlySet<Topic> = new Set([
  'keys',
  'users',
  'groups',
  'providers',
  'resources',
  'brokers',
  'workspace',
]);
/** That a tunnel came up or went down changes nothing; where a cluster's tunnels are to be does, and is told as `many`. */
function isRelevant({ topic, change }: ChangeEvent): boolean {
  return RELEVANT.has(topic) || (topic === 'tunnels' && change === 'many');
}

/** Several changes at once (a group of a thousand users) make one message. */
const GATHER_MS = 20;
const RETRY_MS = 1_000;
const HISTORY_MAX = 8;
/** Also without a change: certificates grow old. */
const REFRESH_MS = 10 * 60_000;
/** How long a state is kept at hand for an agent that lost its connection. */
const LINGER_MS = 60_000;

/** Desired states of the clusters whose agents follow theirs here: each change reaches them as a patch. */
export class DesiredStates {
  readonly #options: DesiredStatesOptions;
  readonly #followed = new Map<string, FollowedState>();

  constructor(options: DesiredStatesOptions) {
    this.#options = options;
  }

  /** Tells the listener what leads from `known` to the present and from there on; answers how to stop that. */
  follow(
    cluster: { workspace: string; clusterId: string },
    known: number | null,
    listener: StateListener,
  ): () => void {
    let followed = this.#followed.get(cluster.clusterId);
    if (!followed) {
      followed = new FollowedState(this.#options, cluster);
      this.#followed.set(cluster.clusterId, followed);
    }
    const unfollow = followed.add(known, listener);
    return () => {
      unfollow();
      const linger = setTimeout(() => this.#forget(cluster.clusterId, followed), LINGER_MS);
      linger.unref();
    };
  }

  close(): void {
    for (const followed of this.#followed.values()) followed.close();
    this.#followed.clear();
  }

  #forget(clusterId: string, followed: FollowedState): void {
    if (!followed.isEmpty || this.#followed.get(clusterId) !== followed) return;
    this.#followed.delete(clusterId);
    followed.close();
  }
}

/** One cluster's state, its recent past, and who listens. */
class FollowedState {
  readonly #options: DesiredStatesOptions;
  readonly #cluster: { readonly workspace: string; readonly clusterId: string };
  /** Listeners with the revision they were last told of. */
  readonly #listeners = new Map<StateListener, number | null>();
  readonly #history = new Map<number, VersionedState>();
  readonly #stopListening: () => void;
  readonly #regularly: NodeJS.Timeout;
  #current: VersionedState | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isRefreshing = false;
  #isStale = true;
  #isClosed = false;

  constructor(options: DesiredStatesOptions, cluster: { workspace: string; clusterId: string }) {
    this.#options = options;
    this.#cluster = cluster;
    this.#stopListening = options.changes.onChange(cluster.workspace, ({ change }) => {
      if (isRelevant(change)) this.invalidate();
    });
    this.#regularly = setInterval(() => this.invalidate(), REFRESH_MS);
    this.#schedule(0);
  }

  /** What is wanted may be something else now. */
  invalidate(): void {
    this.#isStale = true;
    this.#schedule(GATHER_MS);
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  add(known: number | null, listener: StateListener): () => void {
    this.#listeners.set(listener, known);
    if (this.#current !== null) this.#tell(listener, known, this.#current);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    clearInterval(this.#regularly);
    if (this.#timer) clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed || this.#isRefreshing) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#refresh();
    }, delayMs);
  }

  async #refresh(): Promise<void> {
    const { workspace, clusterId } = this.#cluster;
    this.#isRefreshing = true;
    this.#isStale = false;
    let retryMs = GATHER_MS;
    try {
      const measured = measure(await this.#options.compute(workspace, clusterId));
      if (measured.hash !== this.#current?.hash) {
        const revision = await this.#options.revisionFor(clusterId, measured.hash);
        this.#advance({ ...measured, revision });
      }
    } catch (error) {
      if (this.#isClosed) return;
      this.#options.log.error({ event: 'desired-state.not-computed', clusterId, error: String(error) });
      this.#isStale = true;
      retryMs = RETRY_MS;
    }
    this.#isRefreshing = false;
    if (this.#isStale) this.#schedule(retryMs);
  }

  #advance(next: VersionedState): void {
    if (this.#isClosed) return;
    this.#current = next;
    this.#history.set(next.revision, next);
    const [oldest] = this.#history.keys();
    if (this.#history.size > HISTORY_MAX && oldest !== undefined) this.#history.delete(oldest);
    for (const [listener, known] of this.#listeners) this.#tell(listener, known, next);
  }

  #tell(listener: StateListener, known: number | null, current: VersionedState): void {
    this.#listeners.set(listener, current.revision);
    const before = known === null ? undefined : this.#history.get(known);
    if (known === current.revision) listener({ type: 'idle', revision: current.revision });
    else if (before) listener(patchBetween(before, current));
    else listener({ type: 'snapshot', revision: current.revision, state: current.state });
  }
}
