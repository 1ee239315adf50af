import type { Generation } from '@portolan/resources/kinds/registry';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';

/** What a source has at one moment, or what changed since the update before. The first update is a snapshot. */
export type SourceUpdate = SourceSnapshot | SourceDelta;

interface SourceSnapshot extends SourceState {
  readonly kind: 'snapshot';
  /** By `objectKey`; what is not among them is gone. */
  readonly objects: ReadonlyMap<string, SourcedObject>;
}

interface SourceDelta extends SourceState {
  readonly kind: 'delta';
  /** New and changed objects, by `objectKey`. */
  readonly upserts: ReadonlyMap<string, SourcedObject>;
  /** `objectKey`s. */
  readonly deletes: readonly string[];
}

interface SourceState {
  /** Keys of objects kept from an earlier read, because what declares them cannot be read now. */
  readonly stale: ReadonlySet<string>;
  /** Everything that cannot be read at this moment. */
  readonly problems: readonly Problem[];
}

/** Where resources come from: a directory of manifests, a Kubernetes API server. */
export interface Source {
  /** For people: `directory /srv/manifests`. */
  readonly description: string;
  /** Resolves once the snapshot was passed on; deltas (or another snapshot) follow until `close`. */
  start(onUpdate: (update: SourceUpdate) => void): Promise<void>;
  /** Writes the problems of objects (by `objectKey`) back to where they come from, such as the status of Kubernetes objects. */
  writeBack?(problemsByKey: ReadonlyMap<string, readonly Problem[]>): void;
  close(): Promise<void>;
}

export interface SourceOptions {
  /** Directory of manifests. */
  readonly resources: string;
  readonly generation: Generation;
  /** Last valid versions kept over a restart, for what can no longer be read. */
  readonly lastValid: readonly SourcedObject[];
}
