/**
 * Whom the issuer signed in: an account, or an account within the one workspace whose provider vouched for it. Whoever
 * administers a workspace chooses its provider, which therefore must not open the workspaces of others.
 */
export interface Subject {
  readonly accountId: string;
  readonly confinedTo: string | null;
}

/** As the issuer names it in everything it keeps. */
export function formatSubject({ accountId, confinedTo }: Subject): string {
  return confinedTo === null ? accountId : `${accountId}@${confinedTo}`;
}

export function parseSubject(text: string): Subject {
  const [accountId = '', confinedTo = null] = text.split('@');
  return { accountId, confinedTo };
}
