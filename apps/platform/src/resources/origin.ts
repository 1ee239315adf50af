import type { ObjectOwner } from '@portolan/contract/resources';
import type { Origin } from '@portolan/resources/kinds/origin';

/** Returns where a reported object comes from. What a GitOps tool manages is the cluster's own. */
export function originOf(owner: ObjectOwner): Origin {
  return owner.kind === 'gitops' ? { kind: 'cluster' } : owner;
}
