import type { Generation } from '@portolan/resources/kinds/registry';
import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';
import type { ObservedState } from '../kubernetes/status/object-status.ts';
import type { KubeClient } from '../kubernetes/client/kube-client.ts';
import type { AgentLogger } from '../logger.ts';

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
  /** Resolves once the snapshot was passed on, or the source knows that it cannot have one yet; deltas (or another snapshot) follow until `close`. */
  start(onUpdate: (update: SourceUpdate) => void): Promise<void>;
  /** Receives the `objectKey`s of all Secrets that something refers to: a source that reads Secrets by name reads these. */
  wantSecrets?(keys: ReadonlySet<string>): void;
  /** Returns the state of an object as it was last seen, where objects have one that is written back: their status. */
  observed?(key: string): ObservedState | null;
  close(): Promise<void>;
}

export interface SourceOptions {
  /** Directory of manifests, or a cluster. */
  readonly from: { readonly directory: string } | { readonly cluster: KubeClient };
  /** Namespaces of the cluster to serve; none: all. */
  readonly namespaces: readonly string[];
  readonly generation: Generation;
  /** Last valid versions kept over a restart, for what can no longer be read. */
  readonly lastValid: readonly SourcedObject[];
  readonly stateDir: string;
  readonly log: AgentLogger;
  /** Called with the number of changes that a cluster had not reported, after they have been made up for. */
  readonly onMissed: (count: number) => void;
}
