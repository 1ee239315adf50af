import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formatKey, parseKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { Generation } from '@portolan/resources/kinds/registry';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import { startInterval, type IntervalJob } from '@portolan/process/interval';
import type { KubeClient } from '../../kubernetes/client/kube-client.ts';
import type { ReflectorTiming } from '../../kubernetes/reflector/reflector.ts';
import type { AgentLogger } from '../../logger.ts';
import type { Source, SourceUpdate } from '../source.ts';
import { ClusterCache } from './cluster-cache.ts';
import { CrdWatch } from './crd-watch.ts';
import { KindFollower, type FollowedPart, type FollowerContext } from './kind-follower.ts';
import { PacedFlush } from './paced-flush.ts';
import type { ClusterObject, ObservedState } from './projection.ts';
import { PATIENCE_MS, readingProblems, type ReadingState } from './reading-problems.ts';
import { SecretFollowers } from './secret-followers.ts';
import { watchedKinds, watchedSecret, type WatchedKind } from './watched-kinds.ts';

export interface KubernetesSourceOptions {
  readonly client: KubeClient;
  readonly generation: Generation;
  /** Namespaces to serve; null for all of them. */
  readonly namespaces: readonly string[] | null;
  readonly stateDir: string;
  readonly log: AgentLogger;
  /** Called with the number of changes that the cluster had not reported, which have been made up for. */
  readonly onMissed: (count: number) => void;
  readonly timing?: Partial<ReflectorTiming>;
}

const ORIGIN = { kind: 'cluster' } as const;
/** Longest wait for the state of the cluster at the start; then what is there is served, from disk if need be. */
const SETTLE_MS = 5_000;
const AUDIT_MS = 45 * 60_000;

/** Follows the objects of a Kubernetes cluster. Reads only; nothing is ever written by it. */
export class KubernetesSource implements Source {
  readonly description: string;
  readonly #options: KubernetesSourceOptions;
  readonly #kinds: readonly WatchedKind[];
  readonly #context: FollowerContext;
  readonly #secrets: SecretFollowers;
  readonly #cache: ClusterCache;
  readonly #flush = new PacedFlush(() => this.#publish());
  readonly #closing = new AbortController();
  readonly #pending = new Map<string, KubernetesObject | null>();
  readonly #published = new Map<string, SourcedObject>();
  #followers: readonly KindFollower[] = [];
  #byType: ReadonlyMap<string, KindFollower> = new Map();
  #crds: CrdWatch | null = null;
  #restoredSecrets: readonly KubernetesObject[] = [];
  #problems: readonly Problem[] = [];
  #isPublished = false;
  #isPatienceOver = false;
  #audit: IntervalJob | null = null;
  #patience: NodeJS.Timeout | null = null;
  #wakeWaiting: () => void = () => {};
  #onUpdate: (update: SourceUpdate) => void = () => {};

  constructor(options: KubernetesSourceOptions) {
    const { client, generation, namespaces, stateDir, log } = options;
    this.#options = options;
    this.description = client.connection.description;
    // With rights in some namespaces the nodes of the cluster are nobody's business.
    this.#kinds = watchedKinds(generation).filter(({ isOptional }) => namespaces === null || !isOptional);
    this.#context = {
      client,
      traits: { canStreamLists: true },
      timing: options.timing ?? {},
      onObject: (kind, key, object) => this.#changed(kind, key, object),
      onState: () => this.#stateChanged(),
    };
    this.#secrets = new SecretFollowers(this.#context);
    this.#cache = new ClusterCache({
      directory: join(stateDir, 'cluster-objects'),
      cluster: JSON.stringify([client.connection.server.origin, namespaces]),
      types: [...this.#kinds, watchedSecret].map(({ type }) => type),
      objectsOf: (type) => this.#objectsOf(type),
      onDamaged: (path) =>
        log.warn(
          { event: 'cluster-cache.damaged', path },
          `What was kept of the cluster in ${path} is damaged; it is read from the API server again.`,
        ),
      onError: (error) =>
        log.error(
          { event: 'cluster-cache.not-kept', error: String(error) },
          'Cannot write the objects of the cluster to disk; a restart while the API server is away would not serve them.',
        ),
    });
  }

  /** Resolves once a snapshot was passed on, or at the latest after some seconds: a server that is away holds up no start. */
  async start(onUpdate: (update: SourceUpdate) => void): Promise<void> {
    this.#onUpdate = onUpdate;
    this.#restoredSecrets = await this.#cache.load(watchedSecret.type);
    this.#followers = await Promise.all(
      this.#kinds.map(async (kind) => {
        const restored = await this.#cache.load(kind.type);
        return new KindFollower(this.#context, kind, this.#partsOf(kind), restored);
      }),
    );
    this.#byType = new Map(this.#followers.map((follower) => [follower.kind.type, follower]));
    this.#startFollowers();
    await this.#until(() => this.#isPublished, SETTLE_MS);
    this.#isPatienceOver = true;
    if (!this.#isPublished) this.#flush.now();
    // What refers to Secrets is known only now.
    await this.#until(() => this.#secrets.states.every(isSettled), SETTLE_MS);
    this.#flush.now();
    this.#audit = startInterval({
      everyMs: AUDIT_MS * (0.7 + 0.6 * Math.random()),
      run: (signal) => this.#auditAll(signal),
      onError: (error) =>
        this.#options.log.debug(
          { event: 'cluster-audit.failed', error: String(error) },
          'cannot compare with the API server',
        ),
    });
  }

  /** Reads the Secrets of these keys and no others. */
  wantSecrets(keys: ReadonlySet<string>): void {
    const restored = this.#restoredSecrets;
    this.#restoredSecrets = [];
    this.#secrets.want(keys, restored);
    for (const key of restored.map(secretKeyOf)) if (!keys.has(key)) this.#pending.set(key, null);
  }

  /** Returns version and status of an object as they were seen last; null for one that is not there or has none. */
  observed(key: string): ObservedState | null {
    const id = parseKey(key);
    if (id === null) return null;
    const follower = this.#byType.get(`${id.kind}.${id.group}`);
    return follower?.find(id.namespace, id.name)?.observed ?? null;
  }

  async close(): Promise<void> {
    this.#onUpdate = () => {};
    this.#closing.abort();
    this.#flush.close();
    if (this.#patience !== null) clearTimeout(this.#patience);
    await this.#audit?.close();
    await this.#crds?.close();
    await Promise.all(this.#followers.map((follower) => follower.stop()));
    await this.#secrets.close();
    await this.#cache.close();
  }

  /** What is installed can be asked with rights for the whole cluster; otherwise each kind finds out for itself. */
  #startFollowers(): void {
    if (this.#options.namespaces === null) this.#crds = new CrdWatch(this.#context, this.#followers);
    for (const follower of this.#followers)
      if (this.#crds === null || follower.kind.crd === null) follower.start();
    this.#crds?.start();
  }

  #partsOf({ resource }: WatchedKind): readonly FollowedPart[] {
    const { namespaces } = this.#options;
    return namespaces === null || !resource.isNamespaced
      ? [{}]
      : namespaces.map((namespace) => ({ namespace }));
  }

  #changed(kind: WatchedKind, storeKey: string, object: ClusterObject | null): void {
    this.#pending.set(objectKeyOf(kind, storeKey), object?.object ?? null);
    this.#cache.changed(kind.type);
    this.#flush.request();
  }

  #stateChanged(): void {
    this.#flush.request();
    if (this.#states().some(({ state }) => state.kind === 'failing')) this.#lookLater();
    this.#wakeWaiting();
  }

  /** Failing becomes a problem only after a while. */
  #lookLater(): void {
    this.#patience ??= setTimeout(() => {
      this.#patience = null;
      this.#flush.request();
      if (this.#states().some(({ state }) => state.kind === 'failing')) this.#lookLater();
    }, PATIENCE_MS + 100).unref();
  }

  #states(): readonly ReadingState[] {
    return [
      ...this.#followers.filter(({ isRunning }) => isRunning).flatMap(({ states }) => states),
      ...this.#secrets.states,
    ];
  }

  #publish(): void {
    const problems = readingProblems(this.#states());
    const haveProblemsChanged = !isDeepStrictEqual(problems, this.#problems);
    this.#problems = problems;
    if (!this.#isPublished) return this.#publishSnapshot();
    const upserts = new Map<string, SourcedObject>();
    const deletes: string[] = [];
    for (const [key, object] of this.#pending) {
      const known = this.#published.get(key);
      if (object === null) {
        if (this.#published.delete(key)) deletes.push(key);
      } else if (!isDeepStrictEqual(known?.object, object)) {
        const sourced = { object, origin: ORIGIN };
        upserts.set(key, sourced);
        this.#published.set(key, sourced);
      }
    }
    this.#pending.clear();
    if (upserts.size > 0 || deletes.length > 0 || haveProblemsChanged)
      this.#onUpdate({ kind: 'delta', upserts, deletes, stale: new Set(), problems });
  }

  #publishSnapshot(): void {
    if (!this.#isReadable()) return;
    for (const follower of this.#followers)
      for (const [key, { object }] of follower.objects())
        this.#published.set(objectKeyOf(follower.kind, key), { object, origin: ORIGIN });
    // They were referred to before the restart; what still refers to them is found when this is compiled.
    for (const object of this.#restoredSecrets)
      this.#published.set(secretKeyOf(object), { object, origin: ORIGIN });
    this.#pending.clear();
    this.#isPublished = true;
    this.#onUpdate({
      kind: 'snapshot',
      objects: new Map(this.#published),
      stale: new Set(),
      problems: this.#problems,
    });
    this.#wakeWaiting();
  }

  /** Returns whether the state of the cluster is known, or patience is over and part of it is. */
  #isReadable(): boolean {
    const states = this.#followers.filter(({ isRunning }) => isRunning).flatMap((each) => each.states);
    const isKnown = (this.#crds?.isSettled ?? true) && states.every(({ state }) => state.kind !== 'starting');
    const hasRestored = this.#followers.some((follower) => !follower.objects().next().done);
    // A server that is away need not be waited for when there is something to serve.
    if (isKnown && (hasRestored || states.every(isSettled))) return true;
    return this.#isPatienceOver && (hasRestored || states.some(({ state }) => state.kind === 'synced'));
  }

  async #until(isTrue: () => boolean, ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (!isTrue() && performance.now() < end && !this.#closing.signal.aborted) {
      const woken = new AbortController();
      this.#wakeWaiting = () => woken.abort();
      const signal = AbortSignal.any([woken.signal, this.#closing.signal]);
      await delay(end - performance.now(), undefined, { signal }).catch(() => undefined);
    }
    this.#wakeWaiting = () => {};
  }

  async #auditAll(signal: AbortSignal): Promise<void> {
    for (const follower of [...this.#followers, this.#secrets]) {
      const missed = await follower.audit(signal);
      if (missed === 0) continue;
      this.#options.onMissed(missed);
      this.#options.log.warn(
        { event: 'cluster-watch.missed', missed },
        `The API server had not reported ${missed} changes; everything was read again.`,
      );
    }
  }

  #objectsOf(type: string): readonly KubernetesObject[] {
    const objects = type === watchedSecret.type ? this.#secrets.objects() : this.#byType.get(type)?.objects();
    return [...(objects ?? [])].map(([, { object }]) => object);
  }
}

function isSettled({ state }: ReadingState): boolean {
  return state.kind === 'synced' || state.kind === 'absent' || state.kind === 'forbidden';
}

function objectKeyOf({ resource }: WatchedKind, storeKey: string): string {
  const slash = storeKey.indexOf('/');
  const { group, kind } = resource;
  return formatKey({ group, kind, namespace: storeKey.slice(0, slash), name: storeKey.slice(slash + 1) });
}

function secretKeyOf({ metadata }: KubernetesObject): string {
  return formatKey({ group: '', kind: 'Secret', namespace: metadata.namespace ?? '', name: metadata.name });
}
