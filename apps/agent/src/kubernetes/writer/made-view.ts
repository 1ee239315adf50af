import { objectKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import type { ApiResource } from '../client/api-resource.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { asObject } from '../client/watch-event.ts';
import { isMade, MADE_SELECTOR } from './made-object.ts';

/** Read again this often, in case someone changed or deleted what agents made. */
const REFRESH_MS = 60_000;
const PAGE = 500;

/** What agents made of one resource, as it is in the cluster. */
export class MadeView {
  readonly resource: ApiResource;
  readonly #client: KubeClient;
  /** Null: all. */
  readonly #namespaces: readonly string[] | null;
  #objects = new Map<string, KubernetesObject>();
  #readAt = -Infinity;
  /** A read that was under way when the view expired is out of date already. */
  #expiries = 0;

  constructor(client: KubeClient, resource: ApiResource, namespaces: readonly string[] | null) {
    this.#client = client;
    this.resource = resource;
    this.#namespaces = resource.isNamespaced ? namespaces : null;
  }

  /** By `objectKey`; empty before the first `refresh`. */
  get objects(): ReadonlyMap<string, KubernetesObject> {
    return this.#objects;
  }

  /** Reads the objects, unless that was done a moment ago. Rejects as requests do. */
  async refresh(signal: AbortSignal): Promise<void> {
    if (performance.now() - this.#readAt < REFRESH_MS) return;
    const objects = new Map<string, KubernetesObject>();
    const readAt = performance.now();
    const expiries = this.#expiries;
    for (const namespace of this.#namespaces ?? [undefined]) await this.#read(objects, namespace, signal);
    this.#objects = objects;
    this.#readAt = this.#expiries === expiries ? readAt : -Infinity;
  }

  /** Returns an object that may not have been made by an agent; null when there is none. */
  async find(object: KubernetesObject, signal: AbortSignal): Promise<KubernetesObject | null> {
    return this.#client.find(this.resource, object.metadata, { signal });
  }

  /** Notes what a write led to; null when the object is gone. */
  note(key: string, object: KubernetesObject | null): void {
    if (object === null || !isMade(object)) this.#objects.delete(key);
    else this.#objects.set(key, object);
  }

  /** Makes the next `refresh` read again. */
  expire(): void {
    this.#expiries += 1;
    this.#readAt = -Infinity;
  }

  async #read(
    into: Map<string, KubernetesObject>,
    namespace: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { group, version, kind } = this.resource;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    let next: string | null = '';
    while (next !== null) {
      const query = { labelSelector: MADE_SELECTOR, limit: PAGE, continue: next || undefined };
      const end: { readonly next: string | null } = await this.#client.list(this.resource, {
        namespace,
        query,
        signal,
        onItem(item) {
          // Items of lists leave out what the list says.
          const object = { ...asObject(item), apiVersion, kind };
          into.set(objectKey(object), object);
        },
      });
      next = end.next;
    }
  }
}
