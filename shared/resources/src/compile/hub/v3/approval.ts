import type { KubernetesObject } from '../../../kinds/object.ts';

/** On a ManagedSubscription that someone asked for: whether it was approved. Without it a subscription is. */
export const APPROVAL_ANNOTATION = 'portolan.dev/approval';

export type Approval = 'approved' | 'pending' | 'rejected';

/** Returns whether a subscription was approved; any other word than these means it was not yet. */
export function approvalOf({ metadata }: KubernetesObject): Approval {
  const word = metadata.annotations?.[APPROVAL_ANNOTATION] ?? 'approved';
  return word === 'approved' || word === 'rejected' ? word : 'pending';
}
