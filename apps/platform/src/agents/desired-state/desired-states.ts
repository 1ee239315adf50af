import { type DesiredStatesOptions, FollowedState, type StateListener } from './followed-state.ts';
import { WorkspaceKeys } from './workspace-keys.ts';

/** How long a state is kept at hand for an agent that lost its connection. */
const LINGER_MS = 60_000;

/** Desired states of the clusters whose agents follow theirs here: each change reaches them as a patch. */
export class DesiredStates {
  readonly #options: DesiredStatesOptions;
  readonly #followed = new Map<string, FollowedState>();
  /** One table for all clusters of a workspace, as long as one of them is followed. */
  readonly #keys = new Map<string, WorkspaceKeys>();

  readonly #stopListening: () => void;

  constructor(options: DesiredStatesOptions) {
    this.#options = options;
    this.#stopListening = options.changes.onChange('*', ({ workspace, change }) => {
      if (change.topic === 'workspace' && change.change === 'deleted') this.#forgetWorkspace(workspace);
    });
  }

  /** Sends the listener the changes since `known`, then later ones. Returns a function that stops it. */
  follow(
    cluster: { workspace: string; clusterId: string },
    known: number | null,
    listener: StateListener,
  ): () => void {
    let followed = this.#followed.get(cluster.clusterId);
    if (!followed) {
      followed = new FollowedState(this.#options, cluster, this.#keysOf(cluster.workspace));
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
    this.#stopListening();
    for (const followed of this.#followed.values()) followed.close();
    for (const keys of this.#keys.values()) keys.close();
    this.#followed.clear();
    this.#keys.clear();
  }

  #keysOf(workspace: string): WorkspaceKeys {
    const keys = this.#keys.get(workspace) ?? new WorkspaceKeys(this.#options, workspace);
    this.#keys.set(workspace, keys);
    return keys;
  }

  /** Nothing of a deleted workspace may reach the clusters of another one that takes its name. */
  #forgetWorkspace(workspace: string): void {
    for (const [clusterId, followed] of this.#followed) {
      if (followed.workspace !== workspace) continue;
      this.#followed.delete(clusterId);
      followed.close();
    }
    this.#keys.get(workspace)?.close();
    this.#keys.delete(workspace);
  }

  #forget(clusterId: string, followed: FollowedState): void {
    if (!followed.isEmpty || this.#followed.get(clusterId) !== followed) return;
    this.#followed.delete(clusterId);
    followed.close();
    const { workspace } = followed;
    if ([...this.#followed.values()].some((other) => other.workspace === workspace)) return;
    this.#keys.get(workspace)?.close();
    this.#keys.delete(workspace);
  }
}
