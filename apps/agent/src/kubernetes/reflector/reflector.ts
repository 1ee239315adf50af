import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, ApiUnreachable, hasCode, isExpired, isTooLargeVersion } from '../client/api-error.ts';
import type { ApiResource } from '../client/api-resource.ts';
import type { WatchEvent } from '../client/watch-event.ts';
import {
  listState,
  streamState,
  StreamingListRefused,
  StreamingListStalled,
  type InitialState,
} from './initial-state.ts';
import { METADATA_ONLY, projectAs, type ReflectedResource } from './reflected-resource.ts';
import { CLIENT_GO_BACKOFF, ReflectorBackoff, type BackoffTiming } from './reflector-backoff.ts';
import { isOlderVersion } from './resource-version.ts';
import { StoredObjects, storeKey, type StoreChange, type StoredObject } from './stored-objects.ts';

/** How far the objects of a resource can be relied on. */
export type ReflectorState =
  | { readonly kind: 'starting' }
  /** They are those of the server, but for what is on its way. */
  | { readonly kind: 'synced' }
  /** The server has no such resource. */
  | { readonly kind: 'absent' }
  /** The objects are those of an earlier time. */
  | { readonly kind: 'forbidden' | 'failing'; readonly message: string; readonly since: number };

export interface ReflectorTiming extends BackoffTiming {
  /** A watch that brings nothing for this long is opened again; servers send a bookmark each minute. */
  readonly silenceMs: number;
  /** Bounds of the time after which the server is asked to end a watch. */
  readonly watchSeconds: readonly [number, number];
  /** Until a resource that is forbidden or absent is tried again. */
  readonly retryMs: number;
  /** A streamed list that brings nothing for this long is none. */
  readonly initialIdleMs: number;
  /** Objects per page of a list. */
  readonly pageSize: number;
}

const DEFAULT_TIMING: ReflectorTiming = {
  ...CLIENT_GO_BACKOFF,
  silenceMs: 150_000,
  watchSeconds: [300, 600],
  retryMs: 60_000,
  initialIdleMs: 15_000,
  pageSize: 500,
};

/** What one reflector found out about a server is known to all. */
export interface ServerTraits {
  canStreamLists: boolean;
}

export interface ReflectorOptions<T> extends ReflectedResource<T> {
  /** Other versions of the resource, tried in turn where the server does not have it. */
  readonly alternatives?: readonly ApiResource[];
  readonly traits: ServerTraits;
  readonly timing?: Partial<ReflectorTiming>;
  /** Objects of an earlier run, in place until the server has been asked. */
  readonly restored?: ReadonlyMap<string, StoredObject<T>>;
  /** Receives each change as a whole: a list, or one object. */
  readonly onChange: (change: StoreChange<T>) => void;
  readonly onState: (state: ReflectorState) => void;
}

/** A watch that ends sooner than this without an event failed: a peer that ends each at once must not make a busy loop. */
const SHORTEST_WATCH_MS = 1000;
/** Failures in a row at one version, after which everything is listed again. */
const RESUMES_MAX = 3;

/**
 * Keeps the objects of one resource as the server has them, by the rules of client-go's reflector: a list, streamed where the
 * server can, then a watch from its version, resumed from the last version seen; a new list only when that version has expired.
 */
export class Reflector<T> {
  readonly #options: ReflectorOptions<T>;
  readonly #timing: ReflectorTiming;
  readonly #store = new StoredObjects<T>();
  readonly #backoff: ReflectorBackoff;
  #state: ReflectorState = { kind: 'starting' };
  /** Last version seen, of the whole resource; empty before the first list. */
  #version = '';
  #needsList = true;
  /** Whether the next list must be the newest state: the version seen last is gone, or unknown to the server. */
  #needsNewest = true;
  #failures = 0;
  /** How often in a row the server had no such resource. */
  #absences = 0;
  /** Index of the version that is read, and how many in a row the server did not have. */
  #resource = 0;
  #tried = 0;
  #hasStalled = false;
  #pausing = new AbortController();
  #endStream: () => void = () => {};
  #isRelistWanted = false;
  readonly #deleted = new Set<Set<string>>();
  #listed = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#backoff = new ReflectorBackoff(this.#timing);
    for (const [key, object] of options.restored ?? []) this.#store.set(key, object);
  }

  /** The resource in the version that is read. */
  get resource(): ApiResource {
    const { resource, alternatives = [] } = this.#options;
    return alternatives[this.#resource - 1] ?? resource;
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** By `NAMESPACE/NAME`. */
  get objects(): ReadonlyMap<string, StoredObject<T>> {
    return this.#store.objects;
  }

  /** Last version of the resource that was seen. */
  get version(): string {
    return this.#version;
  }

  /** How often everything was listed. */
  get lists(): number {
    return this.#listed;
  }

  /** Tries again now what waits because it failed, is forbidden or absent. */
  wake(): void {
    this.#pausing.abort();
  }

  /** Lists everything again: what is kept was found to be wrong. */
  relist(): void {
    this.#needsList = true;
    this.#needsNewest = true;
    this.#isRelistWanted = true;
    this.#endStream();
    this.wake();
  }

  /** Adds the key of each object that is deleted to a set, until the returned function is called. */
  noteDeletes(keys: Set<string>): () => void {
    this.#deleted.add(keys);
    return () => this.#deleted.delete(keys);
  }

  /** Follows the resource until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#needsList) await this.#start(signal);
        else await this.#resume(signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.#recover(error, signal);
      }
    }
  }

  async #start(signal: AbortSignal): Promise<void> {
    this.#isRelistWanted = false;
    const resourceVersion = this.#needsNewest ? '' : this.#version;
    if (!this.#options.traits.canStreamLists || this.#hasStalled) {
      this.#replace(await listState(this.#reflected, this.#listQuery(resourceVersion), signal));
      this.#hasStalled = false;
      return;
    }
    const opened = Promise.withResolvers<void>();
    const query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', resourceVersion };
    const events = this.#open(query, signal, opened.resolve);
    const state = streamState(
      this.#reflected,
      { events, opened: opened.promise },
      this.#timing.initialIdleMs,
    );
    try {
      this.#replace(await state);
      await this.#follow(events);
    } finally {
      // Not awaited: the stream may be one that never brings anything.
      void events.return(undefined).catch(() => undefined);
      this.#endStream();
    }
  }

  get #reflected(): ReflectedResource<T> {
    return { ...this.#options, resource: this.resource };
  }

  /** The newest state, by pages; or any that is not older, from the watch cache, which knows no pages. */
  #listQuery(resourceVersion: string) {
    if (resourceVersion === '') return { limit: this.#timing.pageSize };
    return { resourceVersion, resourceVersionMatch: 'NotOlderThan' };
  }

  #resume(signal: AbortSignal): Promise<void> {
    const onOpen = () => this.#setState({ kind: 'synced' });
    return this.#follow(this.#open({ resourceVersion: this.#version }, signal, onOpen));
  }

  #open(
    query: Readonly<Record<string, string | boolean>>,
    signal: AbortSignal,
    onOpen: () => void,
  ): AsyncGenerator<WatchEvent, void, undefined> {
    const { client, resource, scope, isMetadataOnly = false } = this.#reflected;
    const [least, most] = this.#timing.watchSeconds;
    const ending = new AbortController();
    this.#endStream = () => ending.abort();
    return client.watch(resource, {
      namespace: scope.namespace,
      ...(isMetadataOnly ? { accept: METADATA_ONLY.object } : {}),
      signal: AbortSignal.any([signal, ending.signal]),
      silenceMs: this.#timing.silenceMs,
      onOpen,
      query: {
        ...query,
        fieldSelector: scope.fieldSelector,
        allowWatchBookmarks: true,
        timeoutSeconds: Math.round(least + Math.random() * (most - least)),
      },
    });
  }

  async #follow(events: AsyncIterable<WatchEvent>): Promise<void> {
    const startedAt = performance.now();
    let seen = 0;
    for await (const event of events) {
      seen += 1;
      this.#apply(event);
      this.#failures = 0;
    }
    if (seen === 0 && performance.now() - startedAt < SHORTEST_WATCH_MS)
      throw new ApiUnreachable('the watch ended at once, without an event');
  }

  #apply(event: WatchEvent): void {
    // A server that lags behind, or replays: the store is ahead of it.
    if (this.#version !== '' && isOlderVersion(event.resourceVersion, this.#version)) return;
    this.#version = event.resourceVersion;
    if (event.type === 'BOOKMARK') return;
    const key = storeKey(event.object);
    if (event.type === 'DELETED') {
      for (const deleted of this.#deleted) deleted.add(key);
      if (this.#store.delete(key)) this.#publish({ upserts: new Map(), deletes: [key] });
      return;
    }
    if (this.#store.objects.get(key)?.version === event.resourceVersion) return;
    const value = projectAs(this.#reflected, event.object);
    this.#store.set(key, { version: event.resourceVersion, value });
    this.#publish({ upserts: new Map([[key, value]]), deletes: [] });
  }

  #replace({ objects, version }: InitialState<T>): void {
    if (!this.#needsNewest && isOlderVersion(version, this.#version)) {
      this.#needsNewest = true;
      throw new ApiUnreachable(`the list is older (${version}) than what was seen before (${this.#version})`);
    }
    this.#listed += 1;
    this.#version = version;
    this.#needsList = false;
    this.#needsNewest = false;
    this.#failures = 0;
    this.#absences = 0;
    this.#tried = 0;
    const change = this.#store.replace(objects);
    if (change.upserts.size > 0 || change.deletes.length > 0) this.#publish(change);
    this.#setState({ kind: 'synced' });
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const isOnPurpose = this.#isRelistWanted;
    this.#isRelistWanted = false;
    if (isOnPurpose) return;
    this.#failures += 1;
    if (error instanceof StreamingListRefused) {
      this.#options.traits.canStreamLists = false;
      return;
    }
    if (error instanceof StreamingListStalled) {
      this.#hasStalled = true;
      return;
    }
    if (isExpired(error) || isTooLargeVersion(error)) {
      this.#needsList = true;
      this.#needsNewest = true;
      // The first time nothing failed: versions expire. A server that says so again and again is to be spared.
      if (this.#failures === 1) return;
    }
    if (hasCode(error, 404)) return this.#missing(signal);
    this.#absences = 0;
    const message = error instanceof Error ? error.message : String(error);
    if (hasCode(error, 403)) {
      this.#setFault('forbidden', message);
      return this.#pause((until) => sleep(this.#timing.retryMs, until), signal);
    }
    const isTemporary = error instanceof ApiUnreachable || hasCode(error, 401, 429, 502, 503, 504);
    if (!isTemporary && this.#failures >= RESUMES_MAX) this.#needsList = true;
    this.#setFault('failing', message);
    const retryAfterMs = error instanceof ApiError ? error.retryAfterMs : null;
    await this.#pause((until) => this.#backoff.wait(until, retryAfterMs), signal);
  }

  /** A server that has just started may not know its resources yet: what it had is given up when it says so twice. */
  async #missing(signal: AbortSignal): Promise<void> {
    this.#needsList = true;
    this.#needsNewest = true;
    const versions = 1 + (this.#options.alternatives?.length ?? 0);
    this.#resource = (this.#resource + 1) % versions;
    this.#tried += 1;
    if (this.#tried % versions !== 0) return;
    this.#absences += 1;
    if (this.#absences < 2 && this.#store.objects.size > 0) {
      await this.#pause((until) => this.#backoff.wait(until, null), signal);
      return;
    }
    const change = this.#store.replace(new Map());
    if (change.deletes.length > 0) this.#publish(change);
    this.#setState({ kind: 'absent' });
    await this.#pause((until) => sleep(this.#timing.retryMs, until), signal);
  }

  /** Waits until `wake` ends it. */
  async #pause(wait: (until: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    this.#pausing = new AbortController();
    await wait(AbortSignal.any([signal, this.#pausing.signal]));
  }

  #publish(change: StoreChange<T>): void {
    this.#options.onChange(change);
  }

  #setFault(kind: 'forbidden' | 'failing', message: string): void {
    const known = this.#state;
    if (known.kind === kind && known.message === message) return;
    const since = known.kind === 'failing' || known.kind === 'forbidden' ? known.since : Date.now();
    this.#setState({ kind, message, since });
  }

  #setState(state: ReflectorState): void {
    const known = this.#state;
    if (known.kind === state.kind && (state.kind === 'synced' || state.kind === 'absent')) return;
    this.#state = state;
    this.#options.onState(state);
  }
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
