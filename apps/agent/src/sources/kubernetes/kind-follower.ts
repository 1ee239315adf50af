import type { KubernetesObject } from '@portolan/resources/kinds/object';
import type { KubeClient } from '../../kubernetes/client/kube-client.ts';
import { auditReflector } from '../../kubernetes/reflector/audit.ts';
import type { ReflectedResource } from '../../kubernetes/reflector/reflected-resource.ts';
import { Reflector, type ReflectorTiming, type ServerTraits } from '../../kubernetes/reflector/reflector.ts';
import { storeKey, type StoredObject } from '../../kubernetes/reflector/stored-objects.ts';
import { observe, type ClusterObject } from './projection.ts';
import type { ReadingState } from './reading-problems.ts';
import type { WatchedKind } from './watched-kinds.ts';

/** What all followers of a source share. */
export interface FollowerContext {
  readonly client: KubeClient;
  readonly traits: ServerTraits;
  readonly timing: Partial<ReflectorTiming>;
  /** Called with each object of a kind that was changed or, with null, deleted. */
  readonly onObject: (kind: WatchedKind, key: string, object: ClusterObject | null) => void;
  readonly onState: () => void;
}

export interface FollowedPart {
  readonly namespace?: string;
  /** Follows the one object of this name. */
  readonly name?: string;
}

interface Followed {
  readonly part: FollowedPart;
  readonly resource: ReflectedResource<ClusterObject>;
  readonly reflector: Reflector<ClusterObject>;
}

/** Follows the objects of one kind, with a reflector for each namespace where only some are served. */
export class KindFollower {
  readonly kind: WatchedKind;
  readonly #followed: readonly Followed[];
  #stopping: AbortController | null = null;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    context: FollowerContext,
    kind: WatchedKind,
    parts: readonly FollowedPart[],
    restored: readonly KubernetesObject[] = [],
  ) {
    this.kind = kind;
    this.#followed = parts.map((part) => follow(context, kind, part, restored));
  }

  /** By `NAMESPACE/NAME`. */
  *objects(): Generator<[key: string, object: ClusterObject]> {
    for (const { reflector } of this.#followed)
      for (const [key, { value }] of reflector.objects) yield [key, value];
  }

  get states(): readonly ReadingState[] {
    return this.#followed.map(({ part, reflector }) => ({
      kind: this.kind,
      ...part,
      state: reflector.state,
    }));
  }

  get isRunning(): boolean {
    return this.#stopping !== null;
  }

  find(namespace: string, name: string): ClusterObject | null {
    for (const { reflector } of this.#followed) {
      const stored = reflector.objects.get(`${namespace}/${name}`);
      if (stored !== undefined) return stored.value;
    }
    return null;
  }

  start(): void {
    if (this.#stopping !== null) return;
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#running = Promise.all(this.#followed.map(({ reflector }) => reflector.run(stopping.signal)));
  }

  /** Tries again now where the resource was absent or forbidden. */
  wake(): void {
    for (const { reflector } of this.#followed) if (reflector.state.kind !== 'synced') reflector.wake();
  }

  async stop(): Promise<void> {
    this.#stopping?.abort();
    await this.#running;
    this.#stopping = null;
  }

  /** Returns how many changes were missed, after having made up for them. Rejects when the server cannot be asked. */
  async audit(signal: AbortSignal): Promise<number> {
    let missed = 0;
    for (const { reflector, resource } of this.#followed) {
      if (reflector.state.kind !== 'synced') continue;
      const found = await auditReflector(reflector, resource, signal);
      missed += found.length;
      if (found.length > 0) reflector.relist();
    }
    return missed;
  }
}

function follow(
  { client, traits, timing, onObject, onState }: FollowerContext,
  kind: WatchedKind,
  part: FollowedPart,
  restored: readonly KubernetesObject[],
): Followed {
  const { namespace, name } = part;
  const resource: ReflectedResource<ClusterObject> = {
    client,
    resource: kind.resource,
    scope: {
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
    },
    isMetadataOnly: kind.isOptional,
    project: (object) => ({
      object: kind.project(object),
      observed: kind.keepsStatus ? observe(object) : null,
    }),
  };
  const reflector = new Reflector({
    ...resource,
    alternatives: kind.alternatives,
    traits,
    timing,
    restored: storedOf(restored, part),
    onChange({ upserts, deletes }) {
      for (const [key, object] of upserts) onObject(kind, key, object);
      for (const key of deletes) onObject(kind, key, null);
    },
    onState,
  });
  return { part, resource, reflector };
}

function storedOf(
  objects: readonly KubernetesObject[],
  { namespace, name }: FollowedPart,
): Map<string, StoredObject<ClusterObject>> {
  const own = objects.filter(
    ({ metadata }) =>
      (namespace === undefined || metadata.namespace === namespace) &&
      (name === undefined || metadata.name === name),
  );
  // Without a version each counts as changed when it is read again.
  return new Map(own.map((object) => [storeKey(object), { version: '', value: { object, observed: null } }]));
}
