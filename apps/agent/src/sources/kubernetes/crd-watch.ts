import { startInterval, type IntervalJob } from '@portolan/process/interval';
import { Reflector } from '../../kubernetes/reflector/reflector.ts';
import type { FollowerContext, KindFollower } from './kind-follower.ts';
import { CRDS } from './watched-kinds.ts';

/** A definition is served some moments after it was created: its kind is tried again this often, for this long. */
const TRY_MS = 500;
const TRY_FOR_MS = 30_000;

/**
 * Follows which kinds are installed, and starts reading a kind when its definition is there. Where definitions may not be read,
 * every kind is tried now and then.
 */
export class CrdWatch {
  readonly #reflector: Reflector<true>;
  readonly #followers: ReadonlyMap<string, KindFollower>;
  readonly #expected = new Map<KindFollower, number>();
  readonly #stopping = new AbortController();
  readonly #onState: () => void;
  #running: Promise<void> = Promise.resolve();
  #tries: IntervalJob | null = null;

  constructor({ client, traits, timing, onState }: FollowerContext, followers: readonly KindFollower[]) {
    this.#followers = new Map(
      followers.flatMap((each) => (each.kind.crd === null ? [] : [[each.kind.crd, each]])),
    );
    this.#onState = onState;
    this.#reflector = new Reflector<true>({
      client,
      traits,
      timing,
      resource: CRDS,
      scope: {},
      isMetadataOnly: true,
      project: () => true,
      onChange: ({ upserts }) => this.#installed(upserts.keys()),
      onState: ({ kind }) => {
        // What is installed is not known: each kind finds out for itself.
        if (kind === 'forbidden' || kind === 'failing' || kind === 'absent')
          for (const each of followers) each.start();
        onState();
      },
    });
  }

  /** Returns whether it is known which kinds are installed, or that it cannot be known. */
  get isSettled(): boolean {
    return this.#reflector.state.kind !== 'starting';
  }

  start(): void {
    this.#running = this.#reflector.run(this.#stopping.signal);
    this.#tries = startInterval({
      everyMs: TRY_MS,
      run: () => this.#tryExpected(),
      onError: () => undefined,
    });
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#tries?.close();
    await this.#running;
  }

  #installed(keys: Iterable<string>): void {
    for (const key of keys) {
      const follower = this.#followers.get(key.slice(1));
      if (follower === undefined) continue;
      follower.start();
      this.#expected.set(follower, performance.now() + TRY_FOR_MS);
    }
    this.#onState();
  }

  #tryExpected(): void {
    for (const [follower, until] of this.#expected) {
      const isSynced = follower.states.every(({ state }) => state.kind === 'synced');
      if (isSynced || performance.now() > until) this.#expected.delete(follower);
      else if (follower.states.some(({ state }) => state.kind === 'absent')) follower.wake();
    }
  }
}
