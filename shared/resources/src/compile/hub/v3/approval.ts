/** On a ManagedSubscription that someone asked for: whether it was approved. Without it a subscription is. */
export const APPROVAL_ANNOTATION = 'portolan.dev/approval';

/** On objects that were made in a portal: the e-mail address of who made them. */
export const REQUESTED_BY_ANNOTATION = 'portolan.dev/requested-by';
/** What people call an application that was made in a portal. */
export const TITLE_ANNOTATION = 'portolan.dev/title';

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

/** Returns an annotation of an object, or null. */
export function annotationOf(
  {
    metadata,
  }: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> | undefined } },
  name: string,
): string | null {
  return metadata.annotations?.[name] ?? null;
}
