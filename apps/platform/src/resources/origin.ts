import type { ObjectOwner } from '@portolan/contract/resources';
import type { Origin } from '@portolan/resources/kinds/origin';

/** Returns the origin of a reported object. Objects of GitOps tools originate in the cluster. */
export function originOf(owner: ObjectOwner): Origin {
  return owner.kind === 'gitops' ? { kind: 'cluster' } : owner;
}
