import { setTimeout as delay } from 'node:timers/promises';
import { ApiError, ApiUnreachable, isExpired, isTooLargeVersion } from '../client/api-error.ts';
import type { Query } from '../client/kube-client.ts';
import type { ListEnd } from '../client/list-items.ts';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { asObject, type WatchEvent } from '../client/watch-event.ts';
import { METADATA_ONLY, projectAs, type ReflectedResource } from './reflected-resource.ts';
import { storeKey, type StoredObject } from './stored-objects.ts';

/** The objects of a resource at one version. */
export interface InitialState<T> {
  readonly objects: Map<string, StoredObject<T>>;
  readonly version: string;
}

/**
 * Lists a resource, page by page. Objects are projected as they are parsed, so that the list is never held as a whole. A page whose
 * continuation has expired rejects: the list has to begin again.
 */
export async function listState<T>(
  resource: ReflectedResource<T>,
  query: Query,
  signal: AbortSignal,
): Promise<InitialState<T>> {
  const { client, scope, isMetadataOnly = false } = resource;
  const objects = new Map<string, StoredObject<T>>();
  let page: ListEnd = { resourceVersion: '', next: null };
  do {
    page = await client.list(resource.resource, {
      namespace: scope.namespace,
      ...(isMetadataOnly ? { accept: METADATA_ONLY.list } : {}),
      signal,
      query: { ...query, fieldSelector: scope.fieldSelector, continue: page.next ?? undefined },
      onItem: (item) => put(objects, resource, asObject(item)),
    });
  } while (page.next !== null);
  return { objects, version: page.resourceVersion };
}

/** The server does not stream lists: an old one, or one whose etcd is old. */
export class StreamingListRefused extends Error {
  override readonly name = 'StreamingListRefused';
}

/** A stream that the server accepted brings neither objects nor the end of the list. */
export class StreamingListStalled extends Error {
  override readonly name = 'StreamingListStalled';
}

export interface OpeningStream {
  readonly events: AsyncIterator<WatchEvent, void>;
  /** Resolves when the server has accepted the watch. */
  readonly opened: Promise<void>;
}

/**
 * Collects the initial events of a watch up to the bookmark that ends them (KEP-3157); the stream goes on with what happened
 * after it.
 * @throws StreamingListRefused, StreamingListStalled when the server does not do that
 */
export async function streamState<T>(
  resource: ReflectedResource<T>,
  { events, opened }: OpeningStream,
  idleMs: number,
): Promise<InitialState<T>> {
  const objects = new Map<string, StoredObject<T>>();
  for (;;) {
    const next = await nextOf(events, opened, idleMs);
    if (next.done === true) throw new ApiUnreachable('the stream ended before the list was complete');
    const event = next.value;
    if (event.type === 'BOOKMARK') {
      if (event.isInitialEnd) return { objects, version: event.resourceVersion };
    } else if (event.type === 'DELETED') objects.delete(storeKey(event.object));
    else put(objects, resource, event.object);
  }
}

function put<T>(
  objects: Map<string, StoredObject<T>>,
  resource: ReflectedResource<T>,
  object: KubernetesObject,
): void {
  const version = object.metadata.resourceVersion ?? '';
  objects.set(storeKey(object), { version, value: projectAs(resource, object) });
}

async function nextOf(
  events: AsyncIterator<WatchEvent, void>,
  opened: Promise<void>,
  idleMs: number,
): Promise<IteratorResult<WatchEvent, void>> {
  const done = new AbortController();
  // A server before 1.27 accepts the watch, ignores the wish and sends no such bookmark.
  const stalled = opened
    .then(() => delay(idleMs, undefined, { signal: done.signal }))
    .then(() => {
      throw new StreamingListStalled(`neither an object nor the end of the list within ${idleMs} ms`);
    });
  stalled.catch(() => undefined);
  try {
    return await Promise.race([events.next(), stalled]);
  } catch (error) {
    throw refusesStreams(error) ? new StreamingListRefused(String(error), { cause: error }) : error;
  } finally {
    done.abort();
  }
}

/** Returns whether the server cannot stream lists; false if it is busy, forbids it or cannot be reached. */
function refusesStreams(error: unknown): boolean {
  if (isExpired(error) || isTooLargeVersion(error)) return false;
  return error instanceof ApiError && ![401, 403, 404, 429, 503, 504].includes(error.code);
}
