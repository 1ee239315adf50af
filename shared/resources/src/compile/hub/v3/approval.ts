/** On a ManagedSubscription that someone asked for: whether it was approved. Without it a subscription is. */
export const APPROVAL_ANNOTATION = 'portolan.dev/approval';

export type Approval = 'approved' | 'pending' | 'rejected';

/** Returns whether a subscription was approved; any other word than these means it was not yet. */
export function approvalOf({
  metadata,
}: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> | undefined };
}): Approval {
  const word = metadata.annotations?.[APPROVAL_ANNOTATION] ?? 'approved';
  return word === 'approved' || word === 'rejected' ? word : 'pending';
}
