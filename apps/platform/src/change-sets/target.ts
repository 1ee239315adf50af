import type { DesiredState } from '@portolan/contract/desired-state';
import type { KubernetesObject } from '@portolan/resources/kinds/object';
import { redact } from '@portolan/resources/kinds/redact';
import type { Actor } from '../db/audit-chain.ts';
import type { ClusterSummary } from '../clusters/store.ts';
import type { Sealer } from '../secrets/seal.ts';

export type Manifest = DesiredState['objects'][number];

/** Cluster whose objects are changed, and the actor. */
export interface ChangeTarget {
  readonly workspace: string;
  readonly cluster: ClusterSummary;
  readonly sealer: Sealer;
  readonly actor: Actor;
}

/** Returns the object without secrets, for display. */
export function shownObject(object: Manifest): Manifest {
  return redact(object as KubernetesObject);
}
