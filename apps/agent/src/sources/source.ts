import type { SourcedObject } from '@portolan/resources/manifests/load';
import type { Problem } from '@portolan/resources/problem';

/** The whole picture of a source at one moment: each key once, and what could not be read. */
export interface SourceSnapshot {
  readonly objects: readonly SourcedObject[];
  readonly problems: readonly Problem[];
}

/** Where resources come from: a directory of manifests, a Kubernetes API server. */
export interface Source {
  /** For people: `directory /srv/manifests`. */
  readonly description: string;
  /** Resolves once the first whole picture was passed on; later ones follow until `close`. */
  start(onSnapshot: (snapshot: SourceSnapshot) => void): Promise<void>;
  close(): Promise<void>;
}
