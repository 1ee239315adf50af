import { text } from 'node:stream/consumers';
import type { Dispatcher } from 'undici';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { readLines } from '@portolan/process/json-lines';
import { ApiUnreachable, hasCode } from './api-error.ts';
import { collectionPath, objectPath, type ApiResource, type ObjectName } from './api-resource.ts';
import type { ClusterConnection } from './connection.ts';
import { readList, type ListEnd } from './list-items.ts';
import { Transport, type Body } from './transport.ts';
import { asObject, parseWatchEvent, type WatchEvent } from './watch-event.ts';

const REQUEST_MS = 30_000;
const LIST_MS = 120_000;
/** The API server accepts objects of 3 MiB; escapes make their JSON longer. */
const LINE_CHARS_MAX = 16 * 1024 * 1024;

/** Parameters of the query; those without a value are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds until the answer must have been received. */
  readonly deadlineMs?: number;
}

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly query?: Query;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  readonly onItem: (item: unknown) => void;
}

export interface WatchOptions {
  readonly namespace?: string | undefined;
  readonly query?: Query;
  readonly accept?: string;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the stream counts as lost. */
  readonly silenceMs: number;
  /** Called when the server has accepted the watch; events follow. */
  readonly onOpen?: () => void;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  /** Takes fields from other managers; without it they are a conflict (409). */
  readonly force?: boolean;
  readonly subresource?: 'status';
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
}

export interface PatchOptions extends Pick<ApplyOptions, 'subresource' | 'signal' | 'deadlineMs'> {
  readonly fieldManager: string;
  readonly type: 'merge' | 'json';
}

export interface DeleteOptions extends Pick<ApplyOptions, 'signal' | 'deadlineMs'> {
  /** Deletes only this object, not one of the same name made since. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: 'Foreground' | 'Background' | 'Orphan';
}

const PATCH_TYPES = { merge: 'application/merge-patch+json', json: 'application/json-patch+json' } as const;

/**
 * Calls a Kubernetes API server. Every request has a deadline; a refusal rejects with `ApiError`, no answer with
 * `ApiUnreachable`. Close it when done.
 */
export class KubeClient {
  readonly connection: ClusterConnection;
  readonly #transport: Transport;

  constructor(connection: ClusterConnection) {
    this.connection = connection;
    this.#transport = new Transport(connection);
  }

  async get(
    resource: ApiResource,
    name: ObjectName,
    options: RequestOptions = {},
  ): Promise<KubernetesObject> {
    return asObject(await this.request('GET', objectPath(resource, name), options));
  }

  /** Returns an object, or null when it does not exist. */
  async find(
    resource: ApiResource,
    name: ObjectName,
    options: RequestOptions = {},
  ): Promise<KubernetesObject | null> {
    try {
      return await this.get(resource, name, options);
    } catch (error) {
      if (hasCode(error, 404)) return null;
      throw error;
    }
  }

  /** Reads one page of a list and passes its items on as they arrive. */
  async list(resource: ApiResource, options: ListOptions): Promise<ListEnd> {
    const { namespace, query = {}, accept, signal, onItem } = options;
    const path = withQuery(collectionPath(resource, namespace), query);
    const deadline = withDeadline(LIST_MS, signal);
    return readList(await this.#transport.send('GET', path, { accept, signal: deadline }), onItem);
  }

  async create(
    resource: ApiResource,
    object: KubernetesObject,
    options: RequestOptions = {},
  ): Promise<KubernetesObject> {
    const { namespace } = object.metadata;
    return asObject(
      await this.request('POST', collectionPath(resource, namespace), { ...options, body: object }),
    );
  }

  /** Creates or changes an object by server-side apply, in the words of the object alone. */
  async apply(
    resource: ApiResource,
    object: KubernetesObject,
    options: ApplyOptions,
  ): Promise<KubernetesObject> {
    const { fieldManager, force = false, subresource, dryRun, ...rest } = options;
    const path = objectPath(resource, object.metadata, subresource);
    const query = { fieldManager, force, ...(dryRun === true ? { dryRun: 'All' } : {}) };
    const contentType = 'application/apply-patch+yaml';
    return asObject(await this.request('PATCH', path, { ...rest, query, contentType, body: object }));
  }

  async patch(
    resource: ApiResource,
    name: ObjectName,
    patch: unknown,
    options: PatchOptions,
  ): Promise<KubernetesObject> {
    const { fieldManager, type, subresource, ...rest } = options;
    const path = objectPath(resource, name, subresource);
    const contentType = PATCH_TYPES[type];
    return asObject(
      await this.request('PATCH', path, { ...rest, query: { fieldManager }, contentType, body: patch }),
    );
  }

  /** Replaces an object; with `metadata.resourceVersion`, only that version of it (else 409). */
  async replace(
    resource: ApiResource,
    object: KubernetesObject,
    options: RequestOptions & { subresource?: 'status' } = {},
  ) {
    const { subresource, ...rest } = options;
    const path = objectPath(resource, object.metadata, subresource);
    return asObject(await this.request('PUT', path, { ...rest, body: object }));
  }

  /** Deletes an object; one that does not exist is no error. */
  async delete(resource: ApiResource, name: ObjectName, options: DeleteOptions = {}): Promise<void> {
    const { uid, resourceVersion, propagation, ...rest } = options;
    const preconditions = {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
      ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
    };
    try {
      await this.request('DELETE', objectPath(resource, name), { ...rest, body });
    } catch (error) {
      if (!hasCode(error, 404)) throw error;
    }
  }

  /**
   * Yields what happens to the objects of a resource until the stream ends, on a separate connection. Rejects as requests do, and
   * with `SyntaxError` for a line that is no event.
   */
  async *watch(resource: ApiResource, options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
    const { namespace, query = {}, accept, signal, silenceMs } = options;
    const path = withQuery(collectionPath(resource, namespace), { ...query, watch: true });
    const lost = new AbortController();
    const timer = setTimeout(
      () => lost.abort(new ApiUnreachable(`nothing was received for ${silenceMs / 1000} s`)),
      silenceMs,
    );
    let close: (() => Promise<void>) | null = null;
    try {
      const stream = await this.#transport.open(path, {
        accept,
        signal: AbortSignal.any([signal, lost.signal]),
      });
      close = stream.close;
      options.onOpen?.();
      for await (const line of readLines(touching(stream.body, timer), LINE_CHARS_MAX)) {
        const event = parseWatchEvent(line);
        if (event !== null) yield event;
      }
    } finally {
      clearTimeout(timer);
      await close?.();
    }
  }

  /** Sends any request and returns the parsed JSON of its answer. */
  async request(method: Dispatcher.HttpMethod, path: string, options: RequestOptions = {}): Promise<unknown> {
    const { query = {}, deadlineMs = REQUEST_MS, signal, ...rest } = options;
    const deadline = withDeadline(deadlineMs, signal);
    const answer = await text(
      await this.#transport.send(method, withQuery(path, query), { ...rest, signal: deadline }),
    );
    try {
      return JSON.parse(answer) as unknown;
    } catch (error) {
      throw new ApiUnreachable('the answer of the API server is not JSON', { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }
}

function withQuery(path: string, query: Query): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? path : `${path}?${given.toString()}`;
}

function withDeadline(ms: number, signal: AbortSignal | undefined): AbortSignal {
  const deadline = AbortSignal.timeout(ms);
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}

/** Starts a timer again with each chunk. */
async function* touching(body: Body, timer: NodeJS.Timeout): Body {
  for await (const chunk of body) {
    timer.refresh();
    yield chunk;
  }
}
