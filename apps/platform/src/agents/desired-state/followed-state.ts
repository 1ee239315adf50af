import type { Logger } from 'pino';
import type { ChangeFeed } from '../../db/change-feed.ts';
import type { KeySource } from './key-record-store.ts';
import type { StateMessage } from '@portolan/contract/desired-state';
import type { ChangeEvent, Topic } from '@portolan/contract/events';
import {
  hashOf,
  measure,
  patchBetween,
  type MeasuredSections,
  type Sections,
  type VersionedState,
} from './versioned-state.ts';
import { namesKeys, type WorkspaceKeys } from './workspace-keys.ts';

export interface DesiredStatesOptions {
  readonly changes: ChangeFeed;
  readonly log: Logger;
  readonly keys: KeySource;
  /** Reads what is wanted of a cluster now, beside the keys of its workspace. */
  readonly compute: (workspace: string, clusterId: string) => Promise<Sections>;
  /** Gives a content its revision. */
  readonly revisionFor: (clusterId: string, hash: string) => Promise<number>;
}

export type StateListener = (message: StateMessage) => void;

/** Topics whose changes can mean other sections than the keys. */
const RELEVANT: ReadonlySet<Topic> = new Set([
  'providers',
  'resources',
  'certificates',
  'brokers',
  'workspace',
]);

/**
 * Tunnels that come up or go down and heartbeats do not change the state; assignments of a cluster's tunnels, and commands to
 * it do, and are told as `many`.
 */
function namesSections({ topic, change }: ChangeEvent): boolean {
  return RELEVANT.has(topic) || ((topic === 'tunnels' || topic === 'clusters') && change === 'many');
}

/** Several changes at once (a group of a thousand users) make one message. */
const GATHER_MS = 20;
const RETRY_MS = 1_000;
const HISTORY_MAX = 64;
/** Also without a change: certificates grow old. */
const REFRESH_MS = 10 * 60_000;

interface Cluster {
  readonly workspace: string;
  readonly clusterId: string;
}

/** One cluster's state, its recent past, and who listens. */
export class FollowedState {
  readonly #options: DesiredStatesOptions;
  readonly #cluster: Cluster;
  readonly #keys: WorkspaceKeys;
  /** Listeners with the revision they were last told of. */
  readonly #listeners = new Map<StateListener, number | null>();
  readonly #history = new Map<number, VersionedState>();
  readonly #stopListening: () => void;
  readonly #regularly: NodeJS.Timeout;
  #current: VersionedState | null = null;
  /** Sections, unless they may be others by now. */
  #known: MeasuredSections | null = null;
  #doubts = 0;
  #timer: NodeJS.Timeout | null = null;
  #isRefreshing = false;
  #isStale = true;
  #isClosed = false;

  constructor(options: DesiredStatesOptions, cluster: Cluster, keys: WorkspaceKeys) {
    this.#options = options;
    this.#cluster = cluster;
    this.#keys = keys;
    this.#stopListening = options.changes.onChange(cluster.workspace, ({ change }) => {
      if (namesSections(change)) this.#doubtSections();
      if (namesSections(change) || namesKeys(change)) this.#invalidate();
    });
    this.#regularly = setInterval(() => {
      this.#doubtSections();
      this.#invalidate();
    }, REFRESH_MS);
    this.#schedule(0);
  }

  get workspace(): string {
    return this.#cluster.workspace;
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

  /** What is wanted may be something else now. */
  #invalidate(): void {
    this.#isStale = true;
    this.#schedule(GATHER_MS);
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed || this.#isRefreshing) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#refresh();
    }, delayMs);
  }

  async #refresh(): Promise<void> {
    this.#isRefreshing = true;
    this.#isStale = false;
    let retryMs = GATHER_MS;
    try {
      await this.#readState();
    } catch (error) {
      if (this.#isClosed) return;
      const { clusterId } = this.#cluster;
      this.#options.log.error({ event: 'desired-state.not-computed', clusterId, error: String(error) });
      this.#doubtSections();
      this.#isStale = true;
      retryMs = RETRY_MS;
    }
    this.#isRefreshing = false;
    if (this.#isStale) this.#schedule(retryMs);
  }

  async #readState(): Promise<void> {
    const { clusterId } = this.#cluster;
    const measured = await this.#measuredSections();
    await this.#keys.catchUp();
    // Another agent of the workspace may have advanced the keys meanwhile: an agent may receive a key early
    // and once more later, but never a revision without its keys.
    const { version: keysVersion, digest } = this.#keys;
    const hash = hashOf(measured, digest);
    if (hash === this.#current?.hash) return;
    const revision = await this.#options.revisionFor(clusterId, hash);
    if (this.#isClosed) return;
    this.#advance({ revision, hash, measured, keysVersion });
  }

  async #measuredSections(): Promise<MeasuredSections> {
    if (this.#known) return this.#known;
    const { workspace, clusterId } = this.#cluster;
    const doubts = this.#doubts;
    const measured = measure(await this.#options.compute(workspace, clusterId));
    // A change that came while this was read makes it doubtful again.
    if (doubts === this.#doubts) this.#known = measured;
    return measured;
  }

  #doubtSections(): void {
    this.#known = null;
    this.#doubts += 1;
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
    const { revision, measured } = current;
    if (known === revision) return listener({ type: 'idle', revision });
    const before = known === null ? undefined : this.#history.get(known);
    const keys = before && this.#keys.patchSince(before.keysVersion);
    if (before && keys) listener(patchBetween(before, current, keys));
    else listener({ type: 'snapshot', revision, state: { ...measured.sections, keys: this.#keys.all() } });
  }
}
