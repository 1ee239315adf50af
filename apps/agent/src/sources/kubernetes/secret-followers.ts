import { parseKey, type KubernetesObject } from '@portolan/resources/kinds/object';
import { KindFollower, type FollowerContext } from './kind-follower.ts';
import type { ClusterObject } from './projection.ts';
import type { ReadingState } from './reading-problems.ts';
import { watchedSecret } from './watched-kinds.ts';

/** Follows the Secrets that something refers to, each by its name: no other one is ever asked for. */
export class SecretFollowers {
  readonly #context: FollowerContext;
  readonly #followers = new Map<string, KindFollower>();
  readonly #stopping = new Set<Promise<void>>();
  #isClosed = false;

  constructor(context: FollowerContext) {
    this.#context = context;
  }

  /** Follows exactly the Secrets of these keys; those kept from an earlier run are in place at once. */
  want(keys: ReadonlySet<string>, restored: readonly KubernetesObject[] = []): void {
    if (this.#isClosed) return;
    for (const [key, follower] of this.#followers) if (!keys.has(key)) this.#drop(key, follower);
    for (const key of keys) {
      const id = parseKey(key);
      if (id === null || id.namespace === '' || this.#followers.has(key)) continue;
      const { namespace, name } = id;
      const follower = new KindFollower(this.#context, watchedSecret, [{ namespace, name }], restored);
      this.#followers.set(key, follower);
      follower.start();
    }
  }

  get states(): readonly ReadingState[] {
    return [...this.#followers.values()].flatMap(({ states }) => states);
  }

  *objects(): Generator<[key: string, object: ClusterObject]> {
    for (const follower of this.#followers.values()) yield* follower.objects();
  }

  async audit(signal: AbortSignal): Promise<number> {
    let missed = 0;
    for (const follower of this.#followers.values()) missed += await follower.audit(signal);
    return missed;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([
      ...this.#stopping,
      ...[...this.#followers.values()].map((follower) => follower.stop()),
    ]);
  }

  #drop(key: string, follower: KindFollower): void {
    this.#followers.delete(key);
    for (const [storeKey] of follower.objects()) this.#context.onObject(watchedSecret, storeKey, null);
    const stopped = follower.stop().finally(() => this.#stopping.delete(stopped));
    this.#stopping.add(stopped);
  }
}
